package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.testkit.Patience;
import io.purelb.lab.AccountRights;
import io.purelb.lab.RealApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs of the chart's hooks, each by an account with exactly the rights it needs, on a real API server. */
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
    private String kubeconfig;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: HookVerbsIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
        server = RealApiServer.start(Files.createDirectory(directory.resolve("api")));
        admin = server.client();
        Path file = server.kubeconfig(server.serviceAccount("purelb", "hook"), directory.resolve("kubeconfig"));
        kubeconfig = "--kubeconfig=" + file;
        AccountRights.apply(admin, Files.writeString(directory.resolve("rights.yaml"), RIGHTS));
    }

    @AfterEach
    void stop() {
        if (server != null) {
            admin.close();
            server.close();
        }
    }

    private CommandLineRun applyCrds() {
        return CommandLineRun.of("apply-crds", kubeconfig);
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
        assertEquals(List.of(), AccountRights.refused(server, "purelb", "hook"));
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
    void absenceOfTheApiServerIsWaitedForAndARefusalEndsAtOnce() {
        server.stopApi();
        CompletableFuture<CommandLineRun> waiting = CompletableFuture.supplyAsync(this::applyCrds);
        CommandLineRun late = CommandLineRun.of("apply-crds", kubeconfig, "--timeout=1s");
        assertEquals(1, late.exitCode());
        assertTrue(late.err().contains("applying lbnodeagents.purelb.io has not come about in 1 s: "), late.err());
        server.startApi();
        CommandLineRun run = waiting.join();
        assertEquals(CREATED, printed(run));
        assertTrue(
                run.err().startsWith("purelb: applying lbnodeagents.purelb.io: trying again, because of: "), run.err());

        admin.genericKubernetesResources("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")
                .withName("hook")
                .delete();
        Patience.until(() -> "the refusal", () -> applyCrds().exitCode() == 1);
        CommandLineRun refused = applyCrds();
        assertTrue(refused.err().startsWith("purelb: applying lbnodeagents.purelb.io is refused: "), refused.err());
    }

    @Test
    void nodesAreCleanedByTheirAgentsAndWaitedFor() {
        assertEquals(
                "there is no DaemonSet purelb/lbnodeagent, so nothing was cleaned\n",
                printed(CommandLineRun.of("cleanup-nodes", kubeconfig)));
        admin.resource(Serialization.unmarshal(DAEMON_SET, GenericKubernetesResource.class))
                .create();
        status("{\"observedGeneration\": 1, \"desiredNumberScheduled\": 2, \"updatedNumberScheduled\": 2,"
                + " \"currentNumberScheduled\": 2, \"numberMisscheduled\": 0, \"numberReady\": 2}");
        CommandLineRun late = CommandLineRun.of("cleanup-nodes", kubeconfig, "--timeout=1s");
        assertEquals(1, late.exitCode());
        assertTrue(late.err().contains("not seen by the cluster's controllers yet"), late.err());

        CompletableFuture<CommandLineRun> waiting =
                CompletableFuture.supplyAsync(() -> CommandLineRun.of("cleanup-nodes", kubeconfig));
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
        assertEquals(List.of(), AccountRights.refused(server, "purelb", "hook"));
        assertEquals(
                "[get daemonsets.apps, patch daemonsets.apps]",
                AccountRights.used(server, "purelb", "hook").toString());
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

    private static final String RIGHTS = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: hook}
            rules:
            - apiGroups: [apiextensions.k8s.io]
              resources: [customresourcedefinitions]
              resourceNames: [lbnodeagents.purelb.io, servicegroups.purelb.io]
              verbs: [get, patch, create]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: hook}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: hook}
            subjects: [{kind: ServiceAccount, name: hook, namespace: purelb}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: hook, namespace: purelb}
            rules:
            - {apiGroups: [apps], resources: [daemonsets], resourceNames: [lbnodeagent], verbs: [get, patch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: hook, namespace: purelb}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: hook}
            subjects: [{kind: ServiceAccount, name: hook, namespace: purelb}]
            """;
}
