package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.function.Supplier;

/** Chooses the patch algorithm by the request's content type. */
final class Patches {
    private static final Set<String> FORMS = Set.of(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml");

    private Patches() {}

    /** @throws StatusError 415 for a form of patch that the type does not take */
    static void checkForm(ResourceType type, String contentType) {
        boolean strategic = contentType.equals("application/strategic-merge-patch+json");
        if (!FORMS.contains(contentType) || (strategic && type.is(ResourceType.Trait.CUSTOM))) {
            throw unknown(type);
        }
    }

    /** The object, of that type, after the patch. */
    static ObjectNode apply(ResourceType type, String contentType, ObjectNode object, Supplier<JsonNode> patch) {
        JsonNode patched = switch (contentType) {
            case "application/json-patch+json" -> JsonPatch.apply(object, patch.get());
            case "application/merge-patch+json" -> MergePatch.apply(object, patch.get());
            case "application/strategic-merge-patch+json" -> strategic(type, object, patch);
            default -> throw unknown(type);
        };
        if (patched instanceof ObjectNode result) {
            return result;
        }
        throw StatusError.badRequest("the patch leaves no object");
    }

    private static ObjectNode strategic(ResourceType type, ObjectNode object, Supplier<JsonNode> patch) {
        return StrategicMergePatch.apply(type.kind(), object, patch.get());
    }

    private static StatusError unknown(ResourceType type) {
        boolean custom = type.is(ResourceType.Trait.CUSTOM);
        return custom
                ? StatusError.unsupportedMediaType("the body of the request was in an unknown format - accepted media"
                        + " types include: application/json-patch+json, application/merge-patch+json,"
                        + " application/apply-patch+yaml")
                : StatusError.bare(415, "UnsupportedMediaType", "415: Unsupported Media Type");
    }
}
