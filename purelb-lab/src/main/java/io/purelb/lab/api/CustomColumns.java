package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/** The columns of a custom resource: the name, then its {@code additionalPrinterColumns}, or the age if it has none. */
final class CustomColumns {
    private CustomColumns() {}

    static List<Column> of(JsonNode printerColumns) {
        List<Column> columns = new ArrayList<>();
        columns.add(BuiltInColumns.NAME);
        for (JsonNode column : printerColumns) {
            columns.add(column(column));
        }
        if (columns.size() == 1) {
            columns.add(BuiltInColumns.AGE);
        }
        return columns;
    }

    private static Column column(JsonNode column) {
        JsonPath path = JsonPath.parse(Json.text(column, "jsonPath"));
        String type = Json.text(column, "type");
        return new Column(
                Json.text(column, "name"),
                type,
                column.path("description")
                        .asText("Custom resource definition column (in JSONPath format): "
                                + Json.text(column, "jsonPath")),
                column.path("priority").asInt(),
                object -> cell(path.find(object), type));
    }

    /** One value stays what it is when its type is the column's; several are joined as text. */
    private static JsonNode cell(List<JsonNode> found, String type) {
        if (found.isEmpty()) {
            return type.equals("date") ? MissingNode.getInstance() : NullNode.getInstance();
        }
        JsonNode first = found.get(0);
        if (type.equals("date")) {
            return first;
        } else if (type.equals("string")) {
            return TextNode.valueOf(
                    String.join(",", found.stream().map(CustomColumns::text).toList()));
        }
        boolean fits = type.equals("boolean") ? first.isBoolean() : first.isNumber();
        return fits ? first : NullNode.getInstance();
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }
}
