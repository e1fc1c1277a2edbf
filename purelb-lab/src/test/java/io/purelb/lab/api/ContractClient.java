package io.purelb.lab.api;

import static io.purelb.core.testkit.Patience.LIMIT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends a scenario's requests to one server and writes down what it answers. */
final class ContractClient {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final Map<String, String> PATCHES = Map.of(
            "MERGE", "application/merge-patch+json",
            "JSONPATCH", "application/json-patch+json",
            "STRATEGIC", "application/strategic-merge-patch+json",
            "APPLY", "application/apply-patch+yaml");

    private final HttpClient client;
    private final String base;
    private final String token;
    private Consumer<String> expiry = this::crowdOut;

    /** A client of the server at that URL, with that bearer token if it is not empty. */
    ContractClient(HttpClient client, URI base, String token) {
        this.client = client;
        this.base = base.toString().replaceFirst("/$", "");
        this.token = token;
    }

    /** How this server is made to forget the state that half-read lists show. */
    void onExpire(Consumer<String> expiry) {
        this.expiry = expiry;
    }

    /** A server that keeps so many half-read lists forgets this one for others. */
    private void crowdOut(String namespace) {
        for (int i = 0; i < 100; i++) {
            // Every list begins at another version.
            ObjectNode label = Json.object();
            Json.child(Json.child(label, "metadata"), "labels").put("crowd", "n" + i);
            String place = "/api/v1/namespaces/" + namespace;
            exchange("PATCH", place, label.toString(), Map.of("Content-Type", PATCHES.get("MERGE")));
            get(place + "/configmaps?limit=1");
        }
    }

    /** Creates what a YAML file defines. */
    ObjectNode define(String yaml) {
        return exchange(
                "POST",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
                yaml,
                Map.of("Content-Type", "application/yaml"));
    }

    ObjectNode get(String path) {
        return exchange("GET", path, "", Map.of());
    }

    /** The answers to all requests of the scenario, each as {@code {"code", "warnings", "body"}}. */
    List<ObjectNode> run(Contract.Scenario scenario, String namespace) {
        Map<String, String> values = new HashMap<>(Map.of("ns", namespace));
        ObjectNode made = Json.object();
        Meta.of(made).put("name", namespace);
        exchange("POST", "/api/v1/namespaces", made.toString(), Map.of());
        List<ObjectNode> answers = new ArrayList<>();
        for (Contract.Request request : scenario.requests()) {
            if (request.verb().equals("EXPIRE")) {
                expiry.accept(namespace);
                answers.add(Json.object().put("code", request.code()));
                continue;
            }
            ObjectNode answer = send(request, values);
            answers.add(answer);
            for (String option : request.options()) {
                if (option.startsWith("save:")) {
                    String[] sides = option.substring(5).split("=", 2);
                    values.put(sides[0], answer.path("body").at(sides[1]).asText());
                }
            }
        }
        return answers;
    }

    private ObjectNode send(Contract.Request request, Map<String, String> values) {
        Map<String, String> headers = new HashMap<>();
        String verb = request.verb();
        if (verb.equals("WATCH") && !request.body().isEmpty()) {
            return watchAndMake(request, values);
        }
        if (!request.body().isEmpty()) {
            headers.put("Content-Type", request.option("type").orElse(PATCHES.getOrDefault(verb, "application/json")));
        }
        if (verb.equals("TABLE")) {
            headers.put("Accept", TABLE);
        }
        request.option("accept").ifPresent(accept -> headers.put("Accept", accept));
        String method = PATCHES.containsKey(verb) ? "PATCH" : verb.matches("TABLE|WATCH") ? "GET" : verb;
        return exchange(method, path(fill(request.path(), values), values), fill(request.body(), values), headers);
    }

    /** A change that a watch sees while it is open; the answer is the watch's. */
    private ObjectNode watchAndMake(Contract.Request request, Map<String, String> values) {
        String place = "/api/v1/namespaces/" + values.get("ns") + "/configmaps";
        CompletableFuture<ObjectNode> made = CompletableFuture.supplyAsync(
                () -> exchange("POST", place, request.body(), Map.of("Content-Type", "application/json")),
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
        ObjectNode answer = exchange("GET", path(fill(request.path(), values), values), "", Map.of());
        made.join();
        return answer;
    }

    private static String path(String path, Map<String, String> values) {
        String place = "/namespaces/" + values.get("ns") + "/";
        if (path.startsWith("/")) {
            return path;
        }
        return (path.matches("(servicegroups|lbnodeagents|probes).*") ? "/apis/purelb.io/v1" : "/api/v1")
                + place
                + path;
    }

    private static String fill(String text, Map<String, String> values) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace("$" + value.getKey(), value.getValue());
        }
        return filled;
    }

    private ObjectNode exchange(String method, String path, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path.replace(" ", "%20")))
                .timeout(LIMIT)
                .header("User-Agent", "contract/1.0")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            ObjectNode answer = Json.object().put("code", response.statusCode());
            ArrayNode warnings = answer.putArray("warnings");
            response.headers().allValues("Warning").forEach(warnings::add);
            answer.set("body", parse(response.body()));
            return answer;
        } catch (IOException e) {
            throw new AssertionError(method + " " + base + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A JSON value, or several in lines as a watch sends them, or the text. */
    private static JsonNode parse(String text) throws IOException {
        if (!text.startsWith("{")) {
            return Json.object().put("text", text.strip());
        }
        if (!text.startsWith("{\"type\":")) {
            return Json.read(text);
        }
        ArrayNode lines = Json.array();
        for (String line : text.lines().toList()) {
            lines.add(Json.read(line));
        }
        return Json.object().set("events", lines);
    }
}
