package io.purelb.lab.api;

import static io.purelb.core.testkit.Patience.LIMIT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plain HTTP requests to the API server, and watches read line by line. */
final class Http {
    static final String MERGE = "application/merge-patch+json";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;

    Http(URI base) {
        this.base = base.toString();
    }

    record Answer(int code, JsonNode body, List<String> warnings) {
        String text(String pointer) {
            return body.at(pointer).asText();
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    Answer post(String path, ObjectNode body) {
        return send("POST", path, body.toString(), "Content-Type", "application/json");
    }

    Answer put(String path, ObjectNode body) {
        return send("PUT", path, body.toString(), "Content-Type", "application/json");
    }

    Answer patch(String path, String type, JsonNode body) {
        return send("PATCH", path, body.toString(), "Content-Type", type);
    }

    Answer delete(String path) {
        return send("DELETE", path, "");
    }

    Answer send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            JsonNode json = response.body().startsWith("{") ? Json.read(response.body()) : Json.object();
            return new Answer(response.statusCode(), json, response.headers().allValues("Warning"));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** An open watch; reading waits at most ten seconds. */
    static final class Watch implements AutoCloseable {
        private final HttpURLConnection connection;
        private final BufferedReader reader;

        private Watch(HttpURLConnection connection) throws IOException {
            this.connection = connection;
            this.reader =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        }

        /** The next line as "TYPE name", or "end". */
        String next() throws IOException {
            JsonNode event = event();
            return event.isEmpty() ? "end" : Json.text(event, "type") + " " + Meta.name(event.path("object"));
        }

        JsonNode event() throws IOException {
            String line = reader.readLine();
            return line == null ? Json.object() : Json.read(line);
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }

    Watch watch(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(base + path).toURL().openConnection();
        connection.setReadTimeout(10_000);
        return new Watch(connection);
    }
}
