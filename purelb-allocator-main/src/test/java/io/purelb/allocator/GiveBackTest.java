package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.k8s.KubeClients;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may tell the next one, by giving the lease back, that no write is on its way. */
final class GiveBackTest {
    private static final String BEFORE = "one-that-was-killed";

    @TempDir
    private Path directory;

    @Test
    void leaseIsNotGivenBackByWhoWonItAndCouldNotBeginToLead() throws IOException {
        try (ApiServer server = ApiServer.start(ApiServerSettings.loopback())) {
            Path kubeconfig = directory.resolve("kubeconfig");
            server.kubeconfig(kubeconfig, server.uri().toString());
            Config config = Config.fromKubeconfig(kubeconfig.toFile());
            try (KubernetesClient admin = KubeClients.open(config)) {
                admin.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("purelb")
                                .endMetadata()
                                .build())
                        .create();
                admin.resource(heldByAnother()).create();
                AtomicBoolean standsBy = new AtomicBoolean();
                Clients clients = mayWrite -> {
                    if (standsBy.get()) {
                        throw new IllegalStateException("a leader cannot begin, as the test says");
                    }
                    // The first client is the lease's, the second the standby's, the third would be the leader's.
                    standsBy.set(!mayWrite.getAsBoolean());
                    return KubeClients.open(config, mayWrite);
                };
                String holder = leaseHeldUntilTheEndBy(new RunningAllocator(clients, true), admin);
                Lease left = admin.leases()
                        .inNamespace("purelb")
                        .withName("purelb-allocator")
                        .get();
                assertEquals(holder, holder(left), "left to expire: nobody took over from the one before");
            }
        }
    }

    private static String leaseHeldUntilTheEndBy(RunningAllocator allocator, KubernetesClient admin) {
        try {
            return holder(admin.leases()
                    .inNamespace("purelb")
                    .withName("purelb-allocator")
                    .waitUntilCondition(lease -> !holder(lease).equals(BEFORE), 30, TimeUnit.SECONDS));
        } finally {
            allocator.close();
        }
    }

    private static String holder(Lease lease) {
        return String.valueOf(lease.getSpec().getHolderIdentity());
    }

    private static Lease heldByAnother() {
        return new LeaseBuilder()
                .withNewMetadata()
                .withNamespace("purelb")
                .withName("purelb-allocator")
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity(BEFORE)
                .withLeaseDurationSeconds(1)
                .withLeaseTransitions(3)
                .endSpec()
                .build();
    }
}
