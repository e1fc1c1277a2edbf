package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
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
        return object;
    }

    /** @throws StatusError 400, as for text that Go cannot decode into its types */
    static void checkTypes(String kind, JsonNode schema, JsonNode value, String path) {
        FieldErrors errors = new FieldErrors();
        SchemaValidation.check(schema, value, path, errors);
        if (!errors.isEmpty()) {
            throw StatusError.badRequest(kind + " cannot be handled as a " + kind + ": "
                    + errors.list().get(0));
        }
    }

    @Override
    public ObjectNode schema() {
        return schema.deepCopy();
    }

    private static ObjectNode schemaOf(String type) {
        ObjectNode schema = Json.object();
        String inner = type.substring(1, type.length() - 1);
        switch (type.charAt(0)) {
            case '[' -> schema.put("type", "array").set("items", schemaOf(inner));
            case '{' -> schema.put("type", "object").set("additionalProperties", schemaOf(inner));
            default -> named(type, schema);
        }
        return schema;
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

    /** The type of a field as {@code fields.txt} writes it. */
    static String typeOf(String type, String field) {
        return FIELDS.getOrDefault(type, Map.of()).getOrDefault(field, "any");
    }
}
