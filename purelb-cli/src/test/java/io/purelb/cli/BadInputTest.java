package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Input that cannot be used is one sentence that names line and field, and never a class of this program. */
class BadInputTest {
    @TempDir
    private Path directory;

    private String sentence(byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("f"), bytes);
        String sentence = CommandLineRun.of("simulate", "-f", file.toString()).sentence();
        assertTrue(sentence.startsWith("purelb: "), sentence);
        assertFalse(sentence.contains("java") || sentence.contains("fabric8") || sentence.contains("!!"), sentence);
        return sentence.replace(file.toString(), "f");
    }

    private String sentence(String text) throws IOException {
        return sentence(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: [1'                              | f, line 1 is not YAML",
                "'a: 1\n b: 2'                        | f, line 2 is not YAML",
                "'a: {{{{'                            | f, line 1: a has a field whose name is a list or a map",
                "'a:\n\t- b'                          | f, line 2 is not YAML",
                "hello                                | f, line 1: this is \"hello\", not a Kubernetes object",
                "'- 1'                                | f, line 1: this is a list, not a Kubernetes object",
                "'kind: Service'                      | f, line 1: this is not a Kubernetes object: it has no apiVersion",
                "'{apiVersion: v1, kind: 7}'          | this is not a Kubernetes object: kind is 7, not a text",
                "'{apiVersion: v1, kind: List, items: [{}]}' | f, line 1: this is not a Kubernetes object: it has no apiVersion",
                "'{apiVersion: v1, kind: List, items: [7]}'  | f, line 1: this is 7, not a Kubernetes object",
                "'{apiVersion: v1, items: [{apiVersion: v1, kind: Node, metadata: {name: n}}]}'  | it has no kind",
                "'{apiVersion: v1, kind: Service, metadata: {}}' | f, line 1: Service has no metadata.name",
                "'{apiVersion: v1, kind: Service}'               | f, line 1: Service has no metadata.name",
                "'{apiVersion: v1, kind: Service, metadata: 7}'  | f, line 1: Service has no metadata.name",
                "'{apiVersion: v1, kind: Service, metadata:\n {name: 7}}'  | f, line 2: Service: metadata.name is 7, not a text",
                "'{apiVersion: v1, kind: service, metadata: {name: a}}'    | f, line 1: kind \"service\" is written Service",
                "'{apiVersion: v2, kind: Service, metadata: {name: a}}'    | apiVersion \"v2\" of a Service is not supported: this version of PureLB takes v1",
                "'{apiVersion: purelb.io/v1, kind: Group, metadata: {name: a}}' | kind \"Group\" of purelb.io/v1 does not exist",
                "'&a [*a]'                            | refers to *a, which it is a part of",
                "'x: &a {b: *a}'                      | x.b refers to *a, which it is a part of",
                "'x: *a'                              | f, line 1: x refers to *a, but there is no &a before it",
                "'{x: {<<: 7}}'                       | f, line 1: x merges 7: a merge key takes maps only",
                "'{x: {[1]: 7}}'                      | f, line 1: x has a field whose name is a list or a map",
                "'{x: {~: 7}}'                        | f, line 1: x has a field whose name is nothing",
            })
    void whatIsNoKubernetesObjectIsNamedByItsLine(String text, String expected) throws IOException {
        String sentence = sentence(text);
        assertTrue(sentence.contains(expected), sentence);
    }

    /** Left what its spec has beside the type, on line 4; right the rest of the sentence. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ports: [{port: x}]                    | spec.ports[0].port is \"x\", not a whole number",
                "ports: [{port: 80.5}]                 | spec.ports[0].port is 80.5, not a whole number",
                "ports: [{port: .nan}]                 | spec.ports[0].port is .nan, not a whole number",
                "ports: [{port: 99999999999}]          | spec.ports[0].port is 99999999999, not a whole number",
                "ports: [{port: 0}]                    | spec.ports[0].port 0 is no port: write one of 1 to 65535",
                "ports: [{port: 70000}]                | spec.ports[0].port 70000 is no port: write one of 1 to 65535",
                "ports: [{port: -1}]                   | spec.ports[0].port -1 is no port: write one of 1 to 65535",
                "'ports: [{port: 80}, {name: x}]'      | spec.ports[1] has no port: write one of 1 to 65535",
                "ports: [~]                            | spec.ports[0] is nothing, not there",
                "ports: []                             | spec.ports is missing: a load balancer needs at least one port",
                "ports: {port: 80}                     | spec.ports is a map, not a list",
                "ports: 80                             | spec.ports is 80, not a list",
                "ports: [80]                           | spec.ports[0] is 80, not a map of fields",
                "'ports: [{port: 80, protocol: tcp}]'  | spec.ports[0].protocol \"tcp\" is not one of TCP, UDP, SCTP",
                "'ports: [{port: 80, name: 80}]'       | spec.ports[0].name is 80, not a text: put it in quotes, \"80\"",
                "ipFamilies: [ipv6]                    | spec.ipFamilies[0] \"ipv6\" is not one of IPv4, IPv6",
                "ipFamilies: IPv4                      | spec.ipFamilies is \"IPv4\", not a list",
                "'ipFamilies: [IPv4, IPv4]'            | spec.ipFamilies names a family twice: write each once",
                "ipFamilyPolicy: dual                  | spec.ipFamilyPolicy \"dual\" is not one of SingleStack, PreferDualStack, RequireDualStack",
                "externalTrafficPolicy: local          | spec.externalTrafficPolicy \"local\" is not one of Cluster, Local",
                "loadBalancerIP: 10                    | spec.loadBalancerIP is 10, not a text: put it in quotes, \"10\"",
                "loadBalancerIP: [10.0.0.1]            | spec.loadBalancerIP is a list, not a text",
                "clusterIP: ten                        | spec.clusterIP \"ten\" is no IP address",
                "allocateLoadBalancerNodePorts: 'maybe'| spec.allocateLoadBalancerNodePorts is \"maybe\", not true or false",
                "selector: [a]                         | spec.selector is a list, not a map of names and values",
            })
    void whatAnApiServerRefusesInAServiceIsNamedByLineAndField(String spec, String expected) throws IOException {
        String ports = spec.contains("ports:") ? "" : ", ports: [{port: 80}]";
        assertEquals(
                "purelb: f, line 4: Service shop/a: " + expected,
                sentence(
                        "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {type: LoadBalancer, "
                                + spec + ports + "}\n"));
    }

    @Test
    void typeInTheWrongCaseIsRefused() throws IOException {
        assertEquals(
                "purelb: f, line 1: Service default/a: spec.type \"loadbalancer\" is not one of"
                        + " ClusterIP, NodePort, LoadBalancer, ExternalName",
                sentence("{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: loadbalancer}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "annotations: {a: true}              | metadata.annotations[a] is true, not a text: put it in quotes, \"true\"",
                "annotations: {a: yes}               | metadata.annotations[a] is yes, not a text: put it in quotes, \"yes\"",
                "annotations: {a: 7}                 | metadata.annotations[a] is 7, not a text: put it in quotes, \"7\"",
                "annotations: [a]                    | metadata.annotations is a list, not a map of names and values",
                "annotations: {a: {b: c}}            | metadata.annotations[a] is a map, not a text",
                "creationTimestamp: yesterday        | metadata.creationTimestamp \"yesterday\" is no time: write 2026-01-31T12:00:00Z",
                "namespace: Shop                     | metadata.namespace \"Shop\" is no name: write at most 63 lower-case letters, digits and inner dashes",
                "annotations: {simulate.purelb.io/action: remove} | metadata.annotations[simulate.purelb.io/action] \"remove\" is not \"apply\" or \"delete\"",
            })
    void whatAnApiServerRefusesInMetadataIsNamedByLineAndField(String metadata, String expected) throws IOException {
        String sentence = sentence(
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\n  " + metadata + "\nspec: {type: ClusterIP}");
        assertTrue(sentence.startsWith("purelb: f, line 5: Service "), sentence);
        assertTrue(sentence.endsWith(": " + expected), sentence);
    }

    @Test
    void veryLongNamesAreShortened() throws IOException {
        String sentence = sentence(
                "{apiVersion: v1, kind: Service, metadata: {name: " + "a".repeat(5000) + "}, spec: {type: ClusterIP}}");
        assertTrue(sentence.length() < 400 && sentence.contains("is no name"), sentence);
    }

    @Test
    void duplicateKeyIsNamedWithBothLines() throws IOException {
        assertEquals(
                "purelb: f, line 7: metadata.annotations.purelb.io/service-group is there twice, first in line 6: keep one",
                sentence("""
                        apiVersion: v1
                        kind: Service
                        metadata:
                          name: a
                          annotations:
                            purelb.io/service-group: default
                            purelb.io/service-group: other
                        """));
    }

    @Test
    void aliasBombIsRefusedAsKubectlDoes() throws IOException {
        StringBuilder bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c <= 'i'; c++) {
            String before = "*" + (char) (c - 1);
            bomb.append(c + ": &" + c + " [" + (before + ",").repeat(8) + before + "]\n");
        }
        String sentence = sentence(bomb + "apiVersion: v1\nkind: Service\n");
        assertTrue(sentence.contains("line 4: d[") && sentence.contains("enormous"), sentence);
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        String deep = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: ";
        String sentence = sentence(deep + "{a: ".repeat(5000) + "1" + "}".repeat(5000));
        assertTrue(sentence.contains("line 4") && sentence.contains("is nested deeper than 100 levels"), sentence);
        assertTrue(sentence.length() < 300, sentence);
        sentence = sentence(deep + "[".repeat(5000) + "]".repeat(5000));
        assertTrue(sentence.contains("line 4") && sentence.contains("is nested deeper than 100 levels"), sentence);
    }

    @Test
    void aliasesCannotNestDeeperEither() throws IOException {
        StringBuilder text = new StringBuilder("a0: &a0 {x: 1}\n");
        for (int i = 1; i < 300; i++) {
            text.append("a" + i + ": &a" + i + " {x: *a" + (i - 1) + "}\n");
        }
        assertTrue(sentence(text.toString()).contains("is nested deeper than 100 levels"));
    }

    @Test
    void bytesThatAreNoTextAreNamedByTheirLine() throws IOException {
        assertEquals(
                "purelb: f, line 2 has bytes that are no UTF-8: save the file as UTF-8",
                sentence(new byte[] {'a', ':', ' ', '1', '\n', 'b', ':', (byte) 0xff, (byte) 0xfe}));
        assertEquals(
                "purelb: f, line 2 has the control character U+0000: write it as an escape", sentence("a: 1\nb: \0"));
    }

    @ParameterizedTest
    @CsvSource({"''", "'---\n---\n'", "'# nothing\n---\n# here\n'", "'---\nnull\n...\n'", "'\n\n'"})
    void aFileWithoutObjectsIsSaidToBeEmpty(String text) throws IOException {
        assertEquals("purelb: f holds no object: nothing to do", sentence(text));
    }

    @Test
    void anotherVersionOfPureLbIsNamed() throws IOException {
        assertEquals(
                "purelb: f, line 1: apiVersion \"purelb.io/v2\" of a ServiceGroup is not supported: this version of PureLB"
                        + " takes purelb.io/v1",
                sentence("{apiVersion: purelb.io/v2, kind: ServiceGroup, metadata: {name: default}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'local: {v4pools: {pool: x}}'           | spec.local.v4pools is a map, not a list",
                "'local: {v4pools: [10.0.0.0/24]}'       | spec.local.v4pools[0] is \"10.0.0.0/24\", not a map of fields",
                "'local: {v4pools: [{pool: 7}]}'         | spec.local.v4pools[0].pool is 7, not a text: put it in quotes, \"7\"",
                "'local: []'                             | spec.local is a list, not a map of fields",
                "'avoid: 10.0.0.1'                       | spec.avoid is \"10.0.0.1\", not a list",
                "'sharingScope: namespace'               | spec.sharingScope \"namespace\" is not one of Cluster, Namespace",
            })
    void whatAnApiServerRefusesInAGroupIsNamedByLineAndField(String spec, String expected) throws IOException {
        assertEquals(
                "purelb: f, line 1: ServiceGroup purelb/g: " + expected,
                sentence("{apiVersion: purelb.io/v1, kind: ServiceGroup, metadata: {name: g}, spec: {" + spec + "}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "eth0:1     | has a part that is not",
                "eth0=1.2.3 | \"1.2.3\" has no prefix length",
            })
    void interfacesThatCannotBeReadAreNamed(String interfaces, String expected) throws IOException {
        String sentence = sentence("{apiVersion: v1, kind: Node, metadata: {name: n, annotations:\n"
                + " {simulate.purelb.io/interfaces: \"" + interfaces + "\"}}}");
        assertTrue(
                sentence.startsWith("purelb: f, line 2: Node n: metadata.annotations[simulate.purelb.io/interfaces] \"")
                        && sentence.contains(expected),
                sentence);
    }

    @Test
    void aSliceWithoutItsServiceIsNamed() throws IOException {
        assertEquals(
                "purelb: f, line 1: EndpointSlice default/e: metadata.labels lacks kubernetes.io/service-name",
                sentence("{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: e}}"));
    }
}
