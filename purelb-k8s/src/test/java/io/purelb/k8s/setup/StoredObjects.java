package io.purelb.k8s.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.purelb.k8s.Api;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An API server that keeps objects by their path, as far as {@link Duty} needs one, and refuses what it is told to. */
final class StoredObjects implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final SortedMap<String, ObjectNode> objects = new TreeMap<>();
    /** Paths under which every request but a GET is refused, with the code. */
    final Map<String, Integer> refused = new ConcurrentHashMap<>();
    /** Requests that changed something, or wanted to. */
    final AtomicInteger writes = new AtomicInteger();

    private final HttpServer server;
    final Api api;

    StoredObjects() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.createContext("/", this::answer);
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        api = Api.open(config);
    }

    synchronized Optional<ObjectNode> get(String path) {
        return Optional.ofNullable(objects.get(path)).map(ObjectNode::deepCopy);
    }

    synchronized void put(String path, String object) throws IOException {
        objects.put(path, (ObjectNode) JSON.readTree(object.replace('\'', '"')));
    }

    synchronized void delete(String path) {
        objects.remove(path);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            if (method.equals("GET")) {
                answer(exchange, Optional.ofNullable(objects.get(path)), 404);
                return;
            }
            writes.incrementAndGet();
            if (refused.containsKey(path)) {
                answer(exchange, Optional.empty(), refused.get(path));
            } else if (method.equals("POST")) {
                String own = path + "/" + body.at("/metadata/name").asText();
                boolean exists = objects.putIfAbsent(own, (ObjectNode) body) != null;
                answer(exchange, exists ? Optional.empty() : Optional.of(objects.get(own)), 409);
            } else {
                answer(exchange, Optional.ofNullable(objects.get(path)).map(now -> merged(now, body)), 404);
            }
        }
    }

    private static ObjectNode merged(ObjectNode into, JsonNode patch) {
        patch.properties().forEach(field -> {
            if (field.getValue() instanceof ObjectNode inner) {
                merged(into.withObjectProperty(field.getKey()), inner);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
        return into;
    }

    private static void answer(HttpExchange exchange, Optional<? extends JsonNode> object, int otherwise)
            throws IOException {
        byte[] body = object.isPresent()
                ? JSON.writeValueAsBytes(object.get())
                : "{\"message\": \"the server's words\"}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(object.isPresent() ? 200 : otherwise, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        api.close();
        server.stop(0);
    }
}
