package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that kubectl takes, too. */
class GoodInputTest {
    private static final String GROUP = """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: default, namespace: purelb}
            spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.10-10.0.0.19}]}}
            ---
            """;

    @TempDir
    private Path directory;

    private CommandLineRun run(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("f"), text);
        return CommandLineRun.of("simulate", "-f", file.toString(), "-o", "json");
    }

    private JsonNode services(String text) throws IOException {
        return run(text).json().get("services");
    }

    private static String address(JsonNode service) {
        return service.at("/addresses/0/ip").asText();
    }

    @Test
    void mergeKeysAndAnchorsMeanWhatTheyMeanToKubectl() throws IOException {
        JsonNode services = services(GROUP + """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: Service
                  metadata: {name: a}
                  spec: &s {type: LoadBalancer, ports: [{port: 80}]}
                - apiVersion: v1
                  kind: Service
                  metadata: {name: b}
                  spec: {<<: *s, loadBalancerIP: 10.0.0.15}
                - apiVersion: v1
                  kind: Service
                  metadata: {name: c}
                  spec:
                    <<: [{loadBalancerIP: 10.0.0.17}, *s, {loadBalancerIP: 10.0.0.18}]
                - {apiVersion: v1, kind: Service, metadata: {name: d}, spec: *s}
                """);
        assertEquals("10.0.0.10", address(services.get(0)));
        assertEquals("10.0.0.15", address(services.get(1)));
        assertEquals("10.0.0.17", address(services.get(2)));
        assertEquals("10.0.0.11", address(services.get(3)));
    }

    @Test
    void manyObjectsMayRepeatOneAnchor() throws IOException {
        StringBuilder list = new StringBuilder("""
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Service, metadata: {name: s}, spec: &s {type: ClusterIP, ports: [{port: 80}]}}
                """);
        for (int i = 0; i < 3000; i++) {
            list.append("- {apiVersion: v1, kind: Service, metadata: {name: s")
                    .append(i)
                    .append("}, spec: *s}\n");
        }
        assertEquals(3001, run(list.toString()).json().get("steps").size());
    }

    @Test
    void windowsTextIsText() throws IOException {
        String text = "\ufeff"
                + (GROUP + "{apiVersion: v1, kind: Service, metadata: {name: a},"
                                + " spec: {type: LoadBalancer, ports: [{port: 80}]}}")
                        .replace("\n", "\r\n");
        assertEquals("10.0.0.10", address(services(text).get(0)));
    }

    @Test
    void documentsOfCommentsOnlyCountForNothing() throws IOException {
        assertEquals(
                1,
                run("# a chart\n---\n# nothing\n---\n" + GROUP + "# the end\n")
                        .json()
                        .get("steps")
                        .size());
    }

    @Test
    void aListOfTheApiServerSaysOnceWhatItsItemsAre() throws IOException {
        String item = "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"type\":\"LoadBalancer\",\"ports\":[{\"port\":80}]}}";
        String head = "\"kind\":\"ServiceList\",\"apiVersion\":\"v1\"";
        assertEquals(
                "Service/default/a",
                run("{" + head + ",\"items\":[" + item + "]}")
                        .json()
                        .at("/steps/0/object")
                        .asText());
        assertEquals(
                "Service/default/a",
                run("{\"items\":[" + item + "]," + head + "}")
                        .json()
                        .at("/steps/0/object")
                        .asText());
    }

    @Test
    void otherKindsAreSkippedByName() throws IOException {
        CommandLineRun run = run(GROUP + """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: d}
                spec: {any: [thing]}
                ---
                {apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: k}}
                """);
        assertEquals(0, run.exitCode());
        assertEquals(
                "purelb: skipped, these play no part: Deployment d, Service k",
                run.err().strip());
    }

    @Test
    void numbersAndWordsAreReadAsKubectlReadsThem() throws IOException {
        JsonNode steps = run("""
                {apiVersion: v1, kind: Service, metadata: {name: a, labels: {on: "x", 7: "y"}}, spec: {type: LoadBalancer,
                 allocateLoadBalancerNodePorts: no, ports: [{port: 0x50}, {port: 8e1}, {port: !!int "8080", targetPort: web}]}}
                """).json().get("steps");
        assertEquals(1, steps.size());
    }

    @Test
    void ourObjectsWithoutNamespaceAreOfPureLb() throws IOException {
        JsonNode report = run(GROUP.replace(", namespace: purelb", "")
                        + "{apiVersion: purelb.io/v1, kind: LBNodeAgent, metadata: {name: default}, spec: {local: {}}}")
                .json();
        assertEquals("ServiceGroup/purelb/default", report.at("/steps/0/object").asText());
        assertEquals("LBNodeAgent/purelb/default", report.at("/steps/1/object").asText());
    }

    private String live(String name, String spec, String status) {
        return "{apiVersion: v1, kind: Service, metadata: {name: " + name
                + "}, spec: {type: LoadBalancer, ports: [{port: 80}]" + spec + "}, status: {loadBalancer: {" + status
                + "}}}\n---\n";
    }

    @Test
    void simulateAdoptsWhatServicesShow() throws IOException {
        CommandLineRun run = run(GROUP
                + live("a", "", "ingress: [{ip: 10.0.0.17}]")
                + live("b", "", "ingress: [{ip: 203.0.113.9}]")
                + live("c", "", "ingress: [{hostname: lb.example.net}]")
                + live("d", "", ""));
        JsonNode report = run.json();
        assertEquals(
                "Adopted default/a: keeps IP 10.0.0.17 of pool default",
                report.at("/steps/1/effects/0").asText());
        assertTrue(report.at("/steps/2/effects/0").asText().startsWith("LeftAlone default/b"), run::out);
        assertTrue(report.at("/steps/3/effects/0").asText().startsWith("LeftAlone default/c"), run::out);
        assertEquals(2, report.get("services").size());
        assertEquals("10.0.0.10", address(report.at("/services/1")));
    }

    @Test
    void anotherControllersServiceIsOursAsSoonAsItsStatusIsEmpty() throws IOException {
        String foreign = "ingress: [{hostname: lb.example.net}]";
        String edited = live("a", "", "").replace(", status: {loadBalancer: {}}", "");
        assertEquals(0, services(GROUP + live("a", "", foreign) + edited).size());
        assertEquals(
                1, services(GROUP + live("a", "", foreign) + live("a", "", "")).size());
    }

    @Test
    void aGroupWithoutAgeIsYoungerThanThoseThatSayTheirs() throws IOException {
        String dated = GROUP.replace("{name: default,", "{name: default, creationTimestamp: \"2026-01-01T00:00:00Z\",");
        JsonNode report = run(GROUP.replace("name: default", "name: aaa").replace(".10-10.0.0.19", ".200-10.0.0.209")
                        + dated
                        + GROUP.replace("name: default", "name: new"))
                .json();
        assertEquals(true, report.at("/groups/1/ready").asBoolean());
        assertEquals("new", report.at("/groups/2/name").asText());
        assertEquals(false, report.at("/groups/2/ready").asBoolean());
    }

    @Test
    void familiesThatTheApiServerDecidedAreNotAddedTo() throws IOException {
        String dual = GROUP.replace("}]}}", "}], v6pools: [{subnet: \"fd00::/64\", pool: \"fd00::10-fd00::19\"}]}}");
        String prefer = ", ipFamilyPolicy: PreferDualStack";
        assertEquals(
                2, services(dual + live("a", prefer, "")).at("/0/addresses").size());
        assertEquals(
                1,
                services(dual + live("a", prefer + ", clusterIP: 10.96.0.9", ""))
                        .at("/0/addresses")
                        .size());
        assertEquals(
                "fd00::10",
                address(services(dual + live("a", ", clusterIPs: [\"fd01::9\"]", ""))
                        .get(0)));
        assertEquals(
                "fd00::15",
                address(services(dual + live("a", "", "ingress: [{ip: \"fd00::15\"}]"))
                        .get(0)));
    }

    @Test
    void nodesTellWhetherTheClusterHasTwoFamilies() throws IOException {
        String dual = GROUP.replace("}]}}", "}], v6pools: [{subnet: \"fd00::/64\", pool: \"fd00::10-fd00::19\"}]}}");
        String node = "{apiVersion: v1, kind: Node, metadata: {name: n, annotations:"
                + " {simulate.purelb.io/interfaces: \"eth0=%s\"}}}\n---\n";
        String service = live("a", ", ipFamilyPolicy: PreferDualStack", "");
        assertEquals(
                1,
                services(dual + node.formatted("10.0.0.1/24") + service)
                        .at("/0/addresses")
                        .size());
        assertEquals(
                "fd00::10",
                address(services(dual + node.formatted("fd00::1/64") + live("a", "", ""))
                        .get(0)));
        assertEquals(
                2,
                services(dual + node.formatted("10.0.0.1/24,fd00::1/64") + service)
                        .at("/0/addresses")
                        .size());
    }

    @Test
    void anAgentForSomeNodesIsCheckedToo() throws IOException {
        JsonNode report = run("""
                apiVersion: purelb.io/v1
                kind: LBNodeAgent
                metadata: {name: edge, namespace: purelb}
                spec:
                  nodeSelector: {matchLabels: {zone: a}}
                  local: {localint: "eth("}
                """).json();
        assertTrue(
                report.at("/steps/0/effects/0").asText().startsWith("LBNodeAgent purelb/edge: spec.local.localint"),
                report::toString);
    }

    @Test
    void theAgentForANodeIsFoundByItsLabels() throws IOException {
        JsonNode report = run(GROUP + """
                apiVersion: purelb.io/v1
                kind: LBNodeAgent
                metadata: {name: edge, namespace: purelb}
                spec:
                  nodeSelector: {matchLabels: {zone: a}}
                  local: {localint: eth1}
                ---
                apiVersion: v1
                kind: Node
                metadata:
                  name: n1
                  labels: {zone: a}
                  annotations: {simulate.purelb.io/interfaces: "eth0=192.168.0.1/24 eth1=10.0.0.1/24"}
                ---
                """ + live("a", "", "")).json();
        assertEquals("eth1", report.at("/services/0/announcements/0/interface").asText());
    }

    @Test
    void objectsAsAClusterHasThemAreRead() throws IOException {
        JsonNode report = run("""
                apiVersion: v1
                kind: Node
                metadata:
                  name: n1
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  managedFields: [{apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {"f:spec": {".": {}}}, manager: k, operation: Update}]
                spec: {podCIDR: 10.244.0.0/24, podCIDRs: [10.244.0.0/24], taints: [{key: a, effect: NoSchedule}]}
                status:
                  addresses: [{address: 10.0.0.1, type: InternalIP}]
                  capacity: {cpu: "4", memory: 8000000Ki, pods: 110}
                  allocatable: {cpu: 3.5}
                  conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2026-01-01T00:00:00Z"}]
                  images: [{names: [a], sizeBytes: 5000000000}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: shop, generation: 7, ownerReferences: [{apiVersion: v1, kind: A, name: a, uid: u, controller: true}]}
                spec:
                  type: LoadBalancer
                  healthCheckNodePort: 31000
                  ports: [{port: 80, targetPort: 8080, nodePort: 30080}, {port: 443, targetPort: https}]
                  sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints: [{addresses: [10.9.9.9], conditions: {ready: true}, nodeName: n1, targetRef: {kind: Pod, name: p}}]
                ports: [{port: 8080, protocol: TCP}]
                """).json();
        assertEquals(3, report.get("steps").size());
    }
}
