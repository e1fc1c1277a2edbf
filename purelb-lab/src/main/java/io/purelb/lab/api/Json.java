package io.purelb.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** JSON trees: reading, writing and walking them. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final JsonMapper SORTING = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** As the parser makes numbers: an int if it fits. */
    static JsonNode number(long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** Reads one JSON value. */
    static JsonNode read(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    /** Reads a JSON object that is part of the program. */
    static ObjectNode constant(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a tree that cannot be written", e);
        }
    }

    /** The text of a tree with the fields of its objects in the order of their names, as Go writes maps. */
    static String sorted(JsonNode node) {
        try {
            return SORTING.writeValueAsString(SORTING.treeToValue(node, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a tree that cannot be written", e);
        }
    }

    /** The value under the field names, or a missing node. */
    static JsonNode at(JsonNode node, String... path) {
        JsonNode found = node;
        for (String field : path) {
            found = found.path(field);
        }
        return found;
    }

    /** The text under the field names, empty when absent; numbers and booleans as they are written. */
    static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    /** The object in that field, made if absent or if anything else is there. */
    static ObjectNode child(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode found ? found : parent.putObject(field);
    }

    /** The texts of an array; empty when it is none. */
    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** Makes the field of {@code to} what it is in {@code from}, absent if it is absent there. */
    static void copy(String field, ObjectNode from, ObjectNode to) {
        JsonNode value = from.get(field);
        if (value == null) {
            to.remove(field);
        } else {
            to.set(field, value.deepCopy());
        }
    }

    /** Writes the texts as an array into the field. */
    static void put(ObjectNode parent, String field, List<String> texts) {
        ArrayNode array = parent.putArray(field);
        texts.forEach(array::add);
    }

    /** Adds the text to the array in that field, which is made if there is none. */
    static void append(ObjectNode parent, String field, String text) {
        ArrayNode array = parent.get(field) instanceof ArrayNode found ? found : parent.putArray(field);
        array.add(text);
    }

    /** True if nothing is there: absent, null, empty text, empty array or object. */
    static boolean isEmpty(JsonNode node) {
        return node.isMissingNode()
                || node.isNull()
                || (node.isTextual() && node.asText().isEmpty())
                || (node.isContainerNode() && node.isEmpty());
    }
}
