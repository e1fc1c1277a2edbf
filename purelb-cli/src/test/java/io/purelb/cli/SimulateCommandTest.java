package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    private static final String GROUP = """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: default, namespace: purelb}
            spec: {local: {v4pools: [{subnet: 172.30.250.0/24, pool: 172.30.250.50-172.30.250.51}]}}
            ---
            """;
    private static final String NODE = """
            apiVersion: v1
            kind: Node
            metadata: {name: n1, annotations: {simulate.purelb.io/interfaces: "eth0=172.30.250.101/24"}}
            ---
            """;

    @TempDir
    private Path directory;

    private static String service(String name, String annotations, String port) {
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: shop, annotations: {%s}}
            spec: {type: LoadBalancer, ports: [{port: %s}]}
            ---
            """.formatted(name, annotations, port);
    }

    private String file(String text) throws IOException {
        return Files.writeString(directory.resolve("cluster.yaml"), text).toString();
    }

    private CommandLineRun simulate(String text) throws IOException {
        return CommandLineRun.of("simulate", "-f", file(text), "-o", "json");
    }

    @Test
    void printsTheStepsAndTheClusterAfterThemAsJson() throws IOException {
        String key = "purelb.io/allow-shared-ip: front";
        CommandLineRun run = simulate(GROUP
                + NODE
                + service("web", key, "80")
                + service("api", key, "443")
                + service("bad", "purelb.io/service-group: missing", "80"));
        assertEquals(0, run.exitCode());
        String expected = """
                {"steps": [
                  {"step": 1, "object": "ServiceGroup/purelb/default", "action": "apply", "effects": []},
                  {"step": 2, "object": "Node/n1", "action": "apply", "effects": []},
                  {"step": 3, "object": "Service/shop/web", "action": "apply", "effects": [
                    "IPAllocated shop/web: Assigned IP 172.30.250.50 from pool default",
                    "AnnouncingLocal: Node n1 announcing 172.30.250.50 on interface eth0"]},
                  {"step": 4, "object": "Service/shop/api", "action": "apply", "effects": [
                    "IPAllocated shop/api: Assigned IP 172.30.250.50 from pool default"]},
                  {"step": 5, "object": "Service/shop/bad", "action": "apply", "effects": [
                    "AllocationFailed shop/bad: UNKNOWN_GROUP: there is no ServiceGroup \\"missing\\": create it or correct purelb.io/service-group"]}],
                 "services": [
                  {"namespace": "shop", "name": "api",
                   "addresses": [{"ip": "172.30.250.50", "group": "default", "sharedWith": ["shop/web"]}],
                   "refusal": null,
                   "announcements": [{"ip": "172.30.250.50", "node": "n1", "interface": "eth0", "prefix": 24, "mode": "local"}]},
                  {"namespace": "shop", "name": "bad", "addresses": [],
                   "refusal": {"reason": "UNKNOWN_GROUP",
                     "message": "there is no ServiceGroup \\"missing\\": create it or correct purelb.io/service-group"},
                   "announcements": []},
                  {"namespace": "shop", "name": "web",
                   "addresses": [{"ip": "172.30.250.50", "group": "default", "sharedWith": ["shop/api"]}],
                   "refusal": null,
                   "announcements": [{"ip": "172.30.250.50", "node": "n1", "interface": "eth0", "prefix": 24, "mode": "local"}]}],
                 "groups": [
                  {"namespace": "purelb", "name": "default", "ready": true, "message": "",
                   "v4": {"size": "2", "allocated": "1", "available": "1"},
                   "v6": {"size": "0", "allocated": "0", "available": "0"}}]}
                """;
        assertEquals(new ObjectMapper().readTree(expected), run.json());
    }

    @Test
    void deletedObjectsAreGone() throws IOException {
        String delete = "simulate.purelb.io/action: delete";
        JsonNode report = simulate(GROUP + service("web", "", "80") + service("web", delete, "80"))
                .json();
        assertEquals("delete", report.at("/steps/2/action").asText());
        assertTrue(report.at("/steps/2/effects/0").asText().startsWith("IPReleased shop/web: "), report::toString);
        assertEquals(0, report.get("services").size());
        assertEquals("0", report.at("/groups/0/v4/allocated").asText());
    }

    @Test
    void anEndpointSliceThatIsDeletedTakesTheVirtualAddressOffItsNode() throws IOException {
        String virtual = GROUP.replace("172.30.250.", "172.31.1.");
        String slice = """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: web-1
                  namespace: shop
                  labels: {kubernetes.io/service-name: web}
                  annotations: {simulate.purelb.io/action: ACTION}
                addressType: IPv4
                endpoints: ENDPOINTS
                ---
                """;
        String local = service("web", "", "80").replace("ports:", "externalTrafficPolicy: Local, ports:");
        JsonNode report = simulate(virtual
                        + NODE
                        + local
                        + slice.replace("ACTION", "apply")
                                .replace("ENDPOINTS", "[{addresses: [10.9.9.9], nodeName: n1}]")
                        + slice.replace("ACTION", "delete").replace("ENDPOINTS", "null"))
                .json();
        assertEquals(
                List.of(
                        "AnnouncingNonLocal: Announcing 172.31.1.50 from node n1 interface kube-lb0",
                        "Withdrawn: 172.31.1.50 from node n1 interface kube-lb0"),
                List.of(
                        report.at("/steps/3/effects/0").asText(),
                        report.at("/steps/4/effects/0").asText()));
    }

    @Test
    void aListIsReadAsKubectlWritesIt() throws IOException {
        String list = """
                apiVersion: v1
                items:
                - apiVersion: purelb.io/v1
                  kind: ServiceGroup
                  metadata: {name: default, namespace: purelb, annotations: null}
                  spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.0/24}], v6pools: null}}
                - apiVersion: v1
                  kind: Service
                  metadata: {name: web, namespace: shop, labels: null}
                  spec: {type: LoadBalancer, ports: [{port: 80, name: null}], ipFamilies: null}
                  status: {loadBalancer: {}}
                kind: List
                metadata: {resourceVersion: ""}
                """;
        JsonNode report = simulate(list).json();
        assertEquals(2, report.get("steps").size());
        assertEquals("10.0.0.0", report.at("/services/0/addresses/0/ip").asText());
    }

    @Test
    void anEditedServiceKeepsItsAge() throws IOException {
        String wish = "purelb.io/addresses: 172.30.250.50";
        JsonNode report = simulate(GROUP
                        + service("holder", wish, "80")
                        + service("older", wish, "80")
                        + service("younger", wish, "80")
                        + service("older", wish, "81")
                        + service("holder", wish + ", simulate.purelb.io/action: delete", "80"))
                .json();
        assertEquals("older", report.at("/services/0/name").asText());
        assertEquals(1, report.at("/services/0/addresses").size());
        assertEquals("IN_USE", report.at("/services/1/refusal/reason").asText());
    }

    @Test
    void readsStandardInput() throws IOException {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((GROUP + service("web", "", "80")).getBytes(StandardCharsets.UTF_8)));
        try {
            CommandLineRun run = CommandLineRun.of("simulate", "-f", "-");
            assertEquals(0, run.exitCode());
            assertTrue(run.out().contains("shop       web   172.30.250.50"), run::out);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void printsYamlToo() throws IOException {
        CommandLineRun run = CommandLineRun.of("simulate", "-f", file(GROUP), "-o", "yaml");
        assertTrue(run.out().startsWith("steps:"), run::out);
    }

    @Test
    void aBadGroupIsAnEffectAndNotReady() throws IOException {
        JsonNode report =
                simulate(GROUP.replace("172.30.250.50-", "172.30.250.99-")).json();
        assertEquals(false, report.at("/groups/0/ready").asBoolean());
        assertTrue(report.at("/groups/0/message").asText().contains("starts after its end"), report::toString);
        assertTrue(report.at("/steps/0/effects/0").asText().contains("spec.local.v4pools[0].pool"), report::toString);
    }

    private JsonNode steps(String text) throws IOException {
        String file = Files.writeString(directory.resolve("slips.yaml"), text).toString();
        return CommandLineRun.of("simulate", "-f", file, "-o", "json").json().get("steps");
    }

    @Test
    void unknownAnnotationsAreNamedWithTheKeyThatWasMeant() throws IOException {
        JsonNode steps = steps("""
                apiVersion: v1
                kind: Service
                metadata: {name: a, annotations: {purelb.io/address-pool: virtualsub}}
                spec: {type: LoadBalancer, ports: [{port: 80}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: b, annotations: {purelb.io/address: 10.0.0.17}}
                spec: {type: LoadBalancer, ports: [{port: 80}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: c, annotations: {purelb.io/Service-Group: virtualsub}}
                spec: {type: ClusterIP, ports: [{port: 80}]}
                """);
        assertEquals(
                "Warning Service default/a: annotation purelb.io/address-pool means nothing to PureLB: did you mean"
                        + " purelb.io/service-group?",
                steps.at("/0/effects/0").asText());
        assertEquals(
                "Warning Service default/b: annotation purelb.io/address means nothing to PureLB: did you mean"
                        + " purelb.io/addresses?",
                steps.at("/1/effects/0").asText());
        assertTrue(steps.at("/2/effects").isEmpty(), "it asks nothing of PureLB");
    }

    @Test
    void unknownFieldsAreNamedWithTheFieldThatWasMeant() throws IOException {
        JsonNode steps = steps("""
                apiVersion: purelb.io/v1
                kind: ServiceGroup
                metadata: {name: default}
                spec: {avoids: [10.0.0.1], local: {v4pools: [{sumnet: 10.0.0.0/24, pool: 10.0.0.10-10.0.0.19}]}}
                ---
                apiVersion: purelb.io/v1
                kind: LBNodeAgent
                metadata: {name: default}
                spec: {local: {localInt: eth0}}
                """);
        assertEquals(
                List.of(
                        "Warning ServiceGroup purelb/default: spec.avoids means nothing to PureLB: did you mean avoid?",
                        "Warning ServiceGroup purelb/default: spec.local.v4pools[0].sumnet means nothing to PureLB: did"
                                + " you mean subnet?",
                        "ConfigError ServiceGroup purelb/default: spec.local.v4pools[0].subnet is missing: pool and"
                                + " subnet belong together"),
                List.of(
                        steps.at("/0/effects/0").asText(),
                        steps.at("/0/effects/1").asText(),
                        steps.at("/0/effects/2").asText()));
        assertEquals(
                "Warning LBNodeAgent purelb/default: spec.local.localInt means nothing to PureLB: did you mean localint?",
                steps.at("/1/effects/0").asText());
    }

    @Test
    void aGroupOfNetboxIsSaidToBeUnsupported() throws IOException {
        JsonNode steps = steps("""
                apiVersion: purelb.io/v1
                kind: ServiceGroup
                metadata: {name: netboxsg, namespace: purelb}
                spec: {netbox: {url: "http://netbox.example.net/"}}
                """);
        assertTrue(
                steps.toString().contains("spec.netbox is an external IPAM, which is not supported"), steps.toString());
        assertTrue(!steps.toString().contains("has no pool"), steps.toString());
    }

    @Test
    void userTextIsEscapedInEffectsAndReport() throws IOException {
        String text = """
                apiVersion: purelb.io/v1
                kind: ServiceGroup
                metadata: {name: default, namespace: purelb}
                spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: "10.0.0.1\\e[2J\\nx"}]}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: a, annotations: {purelb.io/service-group: "\\e[31mred\\nline2"}}
                spec: {type: LoadBalancer, ports: [{port: 80}]}
                """;
        String file = Files.writeString(directory.resolve("evil.yaml"), text).toString();
        CommandLineRun run = CommandLineRun.of("simulate", "-f", file, "-o", "json");
        assertEquals(
                "there is no ServiceGroup \"\\u001b[31mred\\nline2\": create it or correct purelb.io/service-group",
                run.json().at("/services/0/refusal/message").asText());
        assertTrue(run.json().at("/groups/0/message").asText().contains("\"10.0.0.1\\u001b[2J\\nx\""), run.out());
        CommandLineRun table = CommandLineRun.of("simulate", "-f", file);
        assertTrue(table.out().chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), table.out());
        assertTrue(table.out().lines().noneMatch(line -> line.startsWith("line2")), table.out());
    }

    @Test
    void aFileThatIsNotThereIsOneSentence() {
        assertEquals(
                "purelb: there is no file /nowhere/x.yaml",
                CommandLineRun.of("simulate", "-f", "/nowhere/x.yaml").sentence());
        assertTrue(CommandLineRun.of("simulate", "-f", directory.toString())
                .sentence()
                .contains("cannot be read"));
        assertTrue(CommandLineRun.of("simulate").usage().contains("Missing required option"));
    }

    @Test
    void aServiceWithoutSpecIsNobodysLoadBalancer() throws IOException {
        JsonNode report =
                simulate("{apiVersion: v1, kind: Service, metadata: {name: s}}").json();
        assertEquals(0, report.get("services").size());
    }

    @Test
    void manyThousandServicesFillAPoolToTheLastAddress() throws IOException {
        StringBuilder file =
                new StringBuilder("{apiVersion: purelb.io/v1, kind: ServiceGroup, metadata: {name: default},"
                        + " spec: {local: {v4pools: [{subnet: 10.0.0.0/18, pool: 10.0.0.0/18}]}}}\n");
        for (int i = 0; i <= 16_384; i++) {
            file.append("---\n{apiVersion: v1, kind: Service, metadata: {name: s")
                    .append(i);
            file.append("}, spec: {type: LoadBalancer, ports: [{port: 80}]}}\n");
        }
        JsonNode report = simulate(file.toString()).json();
        assertEquals("16384", report.at("/groups/0/v4/allocated").asText());
        assertEquals("0", report.at("/groups/0/v4/available").asText());
        assertTrue(report.at("/steps/16384/effects/0").asText().endsWith("Assigned IP 10.0.63.255 from pool default"));
        assertTrue(report.at("/steps/16385/effects/0").asText().contains("EXHAUSTED"));
    }

    private static final String BOTH_FAMILIES = """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: default, namespace: purelb}
            spec:
              avoid: [10.0.0.12]
              local:
                v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.10-10.0.0.19}]
                v6pools: [{subnet: "fd00::/64", pool: "fd00::10-fd00::19"}]
            ---
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: edge, namespace: purelb}
            spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.15-10.0.0.29}]}}
            ---
            """;

    /** What becomes of one Service: its addresses, or the reason and words of its refusal. */
    private String fate(String annotations, String spec) throws IOException {
        JsonNode service = simulate(BOTH_FAMILIES + """
                apiVersion: v1
                kind: Service
                metadata: {name: a, namespace: shop, annotations: {%s}}
                spec: {type: LoadBalancer, ports: [{port: 80}], %s}
                """.formatted(annotations, spec))
                .json()
                .get("services")
                .get(0);
        JsonNode refusal = service.get("refusal");
        return refusal.isNull()
                ? String.join(",", service.get("addresses").findValuesAsText("ip"))
                : refusal.get("reason").asText() + ": " + refusal.get("message").asText();
    }

    @Test
    void addressesComeInTheOrderOfIpFamilies() throws IOException {
        String dual = "ipFamilyPolicy: RequireDualStack, ipFamilies: ";
        assertEquals("fd00::10,10.0.0.10", fate("", dual + "[IPv6, IPv4]"));
        assertEquals("10.0.0.10,fd00::10", fate("", dual + "[IPv4, IPv6]"));
    }

    @Test
    void aRequestThatCannotBeHadIsExplainedByNameOfWhatIsInTheWay() throws IOException {
        String refused = fate("purelb.io/addresses: 10.0.0.25", "ipFamilies: [IPv4]");
        assertTrue(refused.startsWith("NOT_IN_ANY_GROUP: ") && refused.contains("ServiceGroup \"edge\""), refused);
        assertTrue(refused.contains("spec.local.v4pools[0].pool") && refused.contains("purelb/default"), refused);
        String avoided = fate("purelb.io/addresses: 10.0.0.12", "ipFamilies: [IPv4]");
        assertTrue(avoided.contains("avoided by ServiceGroup \"default\""), avoided);
        String group = fate("purelb.io/service-group: edge", "ipFamilies: [IPv4]");
        assertTrue(group.startsWith("UNKNOWN_GROUP: ServiceGroup \"edge\" is not in force: "), group);
    }

    @Test
    void bothFieldsForAddressesCount() throws IOException {
        String both = fate("purelb.io/addresses: 10.0.0.15", "ipFamilies: [IPv4], loadBalancerIP: 10.0.0.16");
        assertTrue(both.startsWith("CONFLICTING_REQUEST: "), both);
        assertTrue(both.contains("10.0.0.15") && both.contains("10.0.0.16"), both);
        assertEquals("fd00::15", fate("", "ipFamilies: [IPv6], loadBalancerIP: \"fd00::15\""));
        assertEquals(
                "10.0.0.15,fd00::15",
                fate(
                        "purelb.io/addresses: 10.0.0.15",
                        "ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6], loadBalancerIP: \"fd00::15\""));
    }
}
