package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/** Query parameters that do not fit together, refused in the words of the real server's option types. */
final class RequestOptions {
    private static final String MATCH = "resourceVersionMatch";

    private RequestOptions() {}

    /** Those of a request for a collection. */
    static void checkList(Request request) {
        FieldErrors errors = new FieldErrors();
        String match = request.parameter(MATCH);
        String version = request.parameter("resourceVersion");
        boolean initialEvents = request.has("sendInitialEvents");
        if (request.flag("watch")) {
            watch(match, initialEvents, errors);
        } else {
            list(match, version, request, errors);
            if (initialEvents) {
                errors.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
            }
        }
        refuse("ListOptions", errors);
        if (!request.parameter("continue").isEmpty() && !version.isEmpty() && !version.equals("0")) {
            throw StatusError.badRequest("specifying resource version is not allowed when using continue");
        }
    }

    private static void watch(String match, boolean initialEvents, FieldErrors errors) {
        if (initialEvents && !match.equals("NotOlderThan")) {
            errors.forbidden(MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }
        if (initialEvents) {
            errors.forbidden(
                    "sendInitialEvents",
                    "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
        } else if (!match.isEmpty()) {
            errors.forbidden(MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }
        if (!match.isEmpty() && !match.equals("NotOlderThan")) {
            errors.unsupported(MATCH, TextNode.valueOf(match), List.of("NotOlderThan"));
        }
    }

    private static void list(String match, String version, Request request, FieldErrors errors) {
        if (match.isEmpty()) {
            return;
        }
        if (version.isEmpty()) {
            errors.forbidden(MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }
        if (!request.parameter("continue").isEmpty()) {
            errors.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided");
        }
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            errors.unsupportedAsGiven(MATCH, TextNode.valueOf(match), List.of("Exact", "NotOlderThan", ""));
        }
        if (match.equals("Exact") && version.equals("0")) {
            errors.forbidden(MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    /** Those of a request that writes. */
    static void checkWrite(Request request) {
        FieldErrors errors = new FieldErrors();
        if (request.isApply() && request.parameter("fieldManager").isEmpty()) {
            errors.required("fieldManager", "is required for apply patch");
        } else if (!request.isApply() && request.method().equals("PATCH") && request.has("force")) {
            errors.forbidden("force", "may not be specified for non-apply patch");
        }
        if (request.parameter("fieldManager").length() > 128) {
            errors.tooLong("fieldManager", 128);
        }
        if (request.has("dryRun") && !request.dryRun()) {
            errors.unsupported("dryRun", Json.array().add(request.parameter("dryRun")), List.of("All"));
        }
        String validation = request.parameter("fieldValidation");
        List<String> known = List.of("", "Ignore", "Strict", "Warn");
        if (!known.contains(validation)) {
            errors.unsupported("fieldValidation", TextNode.valueOf(validation), known);
        }
        String type = switch (request.method()) {
            case "POST" -> "CreateOptions";
            case "PUT" -> "UpdateOptions";
            case "PATCH" -> "PatchOptions";
            default -> "DeleteOptions";
        };
        refuse(type, errors);
    }

    private static void refuse(String options, FieldErrors errors) {
        if (!errors.isEmpty()) {
            throw StatusError.invalidOptions(options, errors);
        }
    }
}
