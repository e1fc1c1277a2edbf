package io.purelb.lab.api;

import static io.purelb.lab.api.Column.text;
import static io.purelb.lab.api.Column.wide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Locale;

/** What {@code kubectl get} shows of events, of either group. */
final class EventColumns {
    private EventColumns() {}

    static List<Column> event() {
        return List.of(
                new Column("Last Seen", "date", "", 0, EventColumns::lastSeen),
                text("Type", o -> Json.text(o, "type")),
                text("Reason", o -> Json.text(o, "reason")),
                text("Object", o -> about(o)),
                wide("Subobject", o -> Json.text(object(o), "fieldPath")),
                wide("Source", EventColumns::source),
                text("Message", o -> (Json.text(o, "message") + Json.text(o, "note")).strip()),
                new Column(
                        "First Seen",
                        "date",
                        "",
                        1,
                        o -> first(o, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime")),
                new Column("Count", "string", "", 1, EventColumns::count),
                wide("Name", Meta::name));
    }

    private static String about(JsonNode event) {
        JsonNode object = object(event);
        String kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
        String name = object.path("name").asText();
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static JsonNode object(JsonNode event) {
        return event.path(event.has("regarding") ? "regarding" : "involvedObject");
    }

    private static String source(JsonNode event) {
        JsonNode old = first(event, "source", "deprecatedSource");
        String component = Json.text(old, "component");
        String place = Json.text(old, "host");
        if (component.isEmpty()) {
            component =
                    first(event, "reportingComponent", "reportingController").asText("");
            place = Json.text(event, "reportingInstance");
        }
        return place.isEmpty() ? component : component + ", " + place;
    }

    private static JsonNode count(JsonNode event) {
        JsonNode series = Json.at(event, "series", "count");
        JsonNode count = series.isMissingNode() ? first(event, "count", "deprecatedCount") : series;
        return count.isMissingNode() ? IntNode.valueOf(1) : count;
    }

    private static JsonNode lastSeen(JsonNode event) {
        JsonNode series = Json.at(event, "series", "lastObservedTime");
        return series.isTextual() ? series : first(event, "lastTimestamp", "deprecatedLastTimestamp", "eventTime");
    }

    private static JsonNode first(JsonNode object, String... fields) {
        for (String field : fields) {
            if (object.hasNonNull(field)) {
                return object.get(field);
            }
        }
        return MissingNode.getInstance();
    }
}
