package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster in which {@code a} has the one address there is, and {@code b} waits. */
class PlanCommandTest {
    private static final String STATE = """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: purelb.io/v1
              kind: ServiceGroup
              metadata: {name: default, namespace: purelb}
              spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.1}]}}
            - apiVersion: v1
              kind: Service
              metadata:
                name: a
                namespace: shop
                annotations: {purelb.io/allocated-by: PureLB, purelb.io/allocated-from: default}
              spec: {type: LoadBalancer, ipFamilies: [IPv4], ports: [{port: 80}]}
              status: {loadBalancer: {ingress: [{ip: 10.0.0.1}]}}
            - apiVersion: v1
              kind: Service
              metadata: {name: b, namespace: shop}
              spec: {type: LoadBalancer, ipFamilies: [IPv4], ports: [{port: 80}]}
            - apiVersion: v1
              kind: Service
              metadata: {name: other, namespace: shop}
              spec: {type: ClusterIP, ports: [{port: 80}]}
            """;

    @TempDir
    private Path directory;

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static String group(String pool) {
        return """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: default, namespace: purelb}
            spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: %s}]}}
            """.formatted(pool);
    }

    private CommandLineRun plan(String wanted) throws IOException {
        return CommandLineRun.of(
                "plan", "-f", file("wanted.yaml", wanted), "--state", file("state.yaml", STATE), "-o", "json");
    }

    private static List<String> outcomes(JsonNode report) {
        List<String> outcomes = new ArrayList<>();
        report.get("services")
                .forEach(line -> outcomes.add(line.get("name").asText() + " "
                        + line.get("outcome").asText() + " " + line.get("ip").asText()));
        return outcomes;
    }

    @Test
    void aLargerGroupKeepsWhatIsHeldAndServesWhoWaits() throws IOException {
        CommandLineRun run = plan(group("10.0.0.1-10.0.0.4"));
        assertEquals(0, run.exitCode());
        assertEquals(List.of("a kept 10.0.0.1", "b newly satisfiable 10.0.0.2"), outcomes(run.json()));
        assertEquals("4", run.json().at("/groups/0/size").asText());
        assertEquals("2", run.json().at("/groups/0/available").asText());
    }

    @Test
    void aGroupElsewhereLeavesAnOrphanAndExitsWith3() throws IOException {
        CommandLineRun run = plan(group("10.0.0.9"));
        assertEquals(3, run.exitCode());
        assertEquals(List.of("a orphaned 10.0.0.1", "b newly satisfiable 10.0.0.9"), outcomes(run.json()));
    }

    @Test
    void whoGoesOnWaitingIsToldWhy() throws IOException {
        CommandLineRun run = plan(group("10.0.0.1"));
        assertEquals(0, run.exitCode());
        assertEquals(List.of("a kept 10.0.0.1", "b pending -"), outcomes(run.json()));
        assertTrue(run.json().at("/services/1/reason").asText().startsWith("EXHAUSTED: "));
    }

    @Test
    void aBadGroupIsAProblemAndTheGoodOneStays() throws IOException {
        CommandLineRun run = plan(group("10.0.0.4-10.0.0.1"));
        assertEquals(0, run.exitCode());
        assertEquals(List.of("a kept 10.0.0.1", "b pending -"), outcomes(run.json()));
        assertTrue(run.json().at("/problems/0").asText().contains("starts after its end"));
    }

    @Test
    void theTableHasTheSame() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "plan", "-f", file("wanted.yaml", group("10.0.0.9")), "--state", file("state.yaml", STATE));
        assertEquals(3, run.exitCode());
        assertTrue(run.out().contains("shop       a     orphaned"), run::out);
    }

    @Test
    void anythingButAGroupIsRefused() throws IOException {
        assertTrue(plan("{apiVersion: v1, kind: Node, metadata: {name: n}}")
                .sentence()
                .contains("Node n is not a ServiceGroup"));
    }

    @Test
    void onlyOneOfTheTwoFilesCanBeStandardInput() {
        assertTrue(CommandLineRun.of("plan", "-f", "-", "--state", "-")
                .usage()
                .contains("cannot both be read from standard input"));
    }

    @Test
    void withoutSavedObjectsTheClusterIsAskedAndAFaultIsOneSentence() throws IOException {
        String wanted = file("wanted.yaml", group("10.0.0.9"));
        assertTrue(CommandLineRun.of("plan", "-f", wanted, "--kubeconfig", "/nowhere/config")
                .sentence()
                .contains("kubeconfig /nowhere/config cannot be read"));
        String closed = file("config", """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {}}]
                current-context: c
                """);
        assertTrue(CommandLineRun.of("plan", "-f", wanted, "--kubeconfig", closed)
                .sentence()
                .contains("the API server does not tell"));
    }

    private static String saved(String name, String created, String pool, String ready) {
        return """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: %s, namespace: purelb, generation: 1, creationTimestamp: "%s"}
            spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: %s}]}}
            status:
              conditions:
              - {type: Ready, status: "%s", reason: r, message: m, lastTransitionTime: "2026-01-01T00:00:00Z",
                 observedGeneration: 1}
            ---
            """.formatted(name, created, pool, ready);
    }

    @Test
    void theStatusesOfSavedGroupsTellWhichAreInForce() throws IOException {
        String state = saved("older", "2026-01-01T00:00:00Z", "10.0.0.1-10.0.0.9", "False")
                + saved("default", "2026-02-01T00:00:00Z", "10.0.0.1-10.0.0.4", "True")
                + STATE.substring(STATE.indexOf("- apiVersion: v1\n")).replace("- apiVersion", "---\n  apiVersion");
        CommandLineRun run = CommandLineRun.of(
                "plan",
                "-f",
                file("wanted.yaml", group("10.0.0.1-10.0.0.2")),
                "--state",
                file("state.yaml", state),
                "-o",
                "json");
        assertEquals(List.of("a kept 10.0.0.1", "b kept 10.0.0.2"), outcomes(run.json()), run::err);
        assertTrue(run.json().get("problems").get(0).asText().contains("purelb/older"));
    }
}
