package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.k8s.KubeClients;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The custom resources on the lab's API server: it says what the real one says to the same files. */
final class EmbeddedCustomResourceTest {
    @TempDir
    private static Path directory;

    private static ApiServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        server = ApiServer.start(ApiServerSettings.loopback());
        Path kubeconfig = directory.resolve("kubeconfig");
        server.kubeconfig(kubeconfig, server.uri().toString());
        client = KubeClients.open(Config.fromKubeconfig(kubeconfig.toFile()));
        for (String definition : List.of("servicegroups", "lbnodeagents")) {
            try (InputStream yaml = Files.newInputStream(Path.of("../manifests/crds/" + definition + ".yaml"))) {
                client.load(yaml).create();
            }
        }
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("purelb")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    static List<SampleObject> valid() {
        return SampleObject.all("valid-");
    }

    static List<SampleObject> invalid() {
        return SampleObject.all("invalid-");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void takesValidObjects(SampleObject sample) {
        assertEquals(Optional.empty(), SampleObject.refusal(client, sample.object()));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void refusesInvalidObjectsWithTheSameWords(SampleObject sample) {
        sample.assertServerSays(SampleObject.refusal(client, sample.object()));
    }
}
