package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Sends answers: JSON with the warnings that belong to it, or plain text. */
final class Answers {
    private Answers() {}

    static void send(HttpExchange exchange, Request request, int code, JsonNode body) throws IOException {
        for (String warning : request.warnings()) {
            exchange.getResponseHeaders().add("Warning", "299 - \"" + warning.replace("\"", "\\\"") + '"');
        }
        send(exchange, code, body);
    }

    static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        send(exchange, code, Json.bytes(body));
    }

    static void text(HttpExchange exchange, int code, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        send(exchange, code, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int code, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
