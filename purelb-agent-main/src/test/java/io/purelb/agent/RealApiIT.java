package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.purelb.core.testkit.Patience;
import io.purelb.k8s.Api;
import io.purelb.k8s.Mirror;
import io.purelb.lab.RealApiServer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What agents read from a real API server, and how often they write to it. */
final class RealApiIT {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String ADDRESS = "172.30.250.53";

    @TempDir
    private static Path directory;

    private static RealApiServer server;
    private static KubernetesClient client;

    @BeforeAll
    static void start() {
        assumeTrue(
                RealApiServer.isAvailable(),
                "NOT TESTED: needs etcd and kube-apiserver, set KUBEBUILDER_ASSETS to their directory");
        server = RealApiServer.start(directory);
        client = server.client();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            client.close();
            server.close();
        }
    }

    private static void await(String what, BooleanSupplier reached) {
        Patience.until(() -> what, reached);
    }

    @Test
    void mirrorFollowsListsOfManyPagesChangesAndAServerThatWasAway() {
        for (int i = 0; i < 300; i++) {
            configMap("m" + i, "one");
        }
        try (Api api = Api.open(server.config());
                Mirror<String> mirror = new Mirror<>(
                        api,
                        "configmaps",
                        "/api/v1/namespaces/default/configmaps",
                        object -> Optional.ofNullable(object.path("data").get("value"))
                                .map(JsonNode::asText))) {
            mirror.start(key -> {}, () -> {});
            await("300 of two pages", () -> mirror.synced() && mirror.all().size() == 300);
            configMap("m7", "two");
            client.configMaps().inNamespace("default").withName("m8").delete();
            await("a change", () -> value(mirror, "m7").equals(Optional.of("two")));
            await("a deletion", () -> mirror.all().size() == 299);
            server.stopApi();
            assertEquals(299, mirror.all().size());
            server.startApi();
            configMap("m7", "three");
            client.configMaps().inNamespace("default").withName("m9").delete();
            await("a change after the outage", () -> value(mirror, "m7").equals(Optional.of("three")));
            await("a deletion after the outage", () -> mirror.all().size() == 298);
        }
    }

    private static Optional<String> value(Mirror<String> mirror, String name) {
        return mirror.get(new Mirror.Key("default", name)).map(Mirror.Seen::value);
    }

    private static void configMap(String name, String value) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .withData(Map.of("value", value))
                        .build())
                .serverSideApply();
    }

    @Test
    void eachTransitionOfAServiceIsOneWriteWhoeverAnnouncesIt() {
        server.install(Path.of("..", "manifests", "crds"));
        node("purelb2-1", "172.30.250.101");
        node("purelb2-4", "172.30.250.104");
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace("default")
                        .addToAnnotations("purelb.io/allocated-by", "PureLB")
                        .endMetadata()
                        .withNewSpec()
                        .withType("LoadBalancer")
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        try (AgentPair agents = new AgentPair(server.config(), "purelb2-1", "purelb2-4")) {
            agents.turnUntil("both know the Service", agents::ready);
            ingress("[{\"ip\": \"" + ADDRESS + "\"}]");
            agents.turnUntil("the winner announces", () -> announcer().equals("purelb2-1, eth0"));
            agents.turnFor(3_000);
            assertEquals(1, writes());
            assertEquals(1, events("AnnouncingLocal"));

            agents.drain("purelb2-1");
            agents.turnUntil("the other one announces", () -> announcer().equals("purelb2-4, eth0"));
            agents.turnFor(3_000);
            assertEquals(2, writes());
            assertEquals(2, events("AnnouncingLocal"));

            ingress("[]");
            agents.turnUntil("nobody announces", () -> announcer().isEmpty());
            agents.turnFor(3_000);
            assertEquals(3, writes());
        }
    }

    private static void node(String name, String address) {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
        client.nodes()
                .withName(name)
                .subresource("status")
                .patch(
                        MERGE,
                        "{\"status\": {\"addresses\": [{\"type\": \"InternalIP\", \"address\": \"" + address
                                + "\"}]}}");
    }

    private static void ingress(String entries) {
        client.services()
                .inNamespace("default")
                .withName("web")
                .subresource("status")
                .patch(MERGE, "{\"status\": {\"loadBalancer\": {\"ingress\": " + entries + "}}}");
    }

    private static String announcer() {
        return Optional.ofNullable(client.services()
                        .inNamespace("default")
                        .withName("web")
                        .get()
                        .getMetadata()
                        .getAnnotations()
                        .get("purelb.io/announcing-IPv4"))
                .orElse("");
    }

    /** How often the Service itself was written to since it was created, as the server counts. */
    private static long writes() {
        return server.audit().stream()
                .filter(event ->
                        event.path("objectRef").path("resource").asText().equals("services")
                                && event.path("objectRef").path("name").asText().equals("web")
                                && event.path("objectRef").path("subresource").isMissingNode())
                .filter(event -> !event.path("verb").asText().matches("get|list|watch|create"))
                .count();
    }

    private static long events(String reason) {
        return client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .mapToInt(event -> event.getCount())
                .sum();
    }
}
