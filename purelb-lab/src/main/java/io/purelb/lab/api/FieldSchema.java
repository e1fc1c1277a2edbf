package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a schema says about merging (API concepts, "Server-Side Apply", "Merge strategy"): a map is merged field by
 * field unless {@code x-kubernetes-map-type: atomic}; a list is one value unless {@code x-kubernetes-list-type} makes it
 * a set, or a map by its {@code x-kubernetes-list-map-keys}.
 */
final class FieldSchema {
    private FieldSchema() {}

    /** True for what has one owner as a whole. */
    static boolean isLeaf(JsonNode schema, JsonNode value) {
        if (value.isObject()) {
            return Json.text(schema, "x-kubernetes-map-type").equals("atomic");
        }
        return !value.isArray() || !isMergedList(schema);
    }

    /** True for lists whose items are merged one by one. */
    static boolean isMergedList(JsonNode schema) {
        String type = Json.text(schema, "x-kubernetes-list-type");
        return type.equals("map") || type.equals("set");
    }

    /** The schema of a map's field. */
    static JsonNode field(JsonNode schema, String name) {
        JsonNode named = schema.path("properties").path(name);
        return named.isObject() ? named : schema.path("additionalProperties");
    }

    /** The schema of what a path element leads to. */
    static JsonNode below(JsonNode schema, String element) {
        return element.startsWith("f:") ? field(schema, element.substring(2)) : schema.path("items");
    }

    /** True if the element is a field that the schema calls by its name. */
    static boolean isNamed(JsonNode schema, String element) {
        return element.startsWith("f:") && schema.path("properties").has(element.substring(2));
    }

    /**
     * The items of a merged list by their path elements, in order.
     *
     * @throws IllegalArgumentException when an item lacks a key, or two have the same
     */
    static Map<String, JsonNode> items(JsonNode schema, JsonNode list, boolean duplicates) {
        Map<String, JsonNode> items = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            String element = element(schema, list.get(i), i);
            if (items.putIfAbsent(element, list.get(i)) != null && !duplicates) {
                throw new IllegalArgumentException("duplicate entries for key " + shown(element));
            }
        }
        return items;
    }

    private static String shown(String element) {
        FieldSet set = new FieldSet();
        set.descend(element).include();
        return set.paths().get(0);
    }

    private static String element(JsonNode schema, JsonNode item, int index) {
        if (Json.text(schema, "x-kubernetes-list-type").equals("set")) {
            return "v:" + item;
        }
        List<String> names = Json.texts(schema.path("x-kubernetes-list-map-keys"));
        Map<String, JsonNode> sorted = new TreeMap<>();
        for (String name : names) {
            JsonNode key = item.path(name);
            JsonNode otherwise = Json.at(schema, "items", "properties", name, "default");
            JsonNode chosen = key.isMissingNode() ? otherwise : key;
            if (!chosen.isMissingNode()) {
                sorted.put(name, chosen);
            }
        }
        if (!item.isObject() || sorted.isEmpty()) {
            throw new IllegalArgumentException("element " + index
                    + ": associative list with keys has an element that omits key field \"" + names.get(0) + "\"");
        }
        ObjectNode key = Json.object();
        sorted.forEach(key::set);
        return "k:" + key;
    }

    /**
     * What is wrong with a configuration to apply: fields that the schema does not know, items with the same key.
     *
     * @return a line per fault, such as {@code .spec.frob: field not declared in schema}
     */
    static List<String> faults(JsonNode schema, JsonNode value, String path) {
        List<String> faults = new ArrayList<>();
        if (isLeaf(schema, value)) {
            return faults;
        } else if (value.isObject()) {
            boolean closed = schema.has("properties")
                    && !schema.has("additionalProperties")
                    && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
            value.properties().forEach(field -> {
                String below = path + "." + field.getKey();
                if (closed && !schema.path("properties").has(field.getKey())) {
                    faults.add(below + ": field not declared in schema");
                } else {
                    faults.addAll(faults(field(schema, field.getKey()), field.getValue(), below));
                }
            });
            return faults;
        }
        try {
            items(schema, value, false);
        } catch (IllegalArgumentException e) {
            faults.add(path + ": " + e.getMessage());
        }
        return faults;
    }

    /** All fields of a value: its leaves, the items of its merged lists, and empty maps. */
    static FieldSet of(JsonNode schema, JsonNode value) {
        FieldSet set = new FieldSet();
        collect(schema, value, set);
        return set;
    }

    private static void collect(JsonNode schema, JsonNode value, FieldSet set) {
        if (isLeaf(schema, value)) {
            set.include();
        } else if (value.isObject()) {
            value.properties().forEach(field -> {
                FieldSet child = set.descend(FieldSet.field(field.getKey()));
                collect(field(schema, field.getKey()), field.getValue(), child);
                boolean empty = field.getValue().isObject() && field.getValue().isEmpty();
                if (empty || !isNamed(schema, FieldSet.field(field.getKey()))) {
                    child.include();
                }
            });
        } else {
            items(schema, value, true).forEach((element, item) -> {
                FieldSet child = set.descend(element);
                collect(schema.path("items"), item, child);
                child.include();
            });
        }
    }

    /** The value without the members of the set; what becomes empty by that is null. */
    static JsonNode remove(JsonNode schema, JsonNode value, FieldSet gone) {
        if (!value.isContainerNode() || isLeaf(schema, value)) {
            return NullNode.getInstance();
        }
        if (value.isObject()) {
            ObjectNode rest = Json.object();
            value.properties().forEach(field -> {
                FieldSet below = gone.below(FieldSet.field(field.getKey()));
                JsonNode kept = without(field(schema, field.getKey()), field.getValue(), below);
                if (!kept.isMissingNode()) {
                    rest.set(field.getKey(), kept);
                }
            });
            return rest.isEmpty() ? NullNode.getInstance() : rest;
        }
        var rest = Json.array();
        items(schema, value, true).forEach((element, item) -> {
            JsonNode kept = without(schema.path("items"), item, gone.below(element));
            if (!kept.isMissingNode()) {
                rest.add(kept);
            }
        });
        return rest.isEmpty() ? NullNode.getInstance() : rest;
    }

    private static JsonNode without(JsonNode schema, JsonNode value, FieldSet gone) {
        if (gone.isMember()) {
            return MissingNode.getInstance();
        }
        return gone.hasBelow() ? remove(schema, value, gone) : value;
    }
}
