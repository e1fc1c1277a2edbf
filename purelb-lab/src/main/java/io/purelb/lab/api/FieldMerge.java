package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Merges an applied configuration into a live object by the schema's strategies. */
final class FieldMerge {
    private FieldMerge() {}

    /** The live value with the applied one laid over it; both are left as they were. */
    static JsonNode merge(JsonNode schema, JsonNode live, JsonNode applied) {
        boolean leaf = FieldSchema.isLeaf(schema, applied) || live.getNodeType() != applied.getNodeType();
        if (leaf) {
            return applied.deepCopy();
        }
        return applied.isObject() ? fields(schema, live, applied) : items(schema, live, applied);
    }

    private static ObjectNode fields(JsonNode schema, JsonNode live, JsonNode applied) {
        ObjectNode merged = live.deepCopy();
        applied.properties().forEach(field -> {
            JsonNode below = FieldSchema.field(schema, field.getKey());
            merged.set(field.getKey(), merge(below, live.path(field.getKey()), field.getValue()));
        });
        return merged;
    }

    /** What only the server has keeps its place; what both have stands in the order of the applied list. */
    private static ArrayNode items(JsonNode schema, JsonNode live, JsonNode applied) {
        Map<String, JsonNode> old = FieldSchema.items(schema, live, true);
        Map<String, JsonNode> fresh = FieldSchema.items(schema, applied, false);
        Deque<String> waiting = new ArrayDeque<>(fresh.keySet());
        ArrayNode merged = Json.array();
        for (Map.Entry<String, JsonNode> item : old.entrySet()) {
            if (!fresh.containsKey(item.getKey())) {
                merged.add(item.getValue().deepCopy());
            } else if (waiting.contains(item.getKey())
                    && nextShared(waiting, old).equals(item.getKey())) {
                take(waiting, item.getKey(), schema, old, fresh, merged);
            }
        }
        while (!waiting.isEmpty()) {
            take(waiting, waiting.getLast(), schema, old, fresh, merged);
        }
        return merged;
    }

    private static String nextShared(Deque<String> waiting, Map<String, JsonNode> old) {
        return waiting.stream().filter(old::containsKey).findFirst().orElse("");
    }

    /** Moves what waits, up to that item, into the merged list. */
    private static void take(
            Deque<String> waiting,
            String last,
            JsonNode schema,
            Map<String, JsonNode> old,
            Map<String, JsonNode> fresh,
            ArrayNode merged) {
        String element;
        do {
            element = waiting.removeFirst();
            JsonNode item = fresh.getOrDefault(element, Json.object());
            JsonNode before = old.get(element);
            merged.add(before == null ? item.deepCopy() : merge(schema.path("items"), before, item));
        } while (!element.equals(last));
    }
}
