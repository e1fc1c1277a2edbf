package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A custom resource's form: unknown fields are pruned, absent ones defaulted, the rest checked, by its schema. */
final class CustomShape implements ResourceType.Shape, Rules {
    private static final List<String> ENVELOPE = List.of("apiVersion", "kind", "metadata");

    private final JsonNode schema;

    CustomShape(JsonNode schema) {
        this.schema = schema;
    }

    @Override
    public ObjectNode accept(ObjectNode object, List<String> unknown) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            SchemaShape.dropNulls(metadata);
            SchemaShape.prune(BuiltInShape.METADATA, metadata, "metadata", unknown);
            BuiltInShape.checkTypes(Json.text(object, "kind"), BuiltInShape.METADATA, metadata, "metadata");
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
        SchemaValidation.check(schema, object, "", errors);
    }

    @Override
    public void update(ObjectNode object, ObjectNode old, FieldErrors errors) {
        create(object, errors);
    }
}
