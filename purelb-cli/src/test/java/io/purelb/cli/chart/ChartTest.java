package io.purelb.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart as a whole, with nobody's, everybody's and the original's values; what it renders stays in target/chart. */
final class ChartTest {
    private static final Set<String> CLUSTER_WIDE = Set.of("ClusterRole", "ClusterRoleBinding");

    @Test
    void strictLintFindsNothingWrong() {
        assertFalse(
                Chart.lint().isFailed(), () -> String.join("\n", Chart.lint().getMessages()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"default-values", "all-values", "upstream-a", "upstream-h", "complete-values"})
    void rendersTheSameTwiceAndLeavesNoFieldEmpty(String values) throws IOException {
        String text = values.equals("default-values") ? "{}" : Chart.resource(values + ".yaml");
        String rendered = Chart.rendered(text);
        assertEquals(rendered, Chart.rendered(text));
        Chart.documents(rendered).forEach(object -> assertEquals(List.of(), empty("", object), object::toPrettyString));
        Path directory = Files.createDirectories(Path.of("target", "chart"));
        Files.writeString(directory.resolve(values + ".yaml"), rendered);
    }

    @Test
    void versionIsTheBuilds() throws IOException {
        JsonNode chart = Chart.yaml(Files.readString(Chart.DIRECTORY.resolve("Chart.yaml")));
        String pom = Files.readString(Path.of("..", "pom.xml"));
        String version = pom.replaceFirst("(?s).*?<artifactId>purelb</artifactId>\\s*<version>(.*?)</version>.*", "$1");
        assertEquals(version, chart.path("version").asText());
        assertEquals(version, chart.path("appVersion").asText());
    }

    @Test
    void olderKubernetesIsRefused() {
        Exception refused = assertThrows(
                Exception.class,
                () -> Chart.template().withKubeVersion("1.30.9").call());
        assertTrue(refused.getMessage().contains("chart requires kubeVersion: >=1.31.0-0"), refused::getMessage);
    }

    @Test
    void definitionsAreThoseOfTheRepository() throws IOException {
        assertEquals(
                Path.of("..", "manifests", "crds").toRealPath(),
                Chart.DIRECTORY.resolve("crds").toRealPath());
    }

    @Test
    void everyObjectIsInTheReleasesNamespaceOrClusterWide() {
        for (JsonNode object : Chart.objects(Chart.resource("all-values.yaml"))) {
            String kind = object.path("kind").asText();
            String namespace = object.at("/metadata/namespace").asText();
            if (CLUSTER_WIDE.contains(kind)) {
                assertEquals("", namespace, object::toString);
            } else if (!object.at("/metadata/name").asText().matches("purelb-(map|text)")) {
                assertTrue(namespace.equals("purelb") || namespace.equals("kube-system"), object::toString);
            }
        }
    }

    @Test
    void twoReleasesWithNamesOfTheirOwnShareNoClusterWideObject() {
        Set<String> one = clusterWide(Chart.resource("all-values.yaml"));
        Set<String> other = clusterWide("{fullnameOverride: other, cleanupOnUninstall: true}");
        assertEquals(one.size(), other.size());
        one.retainAll(other);
        assertEquals(Set.of(), one);
    }

    /** A Deployment's selector can never be changed: with another one an upgrade from the original would be refused. */
    @Test
    void workloadsAreSelectedByTheOriginalsLabels() {
        List<JsonNode> objects = Chart.objects("{}");
        for (String component : List.of("allocator", "lbnodeagent")) {
            JsonNode workload = Chart.object(objects, kindOf(component), component);
            assertEquals(
                    Chart.yaml(
                            "{app.kubernetes.io/name: purelb, app.kubernetes.io/instance: purelb, app.kubernetes.io/component: "
                                    + component + "}"),
                    workload.at("/spec/selector/matchLabels"));
        }
    }

    @Test
    void agentsRunOnUntaintedNodesInTheHostsNetworkAndNeedNoDns() {
        JsonNode pod =
                Chart.object(Chart.objects("{}"), "DaemonSet", "lbnodeagent").at("/spec/template/spec");
        assertFalse(pod.has("tolerations"), pod::toPrettyString);
        assertTrue(pod.path("hostNetwork").asBoolean());
        assertEquals("Default", pod.path("dnsPolicy").asText());
        assertEquals("system-node-critical", pod.path("priorityClassName").asText());
    }

    @Test
    void javaOptionsAreInTheVariableThatTheLauncherPutsLast() throws IOException {
        List<JsonNode> objects = Chart.objects(Chart.resource("all-values.yaml"));
        for (String component : List.of("allocator", "lbnodeagent")) {
            JsonNode pod = Chart.object(objects, kindOf(component), component).at("/spec/template/spec");
            assertTrue(
                    pod.toString().contains("{\"name\":\"PURELB_JAVA_OPTIONS\",\"value\":\"-Xmx200m\"}"),
                    pod::toString);
        }
        String launcher = Files.readString(Path.of("src", "main", "launcher", "purelb"));
        assertTrue(launcher.lastIndexOf(" -D") < launcher.indexOf(" ${PURELB_JAVA_OPTIONS:-}"), launcher);
        assertTrue(launcher.indexOf(" $heap") < launcher.indexOf(" ${PURELB_JAVA_OPTIONS:-}"), launcher);
    }

    @Test
    void onlyOneImageIsEverRun() {
        assertEquals(
                Set.of("example.com/purelb@sha256:" + "0".repeat(64)),
                Chart.objects(Chart.resource("all-values.yaml")
                                + "image: {repository: example.com/purelb, digest: \"sha256:" + "0".repeat(64)
                                + "\"}\n")
                        .stream()
                        .flatMap(ChartTest::containers)
                        .map(container -> container.path("image").asText())
                        .collect(Collectors.toSet()));
    }

    @Test
    void podsAskForWhatTheirProgramNeedsAndNoMore() {
        List<JsonNode> objects = Chart.objects(Chart.resource("all-values.yaml"));
        Chart.yaml(Chart.resource("security.yaml")).properties().forEach(expected -> {
            String[] name = expected.getKey().split("/", 2);
            JsonNode object = Chart.object(objects, name[0], name[1]);
            JsonNode pod = pod(object);
            assertEquals(
                    expected.getValue().path("pod"),
                    pod.has("securityContext") ? pod.path("securityContext") : Chart.yaml("{}"),
                    expected.getKey());
            containers(object)
                    .forEach(container -> assertEquals(
                            expected.getValue().path("container"),
                            container.path("securityContext"),
                            expected.getKey()));
        });
        assertEquals(
                Chart.yaml(Chart.resource("security.yaml")).size(),
                objects.stream()
                        .filter(object -> containers(object).findAny().isPresent())
                        .count(),
                "security.yaml has not all workloads");
    }

    private static String kindOf(String component) {
        return component.equals("allocator") ? "Deployment" : "DaemonSet";
    }

    private static Set<String> clusterWide(String values) {
        return Chart.objects(values).stream()
                .filter(object -> CLUSTER_WIDE.contains(object.path("kind").asText()))
                .map(object -> object.path("kind").asText() + " "
                        + object.at("/metadata/name").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode pod(JsonNode object) {
        return object.path("kind").asText().equals("Pod") ? object.path("spec") : object.at("/spec/template/spec");
    }

    private static Stream<JsonNode> containers(JsonNode object) {
        List<JsonNode> containers = new ArrayList<>();
        pod(object).path("containers").forEach(containers::add);
        return containers.stream();
    }

    /** Where a value is null: the trace of a template's key without anything behind it. */
    private static List<String> empty(String path, JsonNode value) {
        if (value.isNull()) {
            return List.of(path);
        }
        List<String> found = new ArrayList<>();
        value.properties().forEach(field -> found.addAll(empty(path + "/" + field.getKey(), field.getValue())));
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            found.addAll(empty(path + "/" + i, value.get(i)));
        }
        return found;
    }
}
