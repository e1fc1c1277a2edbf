package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Which fields a change has added, modified and removed. */
record FieldComparison(FieldSet added, FieldSet modified, FieldSet removed) {
    static FieldComparison of(JsonNode schema, JsonNode before, JsonNode after) {
        FieldComparison comparison = new FieldComparison(new FieldSet(), new FieldSet(), new FieldSet());
        comparison.compare(schema, before, after);
        return comparison;
    }

    /** What the change took into its hands. */
    FieldSet touched() {
        return added.union(modified);
    }

    /** The comparison without those top-level fields. */
    FieldComparison without(java.util.List<String> fields) {
        return new FieldComparison(added.without(fields), modified.without(fields), removed.without(fields));
    }

    private void compare(JsonNode schema, JsonNode before, JsonNode after) {
        if (isLeaf(schema, before) && isLeaf(schema, after)) {
            if (!before.isMissingNode() && !after.isMissingNode() && !before.equals(after)) {
                modified.include();
            }
        } else if (before.isArray() || after.isArray()) {
            items(schema, before, after);
        } else {
            fields(schema, before, after);
        }
        if (before.isMissingNode()) {
            added.include();
        } else if (after.isMissingNode()) {
            removed.include();
        }
    }

    /** A leaf, and what is as good as one: nothing, or something empty on both sides. */
    private static boolean isLeaf(JsonNode schema, JsonNode value) {
        return value.isMissingNode() || value.isNull() || value.isEmpty() || FieldSchema.isLeaf(schema, value);
    }

    private void fields(JsonNode schema, JsonNode before, JsonNode after) {
        Set<String> names = new LinkedHashSet<>();
        before.properties().forEach(field -> names.add(field.getKey()));
        after.properties().forEach(field -> names.add(field.getKey()));
        for (String name : names) {
            below(FieldSet.field(name)).compare(FieldSchema.field(schema, name), before.path(name), after.path(name));
        }
    }

    private void items(JsonNode schema, JsonNode before, JsonNode after) {
        Map<String, JsonNode> old = FieldSchema.items(schema, before, true);
        Map<String, JsonNode> fresh = FieldSchema.items(schema, after, true);
        Set<String> elements = new LinkedHashSet<>(old.keySet());
        elements.addAll(fresh.keySet());
        JsonNode nothing = com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        for (String element : elements) {
            below(element)
                    .compare(
                            schema.path("items"),
                            old.getOrDefault(element, nothing),
                            fresh.getOrDefault(element, nothing));
        }
    }

    private FieldComparison below(String element) {
        return new FieldComparison(added.descend(element), modified.descend(element), removed.descend(element));
    }
}
