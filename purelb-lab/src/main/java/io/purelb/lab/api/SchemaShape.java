package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Pruning and defaulting by a structural schema ("Extend the Kubernetes API with CustomResourceDefinitions"). */
final class SchemaShape {
    /** Names, in the schemas of built-in kinds, what the real server writes where there is nothing. */
    static final String ZERO = "x-zero";

    private SchemaShape() {}

    /** Writes what stands in a built-in kind where nothing was given. */
    static void fillZero(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                if (property.getValue().has(ZERO) && !object.has(property.getKey())) {
                    object.set(property.getKey(), property.getValue().get(ZERO).deepCopy());
                }
                fillZero(property.getValue(), object.path(property.getKey()));
            });
        } else if (value.isArray()) {
            value.forEach(item -> fillZero(schema.path("items"), item));
        }
    }

    /** Removes the fields that the schema does not know, and names them. */
    static void prune(JsonNode schema, JsonNode value, String path, List<String> unknown) {
        if (value instanceof ObjectNode object) {
            boolean preserve =
                    schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
            boolean embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
            JsonNode others = schema.path("additionalProperties");
            for (String name : List.copyOf(names(object))) {
                String field = path.isEmpty() ? name : path + "." + name;
                JsonNode known = schema.path("properties").path(name);
                if (known.isObject()) {
                    prune(known, object.get(name), field, unknown);
                } else if (others.isObject()) {
                    prune(others, object.get(name), field, unknown);
                } else if (!preserve && !others.asBoolean() && !(embedded && isEnvelope(name))) {
                    object.remove(name);
                    unknown.add(field);
                }
            }
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                prune(schema.path("items"), value.get(i), path + "[" + i + "]", unknown);
            }
        }
    }

    /** Takes null for absent everywhere, as built-in kinds do. */
    static void dropNulls(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.removeIf(JsonNode::isNull);
        }
        value.forEach(SchemaShape::dropNulls);
    }

    /** Removes empty lists and maps, which built-in kinds take for absent. */
    static void dropEmpty(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            for (String name : List.copyOf(names(object))) {
                JsonNode known = schema.path("properties").path(name);
                boolean omitted = known.path("type").asText().equals("array") || known.has("additionalProperties");
                if (omitted && !known.has(ZERO) && object.path(name).isEmpty()) {
                    object.remove(name);
                } else {
                    dropEmpty(known, object.path(name));
                }
            }
        } else if (value.isArray()) {
            value.forEach(item -> dropEmpty(schema.path("items"), item));
        }
    }

    private static boolean isEnvelope(String name) {
        return name.equals("apiVersion") || name.equals("kind") || name.equals("metadata");
    }

    private static List<String> names(ObjectNode object) {
        return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    /** Removes nulls that the schema does not allow, and puts the defaults where nothing is. */
    static void fill(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                JsonNode known = property.getValue();
                if (object.path(property.getKey()).isNull()
                        && !known.path("nullable").asBoolean()) {
                    object.remove(property.getKey());
                }
                if (!object.has(property.getKey()) && known.has("default")) {
                    object.set(property.getKey(), known.get("default").deepCopy());
                }
                if (object.has(property.getKey())) {
                    fill(known, object.get(property.getKey()));
                }
            });
            JsonNode others = schema.path("additionalProperties");
            for (String name : names(object)) {
                if (others.isObject() && !schema.path("properties").has(name)) {
                    fill(others, object.get(name));
                }
            }
        } else if (value.isArray()) {
            value.forEach(item -> fill(schema.path("items"), item));
        }
    }
}
