package io.purelb.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The committed manifests are what the chart renders; with {@code -Dpurelb.render=true} they are written instead. */
final class RenderedManifestsTest {
    private static final Path MANIFESTS = Path.of("..", "manifests");
    /** Rights of programs that are started by hand: with a key of one's own, and without default objects. */
    private static final String PLAIN = "{election: {existingSecret: own}, serviceGroup: {create: false}}";

    @Test
    void rightsOfTheAllocatorAreTheCharts() throws IOException {
        same(
                "rbac/allocator.yaml",
                "# What the allocator may do, and nothing else; the chart's. Needs the namespace purelb.\n",
                rightsOf("allocator"));
    }

    @Test
    void rightsOfTheAgentsAreTheCharts() throws IOException {
        same(
                "rbac/lbnodeagent.yaml",
                "# What the node agents may do, and nothing else; the chart's. Needs the namespace purelb.\n",
                rightsOf("lbnodeagent"));
    }

    @Test
    void completeManifestIsTheCharts() throws IOException {
        same(
                "purelb-complete.yaml",
                """
                # PureLB, all of it: kubectl apply -f purelb-complete.yaml. Rendered from the chart by manifests/render. The allocator makes the
                # objects of ConfigMap purelb-defaults, each once; then edit the ServiceGroup: its addresses are of a documentation range.
                """,
                Stream.of(namespace(), definitions(), chart(Chart.resource("complete-values.yaml")))
                        .flatMap(documents -> documents)
                        .toList());
    }

    @Test
    void completeManifestHoldsNoObjectWhoseKindItDefines() throws IOException {
        List<JsonNode> objects = Chart.documents(Files.readString(MANIFESTS.resolve("purelb-complete.yaml")));
        Set<String> defined = Chart.ofKind(objects, "CustomResourceDefinition")
                .map(definition -> definition.at("/spec/names/kind").asText())
                .collect(Collectors.toSet());
        assertEquals(Set.of("LBNodeAgent", "ServiceGroup"), defined);
        assertTrue(
                objects.stream()
                        .noneMatch(
                                object -> defined.contains(object.path("kind").asText())),
                "kubectl looks all kinds up before it creates any: the first apply would fail");
    }

    private static List<String> rightsOf(String component) {
        return chart(PLAIN)
                .filter(document -> document.contains("app.kubernetes.io/component: " + component + "\n"))
                .filter(document -> document.contains("kind: ServiceAccount\n")
                        || document.contains("apiVersion: rbac.authorization.k8s.io/v1\n"))
                .toList();
    }

    private static Stream<String> namespace() {
        return Stream.of("""
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: purelb
                  annotations:
                    kubernetes.io/description: PureLB's allocator, node agents, service groups and settings.
                  # The agents use the host's network.
                  labels:
                    pod-security.kubernetes.io/enforce: privileged
                    pod-security.kubernetes.io/audit: privileged
                    pod-security.kubernetes.io/warn: privileged
                """);
    }

    private static Stream<String> definitions() throws IOException {
        return Stream.of(
                Files.readString(MANIFESTS.resolve("crds/servicegroups.yaml")).replaceFirst("^---\n", ""),
                Files.readString(MANIFESTS.resolve("crds/lbnodeagents.yaml")).replaceFirst("^---\n", ""));
    }

    /** The chart's own documents, without hooks, tests, and what tells that Helm made them. */
    private static Stream<String> chart(String values) {
        return Stream.of(Chart.rendered(values).split("(?m)^---\n"))
                .map(document -> document.replaceAll("(?m)^# Source: .*\n", "")
                        .replaceAll("(?m)^ *(helm\\.sh/chart|app\\.kubernetes\\.io/managed-by): .*\n", "")
                        .strip())
                .filter(document -> !document.isEmpty() && !document.contains("    hook: "))
                .map(document -> document + "\n");
    }

    private static void same(String name, String comment, List<String> documents) throws IOException {
        Path file = MANIFESTS.resolve(name);
        String rendered = comment + String.join("---\n", documents);
        if (Boolean.getBoolean("purelb.render")) {
            Files.writeString(file, rendered);
        }
        List<String> lines = Files.readString(file).lines().toList();
        List<String> expected = rendered.lines().toList();
        for (int i = 0; i < Math.max(lines.size(), expected.size()); i++) {
            String found = i < lines.size() ? lines.get(i) : "(the end)";
            String wanted = i < expected.size() ? expected.get(i) : "(the end)";
            assertEquals(
                    wanted, found, "manifests/" + name + ":" + (i + 1) + " is not the chart's: run manifests/render");
        }
    }
}
