package io.purelb.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every value that the schema knows does something, and what it does not know is refused. */
final class ValuesTest {
    private static final String IGNORED = "#/definitions/ignored";

    @TestFactory
    Stream<DynamicTest> changesWhatIsRendered() {
        return elements(Chart.yaml(Chart.resource("each-value.yaml"))).flatMap(group -> {
            String before = Chart.rendered(
                    group.path("with").isMissingNode()
                            ? "{}"
                            : group.path("with").toString());
            List<DynamicTest> tests = new ArrayList<>();
            group.path("change")
                    .properties()
                    .forEach(change -> tests.add(DynamicTest.dynamicTest(
                            change.getKey(),
                            () -> assertNotEquals(
                                    before, Chart.rendered(with(group, change.getKey(), change.getValue()))))));
            return tests.stream();
        });
    }

    @Test
    void eachValueOfTheSchemaIsTriedAbove() throws IOException {
        Set<String> tried = elements(Chart.yaml(Chart.resource("each-value.yaml")))
                .flatMap(group -> names(group.path("change")))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(leaves(false), tried);
    }

    @Test
    void notesNameEachValueThatHasNoMeaningHere() throws IOException {
        ObjectNode values = Chart.YAML.createObjectNode();
        Set<String> ignored = leaves(true);
        ignored.forEach(path -> put(values, path, Chart.YAML.createObjectNode().put("enabled", true)));
        String notes = Chart.notes(values.toString());
        String named = notes.replaceFirst("(?s).*no meaning here and were ignored: ([^\n]*)\\..*", "$1");
        assertEquals(ignored, new TreeSet<>(List.of(named.split(", ", -1))), notes);
        assertTrue(!Chart.notes("{}").contains("ignored"), "nothing was given that has no meaning");
    }

    @Test
    void notesTellTheNextStep() {
        String notes = Chart.notes("{}");
        assertTrue(notes.contains("kubectl apply -f - <<END"), notes);
        assertTrue(notes.contains("pod-security.kubernetes.io/enforce=privileged"), notes);
        assertTrue(!Chart.notes("{serviceGroup: {create: true}}").contains("<<END"), "a group is there already");
    }

    @Test
    void defaultsAreOnlyWhatTheSchemaKnows() throws IOException {
        Set<String> known = leaves(false);
        JsonNode defaults = Chart.yaml(Files.readString(Chart.DIRECTORY.resolve("values.yaml")));
        Set<String> without = new TreeSet<>(known);
        without.removeIf(path -> !defaults.at("/" + path.replace('.', '/')).isMissingNode());
        assertEquals(
                Set.of(
                        "lbnodeagent.extlbint",
                        "lbnodeagent.garpConfig.count",
                        "lbnodeagent.garpConfig.enabled",
                        "lbnodeagent.garpConfig.interval",
                        "lbnodeagent.garpConfig.refresh",
                        "lbnodeagent.localint",
                        "lbnodeagent.sendgarp"),
                without,
                "values of the schema without a default, so without their explanation in values.yaml");
    }

    @TestFactory
    Stream<DynamicTest> isRefused() {
        return elements(Chart.yaml(Chart.resource("refused-values.yaml")))
                .map(wrong -> DynamicTest.dynamicTest(wrong.path("values").toString(), () -> {
                    Exception refused = assertThrows(
                            Exception.class,
                            () -> Chart.rendered(wrong.path("values").toString()));
                    assertTrue(refused.getMessage().contains(wrong.path("says").asText()), refused::getMessage);
                }));
    }

    /** The paths of the values that the schema knows: those with a meaning, or those without. */
    private static Set<String> leaves(boolean ignored) throws IOException {
        JsonNode schema = Chart.yaml(Files.readString(Chart.DIRECTORY.resolve("values.schema.json")));
        Set<String> leaves = new TreeSet<>();
        collect(schema, "", schema, ignored, leaves);
        return leaves;
    }

    private static void collect(JsonNode schema, String path, JsonNode value, boolean ignored, Set<String> leaves) {
        String reference = value.path("$ref").asText();
        JsonNode meant = reference.isEmpty() ? value : schema.at(reference.substring(1));
        boolean section = meant.has("properties") && !path.matches(".*(resources|affinity|serviceGroup\\.spec)");
        if (section) {
            meant.path("properties")
                    .properties()
                    .forEach(field -> collect(
                            schema,
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                            field.getValue(),
                            ignored,
                            leaves));
        } else if (reference.equals(IGNORED) == ignored) {
            leaves.add(path);
        }
    }

    private static String with(JsonNode group, String path, JsonNode value) {
        ObjectNode values =
                group.path("with") instanceof ObjectNode given ? given.deepCopy() : Chart.YAML.createObjectNode();
        put(values, path, value);
        return values.toString();
    }

    private static void put(ObjectNode values, String path, JsonNode value) {
        String[] keys = path.split("\\.", -1);
        ObjectNode parent = values;
        for (int i = 0; i < keys.length - 1; i++) {
            parent = parent.withObjectProperty(keys[i]);
        }
        parent.set(keys[keys.length - 1], value);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static Stream<String> names(JsonNode object) {
        Iterator<String> names = object.fieldNames();
        return Stream.iterate(names, Iterator::hasNext, each -> each).map(Iterator::next);
    }
}
