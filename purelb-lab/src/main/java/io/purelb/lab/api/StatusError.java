package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A refusal: an HTTP status and the {@code Status} object that tells clients why (API concepts, "Status"). */
final class StatusError extends RuntimeException {
    private final int code;
    private final String reason;
    private final ObjectNode details;
    private String next = "";
    /** True if the details are told although there are none. */
    private boolean bare;

    private boolean plain;

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
        ObjectNode meta = status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
        if (!next.isEmpty()) {
            meta.put("continue", next);
        }
        status.put("status", "Failure").put("message", getMessage());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        if (!details.isEmpty() || bare) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    static StatusError badRequest(String message) {
        return new StatusError(400, "BadRequest", message);
    }

    static StatusError unknownPath() {
        return bare(404, "NotFound", "the server could not find the requested resource");
    }

    static StatusError methodNotAllowed() {
        return bare(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
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

    /** The rest of a list is forgotten; {@code next} continues with what is there now. */
    static StatusError expiredList(String next) {
        StatusError error = expired("The provided continue parameter is too old to display a consistent list result."
                + " You can start a new list without the continue parameter, or use the continue token in this response to"
                + " retrieve the remainder of the results. Continuing with the provided token results in an inconsistent"
                + " list - objects that were created, modified, or deleted between the time the first chunk was returned"
                + " and now may show up in the list.");
        error.next = next;
        return error;
    }

    /** A refusal that comes with empty details, as those of the real server that no resource makes. */
    static StatusError bare(int code, String reason, String message) {
        StatusError error = new StatusError(code, reason, message);
        error.bare = true;
        return error;
    }

    /** A group or version that nothing serves. */
    static StatusError noSuchPage() {
        StatusError error = new StatusError(404, "NotFound", "404 page not found");
        error.plain = true;
        return error;
    }

    /** True if the answer is the plain message instead of a Status. */
    boolean isPlain() {
        return plain;
    }

    /** A request that the real server fails at, without a reason of the usual set. */
    static StatusError failed(String message) {
        return new StatusError(500, "", message);
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

    /** A deletion that means another object than the one there is. */
    static StatusError precondition(ResourceType type, String name, String why) {
        String message = "Operation cannot be fulfilled on " + type.kind()
                + (type.group().isEmpty() ? "" : "." + type.group()) + " \"" + name + "\": " + why;
        return new StatusError(409, "Conflict", message, details(type, type.kind(), name));
    }

    static StatusError conflict(ResourceType type, String name, String why) {
        String message = "Operation cannot be fulfilled on " + type.qualified() + " \"" + name + "\": " + why;
        return new StatusError(409, "Conflict", message, details(type, type.plural(), name));
    }

    /** Query parameters that do not fit together; {@code options} names their type. */
    static StatusError invalidOptions(String options, FieldErrors errors) {
        ObjectNode details = Json.object().put("group", "meta.k8s.io").put("kind", options);
        return invalid(options + ".meta.k8s.io", "", details, errors);
    }

    /** Others own what an apply would change. */
    static StatusError applyConflict(Map<FieldManagers.Manager, FieldSet> conflicts) {
        ObjectNode details = Json.object();
        List<String> lines = new ArrayList<>();
        int count = 0;
        Map<String, FieldSet> sorted = new TreeMap<>();
        conflicts.forEach((manager, fields) -> sorted.put(manager.toString(), fields));
        for (Map.Entry<String, FieldSet> conflict : sorted.entrySet()) {
            lines.add("conflicts with " + conflict.getKey() + ":");
            for (String path : conflict.getValue().paths()) {
                cause(details, "FieldManagerConflict", path, "conflict with " + conflict.getKey());
                lines.add("- " + path);
                count++;
            }
        }
        String message = count == 1
                ? "Apply failed with 1 conflict: "
                        + details.at("/causes/0/message").asText() + ": "
                        + details.at("/causes/0/field").asText()
                : "Apply failed with " + count + " conflicts: " + String.join("\n", lines);
        return new StatusError(409, "Conflict", message, details);
    }

    static StatusError forbidden(ResourceType type, String name, String why) {
        String message = type.qualified() + " \"" + name + "\" is forbidden: " + why;
        return new StatusError(403, "Forbidden", message, details(type, type.plural(), name));
    }

    static StatusError invalid(ResourceType type, String name, FieldErrors errors) {
        return invalid(type, type.kind(), name, errors);
    }

    /** As above, for an object that calls itself of another kind. */
    static StatusError invalid(ResourceType type, String kind, String name, FieldErrors errors) {
        String what = type.group().isEmpty() ? kind : kind + "." + type.group();
        return invalid(what, name, details(type, kind, name), errors);
    }

    /** A patch that brings unknown fields to a client that does not want them. */
    static StatusError strictPatch(String why) {
        FieldErrors errors = new FieldErrors();
        errors.invalidText("patch", "the patched object", why);
        return invalid(" ", "", Json.object(), errors);
    }

    /** An update without the version it is based on, of a type that demands it. */
    static StatusError versionRequired(ResourceType type, String name) {
        FieldErrors errors = new FieldErrors();
        errors.invalidText("metadata.resourceVersion", "0x0", "must be specified for an update");
        return invalid(type.qualified(), name, details(type, type.plural(), name), errors);
    }

    private static StatusError invalid(String what, String name, ObjectNode details, FieldErrors errors) {
        List<FieldErrors.FieldError> list = errors.list();
        String all = list.stream().map(Object::toString).distinct().collect(Collectors.joining(", "));
        boolean one = list.stream().map(Object::toString).distinct().count() == 1;
        String message = what + " \"" + name + "\" is invalid: " + (one ? all : "[" + all + "]");
        list.forEach(error -> cause(details, error.reason(), error.field(), error.message()));
        return new StatusError(422, "Invalid", message, details);
    }

    private static ObjectNode details(ResourceType type, String kind, String name) {
        ObjectNode details = Json.object();
        if (!name.isEmpty()) {
            details.put("name", name);
        }
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
