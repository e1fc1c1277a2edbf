package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;

/** Chooses the patch algorithm by the request's content type. */
final class Patches {
    private Patches() {}

    /** The object, of that type, after the patch. */
    static ObjectNode apply(ResourceType type, String contentType, ObjectNode object, Supplier<JsonNode> patch) {
        JsonNode patched = switch (contentType) {
            case "application/json-patch+json" -> JsonPatch.apply(object, patch.get());
            case "application/merge-patch+json" -> MergePatch.apply(object, patch.get());
            case "application/strategic-merge-patch+json" -> strategic(type, object, patch);
            case "application/apply-patch+yaml", "application/apply-patch+cbor" ->
                throw StatusError.unsupportedMediaType(
                        "this lab API server does not imitate server-side apply: apply without it");
            default -> throw unknown(contentType);
        };
        if (patched instanceof ObjectNode result) {
            return result;
        }
        throw StatusError.badRequest("the patch leaves no object");
    }

    private static ObjectNode strategic(ResourceType type, ObjectNode object, Supplier<JsonNode> patch) {
        if (type.is(ResourceType.Trait.CUSTOM)) {
            throw unknown("application/strategic-merge-patch+json");
        }
        return StrategicMergePatch.apply(type.kind(), object, patch.get());
    }

    private static StatusError unknown(String contentType) {
        return StatusError.unsupportedMediaType("the body of the request was in an unknown format (" + contentType
                + ") - accepted media types include: application/json-patch+json, application/merge-patch+json,"
                + " and for built-in kinds application/strategic-merge-patch+json");
    }
}
