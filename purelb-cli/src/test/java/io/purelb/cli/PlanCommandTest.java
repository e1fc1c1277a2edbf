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
    void aRefusedGroupIsAProblemWithExitCode1AndTheGoodOneStays() throws IOException {
        CommandLineRun run = plan(group("10.0.0.4-10.0.0.1"));
        assertEquals(1, run.exitCode());
        assertEquals(List.of("a kept 10.0.0.1", "b pending -"), outcomes(run.json()));
        assertTrue(run.json().at("/problems/0").asText().contains("starts after its end"));
    }

    @Test
    void aNewGroupThatOverlapsIsRefusedWhateverAgeItClaims() throws IOException {
        String overlapping = group("10.0.0.1-10.0.0.4")
                .replace("{name: default,", "{name: extra, creationTimestamp:" + " \"1999-01-01T00:00:00Z\",");
        CommandLineRun run = plan(overlapping);
        assertEquals(1, run.exitCode());
        assertEquals(List.of("a kept 10.0.0.1", "b pending -"), outcomes(run.json()));
        assertTrue(run.json().at("/problems/0").asText().contains("purelb/extra"), run::out);
    }

    @Test
    void aGroupWithoutNamespaceIsThatOfPureLb() throws IOException {
        CommandLineRun run = plan(group("10.0.0.1-10.0.0.4").replace(", namespace: purelb", ""));
        assertEquals(0, run.exitCode());
        assertEquals(List.of("a kept 10.0.0.1", "b newly satisfiable 10.0.0.2"), outcomes(run.json()));
    }

    @Test
    void aGroupIsDeletedByTheAnnotation() throws IOException {
        String delete = ", annotations: {simulate.purelb.io/action: delete}}";
        CommandLineRun run = plan(group("10.0.0.1").replace("purelb}", "purelb" + delete));
        assertEquals(3, run.exitCode());
        assertEquals(List.of("a orphaned 10.0.0.1", "b pending -"), outcomes(run.json()));
        assertTrue(
                plan(group("10.0.0.1").replace("name: default", "name: missing").replace("purelb}", "purelb" + delete))
                        .sentence()
                        .endsWith("line 1: ServiceGroup purelb/missing is to be deleted, but there is none"));
    }

    @Test
    void theSameGroupTwiceIsRefusedWithBothPlaces() throws IOException {
        String sentence = plan(group("10.0.0.1") + "---\n" + group("10.0.0.2")).sentence();
        assertTrue(sentence.contains("line 6: ServiceGroup purelb/default is there twice, first in "), sentence);
        assertTrue(sentence.endsWith("line 1: keep one"), sentence);
    }

    @Test
    void anEmptyFileIsSaidToBeEmpty() throws IOException {
        assertTrue(plan("# nothing\n").sentence().endsWith("holds no object: nothing to do"));
    }

    @Test
    void servicesAreThoseOfTheAllocator() throws IOException {
        String service = """
                - apiVersion: v1
                  kind: Service
                  metadata: {name: %s, namespace: shop, creationTimestamp: "2026-01-0%dT00:00:00Z"}
                  spec: {type: LoadBalancer, clusterIP: 10.96.0.9, ipFamilies: [IPv4], ports: [{port: 80}]}
                  status: {loadBalancer: {%s}}
                """;
        String state = "apiVersion: v1\nkind: List\nitems:\n"
                + service.formatted("foreign", 1, "ingress: [{ip: 203.0.113.9}]")
                + service.formatted("hostname", 1, "ingress: [{hostname: lb.example.net}]")
                + service.formatted("young", 4, "")
                + service.formatted("old", 3, "")
                + service.formatted("unbranded", 2, "ingress: [{ip: 10.0.0.17}]")
                + "- " + group("10.0.0.17").strip().replace("\n", "\n  ");
        CommandLineRun run = CommandLineRun.of(
                "plan",
                "-f",
                file("wanted.yaml", group("10.0.0.16-10.0.0.17")),
                "--state",
                file("s.yaml", state),
                "-o",
                "json");
        assertEquals(
                List.of("old newly satisfiable 10.0.0.16", "unbranded kept 10.0.0.17", "young pending -"),
                outcomes(run.json()));
    }

    @Test
    void familiesOfLiveServicesAreNotAddedTo() throws IOException {
        String state = STATE.replace(
                "ipFamilies: [IPv4],",
                "clusterIP: 10.96.0.9, ipFamilies: [IPv4], ipFamilyPolicy:" + " PreferDualStack,");
        CommandLineRun run = CommandLineRun.of(
                "plan", "-f", file("wanted.yaml", group("10.0.0.1")), "--state", file("s.yaml", state), "-o", "json");
        assertEquals(List.of("a kept 10.0.0.1", "b pending -"), outcomes(run.json()));
    }

    @Test
    void anOrphanOfBeforeIsToldApartAndExitsWith0() throws IOException {
        String state = STATE.replace("ingress: [{ip: 10.0.0.1}]", "ingress: [{ip: 10.0.0.99}]");
        CommandLineRun run = CommandLineRun.of(
                "plan", "-f", file("wanted.yaml", group("10.0.0.1")), "--state", file("s.yaml", state), "-o", "json");
        assertEquals(0, run.exitCode());
        assertEquals(List.of("a orphaned already 10.0.0.99", "b kept 10.0.0.1"), outcomes(run.json()));
    }

    @Test
    void unknownFieldsAreWarningsAndChangeNoExitCode() throws IOException {
        CommandLineRun run = plan(group("10.0.0.1").replace("{local:", "{Namespaces: [shop], local:"));
        assertEquals(0, run.exitCode());
        assertEquals(
                "ServiceGroup purelb/default: spec.Namespaces means nothing to PureLB: did you mean namespaces?",
                run.json().at("/warnings/0").asText());
    }

    @Test
    void whatAServiceAsksForMakesNoRowOfItsOwn() throws IOException {
        String evil = "a\\e[2J\\e[31m\\nshop       web   orphaned  10.0.0.12\\u2028\\u202e";
        String state = STATE.replace(
                "{name: b, namespace: shop}",
                "{name: b, namespace: shop, annotations: " + "{purelb.io/service-group: \"" + evil + "\"}}");
        CommandLineRun run = CommandLineRun.of(
                "plan", "-f", file("wanted.yaml", group("10.0.0.1")), "--state", file("state.yaml", state));
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(
                run.out()
                        .contains("there is no ServiceGroup \"a\\u001b[2J\\u001b[31m\\nshop       web   orphaned"
                                + "  10.0.0.12\\u2028\\u202e\": create it"),
                run.out());
        assertEquals(6, run.out().lines().count(), run.out());
        assertTrue(run.out().chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), run.out());
    }

    @Test
    void theTableHasTheSame() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "plan", "-f", file("wanted.yaml", group("10.0.0.9")), "--state", file("state.yaml", STATE));
        assertEquals(3, run.exitCode());
        assertTrue(run.out().contains("shop       a     orphaned"), run::out);
    }

    @Test
    void otherKindsAreSkippedByName() throws IOException {
        CommandLineRun run = plan(
                group("10.0.0.1") + "---\n{apiVersion: v1, kind: Service, metadata: {name: web, namespace:"
                        + " shop}, spec: {type: loadbalancer}}\n---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}");
        assertEquals(0, run.exitCode());
        assertEquals(
                "purelb: skipped, a plan is about ServiceGroups only: Service shop/web, Deployment d",
                run.err().strip());
    }

    @Test
    void aFileWithoutAGroupIsSaidToChangeNothing() throws IOException {
        CommandLineRun run = plan("{apiVersion: v1, kind: Node, metadata: {name: n}}");
        assertEquals(0, run.exitCode());
        assertTrue(run.err().contains("skipped, a plan is about ServiceGroups only: Node n"), run::err);
        assertTrue(run.err().contains("wanted.yaml holds no ServiceGroup: nothing would change"), run::err);
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
