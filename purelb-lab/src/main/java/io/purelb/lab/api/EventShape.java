package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Events of {@code events.k8s.io} are the core group's events under other field names. */
final class EventShape implements ResourceType.Shape {
    private static final Map<String, String> TO_CORE = Map.of(
            "note", "message",
            "regarding", "involvedObject",
            "reportingController", "reportingComponent",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count");

    private final BuiltInShape core = new BuiltInShape("Event");

    @Override
    public ObjectNode accept(ObjectNode object, List<String> unknown) {
        TO_CORE.values().forEach(coreName -> {
            if (object.remove(coreName) != null) {
                unknown.add(coreName);
            }
        });
        TO_CORE.forEach((name, coreName) -> rename(object, name, coreName));
        return core.accept(object, unknown).put("apiVersion", "v1");
    }

    @Override
    public ObjectNode present(ObjectNode stored) {
        ObjectNode shown = renamed(stored);
        // Unlike the core group, this one leaves out what is empty.
        List.of("reportingController", "reportingInstance").forEach(field -> {
            if (Json.text(shown, field).isEmpty()) {
                shown.remove(field);
            }
        });
        return shown;
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = core.schema();
        schema.set("properties", renamed((ObjectNode) schema.path("properties")));
        return schema;
    }

    @Override
    public JsonNode fields() {
        return schema();
    }

    @Override
    public ObjectNode empty() {
        return renamed(core.empty());
    }

    private static ObjectNode renamed(ObjectNode original) {
        ObjectNode renamed = original.deepCopy();
        TO_CORE.forEach((name, coreName) -> rename(renamed, coreName, name));
        return renamed;
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        if (value != null) {
            object.set(to, value);
        }
    }
}
