package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/** A refusal: an HTTP status and the {@code Status} object that tells clients why (API concepts, "Status"). */
final class StatusError extends RuntimeException {
    private final int code;
    private final String reason;
    private final ObjectNode details;

    StatusError(int code, String reason, String message) {
        this(code, reason, message, Json.object());
    }

    private StatusError(int code, String reason, String message, ObjectNode details) {
        super(message);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    int code() {
        return code;
    }

    /** The body to send. */
    ObjectNode toJson() {
        ObjectNode status = Json.object();
        status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        status.put("status", "Failure").put("message", getMessage()).put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    static StatusError badRequest(String message) {
        return new StatusError(400, "BadRequest", message);
    }

    static StatusError unknownPath() {
        return new StatusError(404, "NotFound", "the server could not find the requested resource");
    }

    static StatusError methodNotAllowed() {
        return new StatusError(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    static StatusError unsupportedMediaType(String message) {
        return new StatusError(415, "UnsupportedMediaType", message);
    }

    /** A part of the API that this server leaves out. */
    static StatusError notImitated(String what) {
        return new StatusError(501, "NotImplemented", "this lab API server does not imitate " + what);
    }

    /** The version asked for is no longer in the history: list again. */
    static StatusError expired(String message) {
        return new StatusError(410, "Expired", message);
    }

    /** The version asked for has not been reached yet. */
    static StatusError futureVersion(long asked, long current) {
        ObjectNode details = Json.object();
        cause(details, "ResourceVersionTooLarge", "", "Too large resource version");
        details.put("retryAfterSeconds", 1);
        String message = "Timeout: Too large resource version: " + asked + ", current: " + current;
        return new StatusError(504, "Timeout", message, details);
    }

    static StatusError notFound(ResourceType type, String name) {
        String message = type.qualified() + " \"" + name + "\" not found";
        return new StatusError(404, "NotFound", message, details(type, type.plural(), name));
    }

    static StatusError alreadyExists(ResourceType type, String name) {
        String message = type.qualified() + " \"" + name + "\" already exists";
        return new StatusError(409, "AlreadyExists", message, details(type, type.plural(), name));
    }

    static StatusError conflict(ResourceType type, String name, String why) {
        String message = "Operation cannot be fulfilled on " + type.qualified() + " \"" + name + "\": " + why;
        return new StatusError(409, "Conflict", message, details(type, type.plural(), name));
    }

    static StatusError forbidden(ResourceType type, String name, String why) {
        String message = type.qualified() + " \"" + name + "\" is forbidden: " + why;
        return new StatusError(403, "Forbidden", message, details(type, type.plural(), name));
    }

    static StatusError invalid(ResourceType type, String name, FieldErrors errors) {
        List<FieldErrors.FieldError> list = errors.list();
        String all = list.stream().map(Object::toString).distinct().collect(Collectors.joining(", "));
        String kind = type.group().isEmpty() ? type.kind() : type.kind() + "." + type.group();
        String message = kind + " \"" + name + "\" is invalid: " + (list.size() == 1 ? all : "[" + all + "]");
        ObjectNode details = details(type, type.kind(), name);
        list.forEach(error -> cause(details, error.reason(), error.field(), error.message()));
        return new StatusError(422, "Invalid", message, details);
    }

    private static ObjectNode details(ResourceType type, String kind, String name) {
        ObjectNode details = Json.object().put("name", name);
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        return details.put("kind", kind);
    }

    private static void cause(ObjectNode details, String reason, String field, String message) {
        ArrayNode causes = details.get("causes") instanceof ArrayNode found ? found : details.putArray("causes");
        ObjectNode cause = causes.addObject().put("reason", reason).put("message", message);
        if (!field.isEmpty()) {
            cause.put("field", field);
        }
    }
}
