package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A custom resource's form: unknown fields are pruned, absent ones defaulted, the rest checked, by its schema. */
final class CustomShape implements ResourceType.Shape, Rules {
    private static final List<String> ENVELOPE = List.of("apiVersion", "kind", "metadata");

    private final JsonNode schema;
    private final CustomRules rules;
    private final JsonNode fields;
    private final ObjectNode empty;

    CustomShape(JsonNode schema, String apiVersion, String kind) {
        this.schema = schema;
        this.rules = new CustomRules(schema);
        ObjectNode whole = schema.deepCopy();
        ObjectNode properties = Json.child(whole, "properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.set("metadata", BuiltInShape.METADATA);
        this.fields = whole;
        this.empty = Json.object().put("apiVersion", apiVersion).put("kind", kind);
    }

    @Override
    public JsonNode fields() {
        return fields;
    }

    @Override
    public ObjectNode empty() {
        return empty.deepCopy();
    }

    @Override
    public ObjectNode accept(ObjectNode object, List<String> unknown) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            SchemaShape.dropNulls(metadata);
            SchemaShape.prune(BuiltInShape.METADATA, metadata, "metadata", unknown);
            BuiltInShape.checkTypes(Json.text(object, "kind"), BuiltInShape.METADATA, metadata, "metadata");
            SchemaShape.dropEmpty(BuiltInShape.METADATA, metadata);
        }
        ObjectNode envelope = object.deepCopy().retain(ENVELOPE);
        object.remove(ENVELOPE);
        SchemaShape.prune(schema, object, "", unknown);
        SchemaShape.fill(schema, object);
        object.properties().forEach(field -> envelope.set(field.getKey(), field.getValue()));
        return envelope;
    }

    @Override
    public ObjectNode schema() {
        return schema.deepCopy();
    }

    @Override
    public void create(ObjectNode object, FieldErrors errors) {
        check(object, MissingNode.getInstance(), errors);
    }

    private void check(ObjectNode object, JsonNode old, FieldErrors errors) {
        SchemaValidation.check(schema, object, "", errors);
        rules.check(object, old, errors);
    }

    @Override
    public void update(ObjectNode object, ObjectNode old, FieldErrors errors) {
        check(object, old, errors);
    }
}
