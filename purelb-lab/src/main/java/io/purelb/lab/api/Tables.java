package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The server's side of {@code kubectl get}: objects as rows of a {@code meta.k8s.io/v1 Table}. */
final class Tables {
    private Tables() {}

    /**
     * A table of those objects.
     *
     * @param include what each row carries beside its cells: {@code Object}, {@code None}, otherwise the metadata
     */
    static ObjectNode of(ResourceType type, List<ObjectNode> objects, String include) {
        if (!List.of("", "Metadata", "Object", "None").contains(include)) {
            throw StatusError.badRequest("Unable to convert to Table as requested: includeObject: Invalid value: \""
                    + include + "\": must be 'Metadata', 'Object', 'None', or empty");
        }
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata");
        ArrayNode definitions = table.putArray("columnDefinitions");
        for (Column column : type.columns()) {
            definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", typeOf(type, column))
                    .put("format", column.name().equals("Name") ? "name" : "")
                    .put("description", column.description())
                    .put("priority", column.priority());
        }
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            type.columns().forEach(column -> cells.add(cell(column, object)));
            if (include.equals("Object")) {
                row.set("object", object);
            } else if (include.equals("None")) {
                row.putNull("object");
            } else {
                ObjectNode part = row.putObject("object");
                part.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
                part.set("metadata", object.path("metadata"));
            }
        }
        return table;
    }

    /** Built-in kinds call their ages text; definitions, which another server shows, do not. */
    private static String typeOf(ResourceType type, Column column) {
        boolean text = column.type().equals("date")
                && !type.is(ResourceType.Trait.CUSTOM)
                && !type.storage().equals(ResourceTypes.DEFINITIONS);
        return text ? "string" : column.type();
    }

    private static JsonNode cell(Column column, ObjectNode object) {
        JsonNode value = column.value().apply(object);
        if (column.type().equals("date") && !column.name().equals("Created At")) {
            return TextNode.valueOf(age(value, Instant.now()));
        }
        return value;
    }

    /** The time since a moment as kubectl writes it: {@code 45s}, {@code 5m3s}, {@code 7h}, {@code 3d}. */
    static String age(JsonNode moment, Instant now) {
        try {
            return moment.isTextual() ? shorten(Duration.between(Instant.parse(moment.asText()), now)) : "<unknown>";
        } catch (DateTimeException e) {
            return "<invalid>";
        }
    }

    private static String shorten(Duration age) {
        long seconds = age.toSeconds();
        long minutes = age.toMinutes();
        long hours = age.toHours();
        long days = hours / 24;
        if (seconds < 0) {
            return seconds < -1 ? "<invalid>" : "0s";
        } else if (seconds < 120) {
            return seconds + "s";
        } else if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        } else if (minutes < 180) {
            return minutes + "m";
        } else if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        } else if (hours < 48) {
            return hours + "h";
        } else if (days < 8) {
            return two(days, "d", hours % 24, "h");
        } else if (days < 730) {
            return days + "d";
        }
        return days < 8 * 365 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String two(long big, String bigUnit, long small, String smallUnit) {
        return big + bigUnit + (small == 0 ? "" : small + smallUnit);
    }
}
