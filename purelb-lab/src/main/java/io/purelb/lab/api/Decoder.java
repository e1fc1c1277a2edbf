package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Turns the object that a request carries into the stored form, or refuses it. */
final class Decoder {
    private Decoder() {}

    /** Checks kind, namespace and fields; unknown fields are refused or reported as the request asks. */
    static ObjectNode decode(Target target, ObjectNode sent, Request request) {
        ResourceType type = target.type();
        ObjectNode object = sent.deepCopy();
        checkKind(type, object);
        if (object.hasNonNull("metadata") && !object.path("metadata").isObject()) {
            throw StatusError.badRequest("metadata must be an object");
        }
        List<String> unknown = new ArrayList<>();
        ObjectNode accepted = type.shape().accept(object, unknown);
        report(type, unknown, request);
        type.rules().defaults(accepted);
        warn(type, accepted, request);
        inNamespace(target, accepted);
        return accepted;
    }

    private static void warn(ResourceType type, ObjectNode object, Request request) {
        if (type.plural().equals("endpoints")) {
            request.warnings().add("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
        }
        boolean definition = type.storage().equals(ResourceTypes.DEFINITIONS);
        if (definition && object.path("spec").findValues("format").stream().anyMatch(Decoder::isTextFormat)) {
            request.warnings().add("this lab API server does not check the formats of texts");
        }
    }

    private static boolean isTextFormat(JsonNode format) {
        return format.isTextual() && !format.asText().matches("int32|int64|float|double");
    }

    private static void checkKind(ResourceType type, ObjectNode object) {
        if (!type.is(ResourceType.Trait.CUSTOM)) {
            // For built-in kinds the URL says what the body is.
            object.put("kind", object.path("kind").asText(type.kind()));
            object.put("apiVersion", object.path("apiVersion").asText(type.apiVersion()));
        }
        String kind = Json.text(object, "kind");
        String apiVersion = Json.text(object, "apiVersion");
        if (kind.isEmpty() || apiVersion.isEmpty()) {
            throw StatusError.badRequest("Object '" + (kind.isEmpty() ? "Kind" : "apiVersion") + "' is missing");
        }
        if (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion())) {
            throw mismatch(type, object, kind, apiVersion);
        }
    }

    private static StatusError mismatch(ResourceType type, ObjectNode object, String kind, String apiVersion) {
        if (type.is(ResourceType.Trait.CUSTOM) && apiVersion.equals(type.apiVersion())) {
            FieldErrors errors = new FieldErrors();
            errors.invalid("kind", object.path("kind"), "must be " + type.kind());
            return StatusError.invalid(type, kind, Meta.name(object), errors);
        } else if (type.is(ResourceType.Trait.CUSTOM)) {
            return StatusError.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + type.apiVersion() + ")");
        }
        return StatusError.badRequest("the object sent (" + kind + " of " + apiVersion
                + ") does not match the expected one (" + type.kind() + " of " + type.apiVersion() + ")");
    }

    private static void report(ResourceType type, List<String> unknown, Request request) {
        Stream<String> all = unknown.stream().map(field -> "unknown field \"" + field + "\"");
        // Those of built-in kinds come in the written order.
        List<String> complaints = (type.is(ResourceType.Trait.CUSTOM) ? all.sorted() : all).toList();
        String wanted = request.parameter("fieldValidation");
        if (wanted.equals("Strict") && !complaints.isEmpty() && request.method().equals("PATCH")) {
            throw StatusError.strictPatch("strict decoding error: " + String.join(", ", complaints));
        } else if (wanted.equals("Strict") && !complaints.isEmpty()) {
            throw StatusError.badRequest(type.kind() + " in version \"" + type.version() + "\" cannot be handled as a "
                    + type.kind() + ": strict decoding error: " + String.join(", ", complaints));
        } else if (!wanted.equals("Ignore")) {
            request.warnings().addAll(complaints);
        }
    }

    private static void inNamespace(Target target, ObjectNode object) {
        ObjectNode meta = Meta.of(object);
        if (target.type().namespaced() && Meta.namespace(object).isEmpty()) {
            meta.put("namespace", target.namespace());
        }
        if (!Meta.namespace(object).equals(target.namespace())) {
            throw StatusError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }
}
