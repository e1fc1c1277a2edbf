package io.purelb.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request, read completely; a protobuf body already turned into JSON.
 *
 * @param path the segments of the path, without empty ones
 * @param contentType lower case, without parameters
 * @param warnings texts to send along with the answer
 */
record Request(
        String method,
        List<String> path,
        Map<String, String> query,
        String accept,
        String contentType,
        String body,
        List<String> warnings) {
    /** As the real server: etcd takes objects up to 1.5 MB, the API server bodies up to twice that. */
    private static final int MAX_BODY = 3 << 20;

    private static final String JSON = "application/json";

    static Request read(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new StatusError(413, "RequestEntityTooLarge", "the request is larger than 3 MB");
        }
        List<String> path =
                new ArrayList<>(List.of(exchange.getRequestURI().getPath().split("/")));
        path.removeIf(String::isEmpty);
        String type = header(exchange, "Content-Type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        boolean protobuf = type.equals(Protobuf.CONTENT_TYPE);
        return new Request(
                exchange.getRequestMethod(),
                path,
                query(exchange.getRequestURI().getRawQuery()),
                header(exchange, "Accept"),
                protobuf ? JSON : type,
                protobuf ? Protobuf.decode(body).toString() : new String(body, StandardCharsets.UTF_8),
                new ArrayList<>());
    }

    static String header(HttpExchange exchange, String name) {
        List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
        return String.join(",", values);
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.putIfAbsent(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
        }
        return query;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw StatusError.badRequest("the query cannot be decoded: " + text);
        }
    }

    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    /** True for the spellings that the real server takes for true. */
    boolean flag(String name) {
        String value = query.get(name);
        return value != null && !value.equals("false") && !value.equals("0");
    }

    /** A number of the query, 0 if absent. */
    long number(String name) {
        String value = parameter(name);
        if (!value.matches("\\d{0,18}")) {
            throw StatusError.badRequest("strconv.ParseInt: parsing \"" + value + "\": " + name + " is no number");
        }
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    boolean dryRun() {
        String value = parameter("dryRun");
        if (!value.isEmpty() && !value.equals("All")) {
            throw StatusError.badRequest("dryRun: Unsupported value: \"" + value + "\": supported values: \"All\"");
        }
        return !value.isEmpty();
    }

    /** True when the client asks for the server's table in the first place. */
    boolean wantsTable() {
        return accept.contains("as=Table");
    }

    /** The body as a JSON value. */
    JsonNode json() {
        try {
            return Json.read(body);
        } catch (JsonProcessingException e) {
            throw StatusError.badRequest("the body of the request is no JSON: " + e.getOriginalMessage());
        }
    }

    /** The body as an object, of a content type that this server reads. */
    ObjectNode object() {
        if (!contentType.isEmpty() && !contentType.equals(JSON)) {
            throw StatusError.unsupportedMediaType("the body of the request was in an unknown format (" + contentType
                    + ") - this lab API server reads application/json");
        }
        if (json() instanceof ObjectNode object) {
            return object;
        }
        throw StatusError.badRequest("the body of the request is no object");
    }
}
