package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The fields of a built-in kind, from {@code fields.txt}: unknown ones are dropped, wrong types refused. */
final class BuiltInShape implements ResourceType.Shape {
    private static final Map<String, Map<String, String>> FIELDS = Paragraphs.load("fields.txt");

    /** The metadata of every object. */
    static final JsonNode METADATA = schemaOf("ObjectMeta");

    private final String kind;
    private final ObjectNode schema;

    BuiltInShape(String kind) {
        this.kind = kind;
        this.schema = schemaOf(kind);
        ObjectNode properties = Json.child(schema, "properties");
        properties.set("apiVersion", schemaOf("string"));
        properties.set("kind", schemaOf("string"));
    }

    @Override
    public ObjectNode accept(ObjectNode object, List<String> unknown) {
        SchemaShape.dropNulls(object);
        SchemaShape.prune(schema, object, "", unknown);
        checkTypes(kind, schema, object, "");
        SchemaShape.dropEmpty(schema, object);
        SchemaShape.fillZero(schema, object);
        return object;
    }

    /** @throws StatusError 400, as for text that Go cannot decode into its types */
    static void checkTypes(String kind, JsonNode schema, JsonNode value, String path) {
        FieldErrors errors = new FieldErrors();
        SchemaValidation.check(schema, value, path, errors);
        for (FieldErrors.FieldError error : errors.list()) {
            if (error.reason().equals("FieldValueTypeInvalid")) {
                throw StatusError.badRequest(kind + " cannot be handled as a " + kind + ": " + error);
            }
        }
    }

    @Override
    public ObjectNode schema() {
        return schema.deepCopy();
    }

    @Override
    public JsonNode fields() {
        // A pod's spec is not looked into: who owns its parts cannot be told.
        return kind.equals("Pod") ? MissingNode.getInstance() : schema;
    }

    @Override
    public ObjectNode empty() {
        ObjectNode empty = Json.object();
        SchemaShape.fillZero(schema, empty);
        return empty;
    }

    private static ObjectNode schemaOf(String text) {
        int at = text.indexOf('@');
        boolean whole = text.startsWith("!");
        String type = text.substring(whole ? 1 : 0, at < 0 ? text.length() : at);
        ObjectNode schema = Json.object();
        if (type.startsWith("[")) {
            list(type.substring(1, type.length() - 1), schema);
        } else if (type.startsWith("{")) {
            schema.put("type", "object").set("additionalProperties", schemaOf(type.substring(1, type.length() - 1)));
        } else {
            named(type, schema);
        }
        if (whole) {
            schema.put("x-kubernetes-map-type", "atomic");
        }
        if (at >= 0) {
            schema.set(
                    SchemaShape.ZERO,
                    Json.constant("{\"v\": " + text.substring(at + 1) + "}").get("v"));
        }
        return schema;
    }

    private static void list(String inner, ObjectNode schema) {
        int colon = inner.indexOf(':');
        ObjectNode items = schemaOf(colon < 0 ? inner : inner.substring(0, colon));
        schema.put("type", "array").set("items", items);
        if (colon < 0) {
            return;
        }
        String keys = inner.substring(colon + 1);
        schema.put("x-kubernetes-list-type", keys.isEmpty() ? "set" : "map");
        for (String key : keys.isEmpty() ? new String[0] : keys.split(",", -1)) {
            String[] sides = key.split("~", 2);
            Json.append(schema, "x-kubernetes-list-map-keys", sides[0]);
            if (sides.length > 1) {
                Json.child(Json.child(items, "properties"), sides[0]).put("default", sides[1]);
            }
        }
    }

    private static void named(String type, ObjectNode schema) {
        switch (type) {
            case "string", "integer", "boolean" -> schema.put("type", type);
            case "int-or-string" -> schema.put("x-kubernetes-int-or-string", true);
            case "any" -> schema.put("x-kubernetes-preserve-unknown-fields", true);
            default -> {
                ObjectNode properties = schema.put("type", "object").putObject("properties");
                FIELDS.getOrDefault(type, Map.of()).forEach((field, of) -> properties.set(field, schemaOf(of)));
            }
        }
    }

    /** The type of a field as {@code fields.txt} writes it, without keys, zeros and marks. */
    static String typeOf(String type, String field) {
        String text = FIELDS.getOrDefault(type, Map.of()).getOrDefault(field, "any");
        return text.replaceAll("!|@.*|:[^\\]]*", "");
    }
}
