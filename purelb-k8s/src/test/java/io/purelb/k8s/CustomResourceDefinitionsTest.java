package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The committed definitions are what the classes say. Run with {@code -Dcrds.write=true} to write them. Four things
 * of the generator are put right: it sorts printer columns, writes each rule of a record's component twice, whole limits in a
 * way ({@code 4.2E9}) that YAML 1.1 has as a text, and a priority 0 that the API server leaves out, so that
 * {@code kubectl apply} would always find a difference.
 */
final class CustomResourceDefinitionsTest {
    private static final List<String> COLUMNS =
            List.of("POOLS", "SIZE", "ALLOCATED", "AVAILABLE", "READY", "LOCALINT", "EXTLBINT", "AGE");

    @ParameterizedTest
    @ValueSource(strings = {"servicegroups", "lbnodeagents"})
    void committedDefinitionIsTheGeneratedOne(String plural) throws IOException {
        Path generated = Path.of("target/classes/META-INF/fabric8/" + plural + ".purelb.io-v1.yml");
        Path committed = Path.of("../manifests/crds/" + plural + ".yaml");
        String text = putRight(Files.readString(generated));
        if (Boolean.getBoolean("crds.write")) {
            Files.createDirectories(committed.getParent());
            Files.writeString(committed, text);
        }
        assertEquals(
                Files.readString(committed),
                text,
                committed + " is not what the classes say; write it with"
                        + " ./mvnw -pl purelb-k8s -am test -Dtest=CustomResourceDefinitionsTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dcrds.write=true");
    }

    private static String putRight(String yaml) {
        ObjectNode definition = Serialization.unmarshal(yaml, ObjectNode.class);
        for (JsonNode version : definition.path("spec").path("versions")) {
            ArrayNode columns = (ArrayNode) version.path("additionalPrinterColumns");
            List<JsonNode> sorted = new ArrayList<>();
            columns.forEach(sorted::add);
            sorted.sort((a, b) -> Integer.compare(
                    COLUMNS.indexOf(a.path("name").asText()),
                    COLUMNS.indexOf(b.path("name").asText())));
            columns.removeAll().addAll(sorted);
            sorted.stream()
                    .filter(column -> column.path("priority").asInt() == 0)
                    .forEach(column -> ((ObjectNode) column).remove("priority"));
        }
        for (JsonNode owner : definition.findParents("x-kubernetes-validations")) {
            ArrayNode rules = (ArrayNode) owner.get("x-kubernetes-validations");
            Set<JsonNode> once = new LinkedHashSet<>();
            rules.forEach(once::add);
            rules.removeAll().addAll(once);
        }
        for (String limit : List.of("minimum", "maximum")) {
            for (JsonNode owner : definition.findParents(limit)) {
                ((ObjectNode) owner).put(limit, owner.get(limit).asLong());
            }
        }
        return Serialization.asYaml(definition);
    }
}
