package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.core.testkit.Patience;
import io.purelb.k8s.Api;
import io.purelb.k8s.KubeClients;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Against the embedded API server, which has pods on three nodes. */
final class AgentPodsTest {
    @Test
    void onlyNodesWithAPodOfTheAgentsCount() throws Exception {
        try (ApiServer server = ApiServer.start(ApiServerSettings.loopback());
                KubernetesClient client = KubeClients.open(config(server));
                Api api = Api.open(config(server))) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName("purelb")
                            .endMetadata()
                            .build())
                    .create();
            create(client, pod("agent-a", "purelb", "a", "lbnodeagent"));
            create(client, pod("agent-b", "purelb", "b", "lbnodeagent"));
            create(client, pod("allocator", "purelb", "c", "allocator"));
            create(client, pod("elsewhere", "default", "c", "lbnodeagent"));

            List<SeenNode> nodes =
                    List.of("a", "b", "c").stream().map(AgentPodsTest::seen).toList();
            Semaphore changes = new Semaphore(0);
            try (AgentPods pods = new AgentPods(api, "purelb", Optional.of("component=lbnodeagent,app in (purelb)"));
                    AgentPods all = new AgentPods(api, "purelb", Optional.empty())) {
                pods.start(changes::release);
                await(changes, () -> pods.synced() && names(pods.among(nodes)).equals(List.of("a", "b")));
                client.pods().inNamespace("purelb").withName("agent-b").delete();
                await(changes, () -> names(pods.among(nodes)).equals(List.of("a")));

                all.start(() -> {});
                assertEquals(nodes, all.among(nodes), "without a selector every node has an agent");
            }
        }
    }

    private static Config config(ApiServer server) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(server.uri().toString())
                .build();
    }

    private static void create(KubernetesClient client, Pod pod) {
        client.resource(pod).create();
    }

    private static Pod pod(String name, String namespace, String node, String component) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels("app", "purelb")
                .addToLabels("component", component)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withName(component)
                .withImage("purelb")
                .endContainer()
                .endSpec()
                .build();
    }

    private static SeenNode seen(String name) {
        return new SeenNode(name, "uid-" + name, false, Map.of(), List.of());
    }

    private static List<String> names(List<SeenNode> nodes) {
        return nodes.stream().map(SeenNode::name).toList();
    }

    private static void await(Semaphore changes, BooleanSupplier reached) throws InterruptedException {
        while (!reached.getAsBoolean()) {
            if (!changes.tryAcquire(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("no change came");
            }
        }
    }
}
