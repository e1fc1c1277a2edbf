package io.purelb.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fabric8.kubernetes.client.utils.Serialization;
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
        String userAgent,
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
                header(exchange, "User-Agent"),
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
        if (!value.matches("-?\\d{1,18}|")) {
            throw StatusError.badRequest("strconv.ParseInt: parsing \"" + value + "\": invalid syntax");
        }
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    /**
     * The resourceVersion asked for, 0 if absent.
     *
     * @throws NumberFormatException with the real server's words for what is none
     */
    long version() {
        String value = parameter("resourceVersion");
        if (!value.matches("\\d{0,18}")) {
            throw new NumberFormatException("resourceVersion: Invalid value: \"" + value
                    + "\": strconv.ParseUint: parsing \"" + value + "\": invalid syntax");
        }
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    boolean has(String name) {
        return query.containsKey(name);
    }

    boolean dryRun() {
        return parameter("dryRun").equals("All");
    }

    /** Who writes: the field manager that the client names, or the beginning of its User-Agent. */
    String manager() {
        String name = parameter("fieldManager");
        return name.isEmpty() ? userAgent.split("/", 2)[0] : name;
    }

    boolean isApply() {
        return contentType.startsWith("application/apply-patch");
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

    /** The configuration to apply, JSON or YAML. */
    ObjectNode applied(ResourceType type) {
        if (yaml() instanceof ObjectNode object) {
            return object;
        }
        throw StatusError.badRequest("the configuration to apply to " + type.qualified() + " is no object");
    }

    private JsonNode yaml() {
        try {
            return Serialization.unmarshal(body, JsonNode.class);
        } catch (RuntimeException e) {
            throw StatusError.badRequest("error decoding YAML: " + e.getMessage());
        }
    }

    /** The body as an object, of a content type that this server reads. */
    ObjectNode object() {
        boolean yaml = contentType.equals("application/yaml");
        if (!contentType.isEmpty() && !contentType.equals(JSON) && !yaml) {
            throw StatusError.unsupportedMediaType(
                    "the body of the request was in an unknown format - accepted media types"
                            + " include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
        }
        if ((yaml ? yaml() : json()) instanceof ObjectNode object) {
            return object;
        }
        throw StatusError.badRequest("the body of the request is no object");
    }
}
