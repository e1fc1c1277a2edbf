package io.purelb.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.KubeClients;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart's service groups and agents' settings are accepted by an API server with our definitions. */
final class CustomResourcesTest {
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
            create(Files.readString(Chart.DIRECTORY.resolve("crds").resolve(definition + ".yaml")));
        }
        create("apiVersion: v1\nkind: Namespace\nmetadata: {name: purelb}\n");
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"all-values, 2", "upstream-a, 2", "upstream-h, 1", "complete-values, 2"})
    void customResourcesAreAccepted(String values, int count) {
        List<JsonNode> objects = Chart.objects(Chart.resource(values + ".yaml"));
        List<JsonNode> ours = new ArrayList<>(objects);
        Chart.ofKind(objects, "ConfigMap")
                .forEach(map -> ours.addAll(
                        Chart.documents(map.at("/data/defaults.yaml").asText())));
        ours.removeIf(object -> !object.path("apiVersion").asText().equals("purelb.io/v1"));
        assertEquals(count, ours.size());
        ours.forEach(object -> create(object.toString()));
        ours.forEach(object -> client.load(stream(object.toString())).delete());
    }

    @Test
    void aGroupWithoutPoolsIsNot() {
        String values = "{serviceGroup: {create: true, spec: {local: {v4pools: []}}}}";
        JsonNode group = Chart.object(Chart.objects(values), "ServiceGroup", "default");
        assertThrows(KubernetesClientException.class, () -> create(group.toString()));
    }

    private static void create(String object) {
        client.load(stream(object)).create();
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
