package io.purelb.allocator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.lab.AccountRights;
import io.purelb.lab.RealApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The one real API server of this JVM: it starts with the first test that needs it and ends with the JVM. */
final class Plane {
    static final String ACCOUNT = "allocator";

    private static @Nullable Plane plane;

    private final RealApiServer server;
    private final KubernetesClient admin;
    private final Config account;

    private Plane() throws IOException {
        server = RealApiServer.start(Files.createTempDirectory(Path.of("target"), "api-"));
        server.install(Path.of("../manifests/crds"));
        admin = server.client();
        account = server.serviceAccount("purelb", ACCOUNT);
        AccountRights.apply(admin, Path.of("../manifests/rbac/allocator.yaml"));
    }

    static boolean isAvailable() {
        return RealApiServer.isAvailable();
    }

    private static synchronized Plane get() {
        if (plane == null) {
            try {
                plane = new Plane();
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }
        return plane;
    }

    static RealApiServer server() {
        return get().server;
    }

    /** The user who may do everything; stays open. */
    static KubernetesClient admin() {
        return get().admin;
    }

    /** How the allocator's service account connects. */
    static Config allocatorAccount() {
        return get().account;
    }
}
