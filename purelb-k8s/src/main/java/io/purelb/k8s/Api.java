package io.purelb.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Requests to the API server in plain JSON, with fabric8's configuration, authentication and HTTP but without its typed
 * models, which cost an executable some 40 MB of memory. Paths begin with {@code /api}. Blocking calls take 10 seconds at
 * most and throw {@link KubernetesClientException} for a refusal ({@link Failures} tells which) and for no answer.
 */
public final class Api implements AutoCloseable {
    /** Reads JSON; for specs that are records of ours too. */
    static final JsonMapper JSON = new JsonMapper();

    private static final long TIMEOUT_SECONDS = 10;
    private static final int MOST_WORDS = 300;

    private final HttpClient http;
    private final String server;

    private Api(HttpClient http, String server) {
        this.http = http;
        this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    }

    /** As {@link KubeClients#open(Optional)}; opening sends nothing. */
    public static Api open(Optional<Path> kubeconfig) {
        return open(KubeClients.config(kubeconfig));
    }

    /** With our timeouts for any configuration, such as one with just a URL. */
    public static Api open(Config config) {
        return open(config, KubeClients.WATCH_SILENCE);
    }

    /** The same with another patience: how long a watch may say nothing before it is opened again where it was. */
    static Api open(Config config, Duration silence) {
        Config ours = KubeClients.ours(config);
        HttpClient http = HttpClientUtils.getHttpClientFactory()
                .newBuilder(ours)
                .addOrReplaceInterceptor("answers", KubeClients.answers(silence))
                .build();
        return new Api(http, ours.getMasterUrl());
    }

    /** Through the connections of a client, which closes them. */
    public static Api of(KubernetesClient client) {
        return new Api(client.getHttpClient(), client.getMasterUrl().toString());
    }

    /** What is at a path. */
    public JsonNode get(String path) {
        return await(request(path));
    }

    /** The same; empty when nothing is there. */
    public Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (KubernetesClientException fault) {
            if (Failures.isGone(fault)) {
                return Optional.empty();
            }
            throw fault;
        }
    }

    /** Creates an object in the collection at a path; returns it as it is then. */
    public JsonNode post(String path, ObjectNode object) {
        return await(request(path).post("application/json", object.toString()));
    }

    /** Changes the object at a path by a JSON merge patch (RFC 7386); returns it as it is then. */
    public JsonNode patch(String path, ObjectNode merge) {
        return await(request(path).patch("application/merge-patch+json", merge.toString()));
    }

    /**
     * Changes the object at a path by a strategic merge patch, which knows containers and the like by their names; for the
     * kinds that the API server is built with.
     */
    public JsonNode patchStrategically(String path, ObjectNode patch) {
        return await(request(path).patch("application/strategic-merge-patch+json", patch.toString()));
    }

    /**
     * Makes an object have these fields by a server-side apply, whoever owned them before; creates it when there is none.
     *
     * @param manager who owns the fields from then on
     */
    public JsonNode apply(String path, ObjectNode object, String manager) {
        return await(request(path + "?force=true&fieldManager=" + manager)
                .patch("application/apply-patch+yaml", object.toString()));
    }

    private HttpRequest.Builder request(String path) {
        return http.newHttpRequestBuilder().uri(server + path);
    }

    private JsonNode await(HttpRequest.Builder request) {
        byte[] body = bytes(request);
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new KubernetesClientException("the API server's answer is not JSON", e);
        }
    }

    /** The body of what is at a path, for whoever parses it piece by piece. */
    byte[] bytes(String path) {
        return bytes(request(path));
    }

    private byte[] bytes(HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(
                request.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).build(), byte[].class);
        HttpResponse<byte[]> response = wait(answer, TIMEOUT_SECONDS);
        if (!response.isSuccessful()) {
            throw refusal(response.code(), response.body());
        }
        return response.body();
    }

    /**
     * Begins to receive what is at a path, without end.
     *
     * @param bytes takes each piece, on threads of the client
     * @return the body, when it begins
     */
    AsyncBody stream(String path, AsyncBody.Consumer<List<ByteBuffer>> bytes) {
        HttpResponse<AsyncBody> response =
                wait(http.consumeBytes(request(path).forStreaming().build(), bytes), TIMEOUT_SECONDS);
        if (!response.isSuccessful()) {
            response.body().cancel();
            throw refusal(response.code(), new byte[0]);
        }
        response.body().consume();
        return response.body();
    }

    /** The result of a future, or its fault as this class tells it. */
    static <T> T wait(CompletableFuture<T> future, long seconds) {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KubernetesClientException("no answer", e.getCause());
        } catch (CancellationException e) {
            throw new KubernetesClientException("no answer", new IOException("the answer was given up", e));
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new KubernetesClientException("no answer", new IOException("no answer in " + seconds + " s"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("interrupted", e);
        }
    }

    /** The exception for a refusal, with the server's words. */
    static KubernetesClientException refusal(int code, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        String words = text;
        try {
            words = JSON.readTree(body).path("message").asText(text);
        } catch (IOException plainText) {
            // As it is.
        }
        words = words.substring(0, Math.min(MOST_WORDS, words.length())).strip();
        return new KubernetesClientException(
                words,
                code,
                new StatusBuilder()
                        .withCode(code)
                        .withMessage(words.isEmpty() ? "refused" : words)
                        .build());
    }

    @Override
    public void close() {
        http.close();
    }
}
