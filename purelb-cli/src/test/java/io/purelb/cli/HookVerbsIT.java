package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.cli.chart.Chart;
import io.purelb.core.testkit.Patience;
import io.purelb.lab.AccountRights;
import io.purelb.lab.RealApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of the chart's hooks, each by the account and with the rights that the chart gives it, on a real API server. */
final class HookVerbsIT {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final List<String> NAMES = List.of("lbnodeagents.purelb.io", "servicegroups.purelb.io");

    private static final String CREATED = """
            lbnodeagents.purelb.io created
            servicegroups.purelb.io created
            lbnodeagents.purelb.io established
            servicegroups.purelb.io established
            """;

    @TempDir
    private Path directory;

    private RealApiServer server;
    private KubernetesClient admin;
    private Path manifest;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: HookVerbsIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
        server = RealApiServer.start(Files.createDirectory(directory.resolve("api")));
        admin = server.client();
        admin.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("purelb")
                        .endMetadata()
                        .build())
                .create();
        manifest = Files.writeString(directory.resolve("chart.yaml"), Chart.rendered("{cleanupOnUninstall: true}"));
        AccountRights.applyRights(admin, manifest);
    }

    private String as(String account) {
        return "--kubeconfig="
                + server.kubeconfig(server.serviceAccount("purelb", account), directory.resolve(account));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            admin.close();
            server.close();
        }
    }

    private CommandLineRun applyCrds() {
        return CommandLineRun.of("apply-crds", as("purelb-crds"));
    }

    private static String printed(CommandLineRun run) {
        assertEquals(0, run.exitCode(), run.err());
        return run.out();
    }

    private GenericKubernetesResource definition(String name) {
        return admin.genericKubernetesResources("apiextensions.k8s.io/v1", "CustomResourceDefinition")
                .withName(name)
                .require();
    }

    @Test
    void definitionsAreCreatedAndThenUnchangedAndServed() {
        assertEquals(CREATED, printed(applyCrds()));
        assertEquals(CREATED.replace("created", "unchanged"), printed(applyCrds()));
        JsonNode group = Serialization.unmarshal(Serialization.asJson(definition(NAMES.get(1))), JsonNode.class);
        assertTrue(group.path("metadata").path("managedFields").toString().contains("purelb-crds"));
        assertEquals(List.of(), AccountRights.refused(server, "purelb", "purelb-crds"));
        // A server-side apply that creates is a patch for the audit, but takes the right to create.
        SortedSet<String> granted = AccountRights.granted(manifest, "purelb:crds");
        assertTrue(granted.remove("create customresourcedefinitions.apiextensions.k8s.io"));
        assertEquals(granted, AccountRights.used(server, "purelb", "purelb-crds"));
    }

    @Test
    void definitionsOfAnOlderVersionBecomeThisOnesWhoeverMadeThem() throws IOException {
        for (String name : NAMES) {
            String yaml = Files.readString(Path.of("../manifests/crds/" + name.replace(".purelb.io", ".yaml")));
            GenericKubernetesResource old = Serialization.unmarshal(
                    yaml.replace("      name: \"AGE\"", "      name: \"BORN\""), GenericKubernetesResource.class);
            assertTrue(Serialization.asJson(old).contains("BORN"));
            // As helm does, and as kubectl apply --server-side does.
            if (name.startsWith("lb")) {
                admin.resource(old).create();
            } else {
                admin.resource(old).fieldManager("kubectl").serverSideApply();
            }
        }
        assertEquals(CREATED.replace("created", "changed"), printed(applyCrds()));
        for (String name : NAMES) {
            String now = Serialization.asJson(definition(name));
            String spec =
                    Serialization.unmarshal(now, JsonNode.class).path("spec").toString();
            assertTrue(spec.contains("\"AGE\"") && !spec.contains("BORN"), spec);
        }
        assertEquals(CREATED.replace("created", "unchanged"), printed(applyCrds()));
    }

    @Test
    void absenceOfTheApiServerIsWaitedForAndARefusalIsNot() {
        String account = as("purelb-crds");
        server.stopApi();
        CompletableFuture<CommandLineRun> waiting =
                CompletableFuture.supplyAsync(() -> CommandLineRun.of("apply-crds", account));
        CommandLineRun late = CommandLineRun.of("apply-crds", account, "--timeout=1s");
        assertEquals(1, late.exitCode());
        assertTrue(late.err().contains("applying lbnodeagents.purelb.io has not come about in 1 s: "), late.err());
        server.startApi();
        CommandLineRun run = waiting.join();
        assertEquals(CREATED, printed(run));
        assertTrue(
                run.err().startsWith("purelb: applying lbnodeagents.purelb.io: trying again, because of: "), run.err());

        admin.genericKubernetesResources("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")
                .withName("purelb:crds")
                .delete();
        List<CommandLineRun> runs = new ArrayList<>();
        Patience.until(() -> "the refusal", () -> {
            runs.add(applyCrds());
            return runs.get(runs.size() - 1).exitCode() == 1;
        });
        String last = runs.get(runs.size() - 1).err();
        assertTrue(last.contains("\npurelb: applying lbnodeagents.purelb.io is refused: "), last);
    }

    @Test
    void nodesAreCleanedByTheirAgentsAndWaitedFor() {
        assertEquals(
                "there is no DaemonSet purelb/lbnodeagent, so nothing was cleaned\n",
                printed(CommandLineRun.of("cleanup-nodes", as("purelb-cleanup"))));
        admin.resource(Serialization.unmarshal(DAEMON_SET, GenericKubernetesResource.class))
                .create();
        status("{\"observedGeneration\": 1, \"desiredNumberScheduled\": 2, \"updatedNumberScheduled\": 2,"
                + " \"currentNumberScheduled\": 2, \"numberMisscheduled\": 0, \"numberReady\": 2}");
        CommandLineRun late = CommandLineRun.of("cleanup-nodes", as("purelb-cleanup"), "--timeout=1s");
        assertEquals(1, late.exitCode());
        assertTrue(late.err().contains("not seen by the cluster's controllers yet"), late.err());

        CompletableFuture<CommandLineRun> waiting =
                CompletableFuture.supplyAsync(() -> CommandLineRun.of("cleanup-nodes", as("purelb-cleanup")));
        JsonNode changed = daemonSet();
        assertEquals(
                "[\"agent\",\"--election-port=7934\",\"--cleanup\",\"--stay\"]",
                changed.at("/spec/template/spec/containers/0/args").toString());
        assertEquals(
                "registry/purelb",
                changed.at("/spec/template/spec/containers/0/image").asText());
        assertEquals(
                "100%",
                changed.at("/spec/updateStrategy/rollingUpdate/maxUnavailable").asText());
        status("{\"observedGeneration\": " + changed.at("/metadata/generation").asLong() + "}");
        assertEquals("all nodes of DaemonSet purelb/lbnodeagent are cleaned\n", printed(waiting.join()));
        assertEquals(List.of(), AccountRights.refused(server, "purelb", "purelb-cleanup"));
        assertEquals(
                AccountRights.granted(manifest, "purelb-cleanup"),
                AccountRights.used(server, "purelb", "purelb-cleanup"));
    }

    private JsonNode daemonSet() {
        return Serialization.unmarshal(
                Serialization.asJson(admin.genericKubernetesResources("apps/v1", "DaemonSet")
                        .inNamespace("purelb")
                        .withName("lbnodeagent")
                        .require()),
                JsonNode.class);
    }

    private void status(String status) {
        admin.genericKubernetesResources("apps/v1", "DaemonSet")
                .inNamespace("purelb")
                .withName("lbnodeagent")
                .subresource("status")
                .patch(MERGE, "{\"status\": " + status + "}");
    }

    private static final String DAEMON_SET = """
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: lbnodeagent, namespace: purelb}
            spec:
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec:
                  containers:
                  - {name: lbnodeagent, image: registry/purelb, args: [agent, --election-port=7934]}
            """;
}
