package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strategic merge patch, the form that kubectl sends for built-in kinds: a merge patch that merges the items of certain
 * lists by a key, with directives inside the patch ({@code $patch}, {@code $deleteFromPrimitiveList},
 * {@code $setElementOrder}, {@code $retainKeys}). Source: "Strategic Merge Patch" in the API conventions'
 * {@code strategic-merge-patch.md}.
 */
final class StrategicMergePatch {
    private static final String PATCH = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    private static final String ORDER = "$setElementOrder/";

    private final Map<String, String> keys;

    private StrategicMergePatch(Map<String, String> keys) {
        this.keys = keys;
    }

    /** An object of that kind with the patch merged in; both arguments are left as they were. */
    static ObjectNode apply(String kind, ObjectNode original, JsonNode patch) {
        if (!(patch instanceof ObjectNode object)) {
            throw StatusError.badRequest("a strategic merge patch is an object");
        }
        return new StrategicMergePatch(MergeKeys.of(kind)).object(original, object, "");
    }

    private ObjectNode object(ObjectNode original, ObjectNode patch, String path) {
        return switch (Json.text(patch, PATCH)) {
            case "replace" -> patch.deepCopy().without(List.of(PATCH));
            case "delete" -> Json.object();
            case "" -> merge(original, patch, path);
            default -> throw StatusError.failed("unknown patch type: " + Json.text(patch, PATCH) + " in map: " + patch);
        };
    }

    private ObjectNode merge(ObjectNode original, ObjectNode patch, String path) {
        ObjectNode merged = original.deepCopy();
        retain(merged, patch);
        patch.properties().forEach(field -> deleteFrom(merged, field.getKey(), field.getValue()));
        patch.properties().stream()
                .filter(field -> !field.getKey().startsWith("$"))
                .forEach(field -> field(merged, field.getKey(), field.getValue(), path));
        patch.properties().forEach(field -> {
            if (field.getKey().startsWith(ORDER)) {
                String list = field.getKey().substring(ORDER.length());
                arrange(original.path(list), merged, list, field.getValue(), keys.get(join(path, list)));
            } else if (field.getValue().isArray() && !patch.has(ORDER + field.getKey())) {
                String list = field.getKey();
                arrange(original.path(list), merged, list, field.getValue(), keys.get(join(path, list)));
            }
        });
        return merged;
    }

    private static final String VALUE = MergeKeys.VALUE;

    private static void retain(ObjectNode merged, ObjectNode patch) {
        if (patch.path(RETAIN).isArray()) {
            merged.retain(Json.texts(patch.get(RETAIN)));
        }
    }

    private static void deleteFrom(ObjectNode merged, String directive, JsonNode values) {
        if (directive.startsWith(DELETE_FROM)
                && merged.get(directive.substring(DELETE_FROM.length())) instanceof ArrayNode list) {
            List<JsonNode> gone = new ArrayList<>();
            values.forEach(gone::add);
            list.removeIf(gone::contains);
        }
    }

    private void field(ObjectNode merged, String name, JsonNode value, String parent) {
        String path = join(parent, name);
        String key = keys.get(path);
        if (value.isNull()) {
            merged.remove(name);
        } else if (value instanceof ObjectNode object) {
            ObjectNode target = merged.get(name) instanceof ObjectNode found ? found : Json.object();
            merged.set(name, object(target, object, path));
        } else if (value instanceof ArrayNode list && key != null) {
            ArrayNode target = merged.get(name) instanceof ArrayNode found ? found : Json.array();
            merged.set(name, key.equals(VALUE) ? union(target, list) : items(target, list, key, path));
        } else {
            merged.set(name, value.deepCopy());
        }
    }

    private static ArrayNode union(ArrayNode original, ArrayNode patch) {
        ArrayNode union = Json.array();
        for (ArrayNode source : List.of(original, patch)) {
            source.forEach(value -> {
                if (indexOf(union, value, VALUE) < 0) {
                    union.add(value);
                }
            });
        }
        return union;
    }

    private ArrayNode items(ArrayNode original, ArrayNode patch, String key, String path) {
        ArrayNode merged = original.deepCopy();
        for (JsonNode item : patch) {
            if (Json.text(item, PATCH).equals("replace")) {
                merged.removeAll();
            }
        }
        for (JsonNode item : patch) {
            if (!Json.text(item, PATCH).equals("replace")) {
                item(merged, item, key, path);
            }
        }
        return merged;
    }

    private void item(ArrayNode merged, JsonNode item, String key, String path) {
        if (!(item instanceof ObjectNode object) || !item.has(key)) {
            throw StatusError.failed(path + ": map: " + item + " does not contain declared merge key: " + key);
        }
        int index = indexOf(merged, item, key);
        if (Json.text(item, PATCH).equals("delete")) {
            merged.removeIf(other -> other.path(key).equals(item.path(key)));
        } else if (index >= 0 && merged.get(index) instanceof ObjectNode target) {
            merged.set(index, object(target, object, path));
        } else {
            merged.add(object(Json.object(), object, path));
        }
    }

    /**
     * Arranges a merged list: what the patch names stands in the patch's order; other items keep their place relative
     * to those that the server had before. New items go first.
     */
    private static void arrange(JsonNode before, ObjectNode parent, String name, JsonNode order, @Nullable String key) {
        if (key == null || !(parent.get(name) instanceof ArrayNode list)) {
            return;
        }
        List<JsonNode> named = new ArrayList<>();
        order.forEach(wanted -> {
            int index = indexOf(list, wanted, key);
            if (index >= 0) {
                named.add(list.remove(index));
            }
        });
        ArrayNode ordered = Json.array();
        for (JsonNode other : list) {
            int place = indexOf(before, other, key);
            while (!named.isEmpty() && !(place >= 0 && place < indexOf(before, named.get(0), key))) {
                ordered.add(named.remove(0));
            }
            ordered.add(other);
        }
        named.forEach(ordered::add);
        parent.set(name, ordered);
    }

    private static int indexOf(JsonNode list, JsonNode item, String key) {
        for (int i = 0; i < list.size(); i++) {
            boolean same = key.equals(VALUE)
                    ? list.get(i).equals(item)
                    : list.get(i).path(key).equals(item.path(key));
            if (same) {
                return i;
            }
        }
        return -1;
    }

    private static String join(String parent, String field) {
        return parent.isEmpty() ? field : parent + "." + field;
    }
}
