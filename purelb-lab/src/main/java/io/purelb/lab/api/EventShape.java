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

    @Override
    public ObjectNode accept(ObjectNode object, List<String> unknown) {
        TO_CORE.forEach((name, coreName) -> rename(object, name, coreName));
        return object.put("apiVersion", "v1");
    }

    @Override
    public ObjectNode present(ObjectNode stored) {
        ObjectNode shown = stored.deepCopy();
        TO_CORE.forEach((name, coreName) -> rename(shown, coreName, name));
        return shown;
    }

    private static void rename(ObjectNode object, String from, String to) {
        JsonNode value = object.remove(from);
        if (value != null) {
            object.set(to, value);
        }
    }
}
