package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.function.Function;

/**
 * A column of the table that {@code kubectl get} shows.
 *
 * @param type string, integer, number, boolean or date
 * @param priority 0 always, 1 with {@code -o wide} only
 */
record Column(String name, String type, String description, int priority, Function<JsonNode, JsonNode> value) {
    /** Text that is always shown. */
    static Column text(String name, Function<JsonNode, String> value) {
        return new Column(name, "string", "", 0, o -> TextNode.valueOf(value.apply(o)));
    }

    /** Text that is shown with {@code -o wide}. */
    static Column wide(String name, Function<JsonNode, String> value) {
        return new Column(name, "string", "", 1, o -> TextNode.valueOf(value.apply(o)));
    }

    /** The size of a list or map. */
    static Column count(String name, Function<JsonNode, JsonNode> list) {
        return new Column(
                name, "string", "", 0, o -> IntNode.valueOf(list.apply(o).size()));
    }

    /** What kubectl shows for nothing. */
    static String orNone(String text) {
        return text.isEmpty() ? "<none>" : text;
    }
}
