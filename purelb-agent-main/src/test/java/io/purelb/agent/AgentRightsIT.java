package io.purelb.agent;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.purelb.core.testkit.Patience;
import io.purelb.k8s.Annotations;
import io.purelb.lab.AccountRights;
import io.purelb.lab.RealApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent as a process, configured by environment alone, with the token of its service account and the rights of the one
 * manifest, through a whole life: it starts before the definitions are there.
 */
final class AgentRightsIT {
    private static final Path MANIFESTS = Path.of("../manifests");
    private static final Path INSTALLED = MANIFESTS.resolve("purelb-complete.yaml");
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final long PATIENCE_SECONDS = LIMIT.toSeconds();
    private static final String ADDRESS = "172.30.250.53";
    private static final String SERVED = "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"" + ADDRESS + "\"}]}}}";

    @TempDir
    private static Path directory;

    @Test
    void agentHasTheRightsItNeedsAndNoOther() throws Exception {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: AgentRightsIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
        Path log = directory.resolve("agent.log");
        try (TwoHosts hosts = new TwoHosts("rights");
                RealApiServer server = RealApiServer.start(Files.createDirectory(directory.resolve("api")));
                KubernetesClient admin = server.client()) {
            Path kubeconfig =
                    server.kubeconfig(server.serviceAccount("purelb", "lbnodeagent"), directory.resolve("kubeconfig"));
            AccountRights.applyRights(admin, INSTALLED);
            Process agent = start(hosts, kubeconfig, log);
            try {
                awaitWord(log, "\"cannot list or watch, trying again\"");
                assertTrue(hosts.answer(TwoHosts.NODE_ADDRESS, "/readyz").startsWith("not listed yet: "));
                server.install(MANIFESTS.resolve("crds"));
                prepare(admin);
                live(admin);
                assertEquals("ok\n", hosts.answer(TwoHosts.NODE_ADDRESS, "/readyz"));
            } catch (RuntimeException | AssertionError fault) {
                throw new AssertionError(Files.readString(log), fault);
            } finally {
                agent.destroy();
                assertTrue(agent.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the agent ends when it is told to");
            }

            assertEquals(List.of(), AccountRights.refused(server, "purelb", "lbnodeagent"));
            assertEquals(
                    AccountRights.granted(INSTALLED, "purelb:lbnodeagent"),
                    AccountRights.used(server, "purelb", "lbnodeagent"));
        }
    }

    private static Process start(TwoHosts hosts, Path kubeconfig, Path log) throws Exception {
        ProcessBuilder agent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.purelb.agent.AgentMain",
                        "--netns=" + hosts.node)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Path keys = Files.writeString(directory.resolve("keys"), "dGhlIGtleSBvZiB0aGlzIHRlc3Qgb25seQ==\n");
        agent.environment()
                .putAll(Map.of(
                        "KUBECONFIG", kubeconfig.toString(),
                        "PURELB_NAMESPACE", "purelb",
                        "PURELB_NODE_NAME", "node",
                        "PURELB_HOST", TwoHosts.NODE_ADDRESS,
                        "PURELB_ML_LABELS", "component=lbnodeagent",
                        "PURELB_ML_GROUP_KEY_FILE", keys.toString(),
                        "DEFAULT_ANNOUNCER", "PureLB"));
        return agent.start();
    }

    private static void awaitWord(Path log, String word) {
        Patience.until(() -> word, () -> {
            try {
                return Files.readString(log).contains(word);
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        });
    }

    /** A node, a group in its subnet, and a Service as the allocator leaves it. */
    private static void prepare(KubernetesClient admin) {
        admin.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("node")
                        .endMetadata()
                        .withNewStatus()
                        .addNewAddress(TwoHosts.NODE_ADDRESS, "InternalIP")
                        .endStatus()
                        .build())
                .create();
        admin.load(new ByteArrayInputStream("""
                        apiVersion: purelb.io/v1
                        kind: ServiceGroup
                        metadata: {namespace: purelb, name: default}
                        spec: {local: {v4pools: [{subnet: 172.30.250.0/24, pool: 172.30.250.0/26}]}}
                        """.getBytes(StandardCharsets.UTF_8)))
                .create();
        Service made = admin.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("web")
                        .addToAnnotations(Annotations.ALLOCATED_BY, Annotations.BRAND)
                        .addToAnnotations(Annotations.ALLOCATED_FROM, "default")
                        .endMetadata()
                        .withNewSpec()
                        .withType("LoadBalancer")
                        .withExternalTrafficPolicy("Local")
                        .addToSelector("app", "web")
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        admin.resource(made).subresource("status").patch(MERGE, SERVED);
    }

    /** Announces, resets the traffic policy, withdraws and announces again; warns of the group's network address. */
    private static void live(KubernetesClient admin) {
        await(
                admin,
                service -> "node, eth0"
                        .equals(service.getMetadata().getAnnotations().get("purelb.io/announcing-IPv4")));
        await(admin, service -> "Cluster".equals(service.getSpec().getExternalTrafficPolicy()));
        awaitEvent(
                admin,
                "purelb",
                event -> event.getReason().equals("UnusableAddress")
                        && event.getMessage().contains("hands out 172.30.250.0, the network address"));
        Service web = admin.services().inNamespace("default").withName("web").get();
        admin.resource(web).subresource("status").patch(MERGE, "{\"status\":{\"loadBalancer\":null}}");
        await(admin, service -> !service.getMetadata().getAnnotations().containsKey(Annotations.ANNOUNCING_NODE));
        admin.resource(web).subresource("status").patch(MERGE, SERVED);
        awaitEvent(admin, "default", event -> event.getReason().equals("AnnouncingLocal") && event.getCount() > 1);
    }

    private static void await(KubernetesClient admin, Predicate<Service> condition) {
        admin.services()
                .inNamespace("default")
                .withName("web")
                .waitUntilCondition(
                        service -> service != null && condition.test(service), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void awaitEvent(KubernetesClient admin, String namespace, Predicate<Event> condition) {
        admin.v1()
                .events()
                .inNamespace(namespace)
                .informOnCondition(events -> events.stream().anyMatch(condition))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
