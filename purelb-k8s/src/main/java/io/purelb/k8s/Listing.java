package io.purelb.k8s;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Lists one collection page by page and watches it, object by object. See "Efficient detection of changes" in the
 * Kubernetes API concepts: bookmarks, and 410 Gone for a version that the server has forgotten.
 */
final class Listing {
    private static final int PAGE = 250;
    /** The server ends a watch after this; a random part keeps the agents of a cluster apart. */
    private static final int WATCH_SECONDS = 240;

    private static final int WATCH_SPREAD_SECONDS = 120;
    private static final long LOOK_SECONDS = 10;

    private final Api api;
    /** The collection's path with the selector, to which parameters can be appended. */
    private final String path;

    Listing(Api api, String path, String labels) {
        this.api = api;
        this.path = path + "?" + (labels.isEmpty() ? "" : "labelSelector=" + encoded(labels) + "&");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Hands out every object of the collection; returns the collection's version. */
    String list(Consumer<JsonNode> each) {
        Page page = new Page("", "");
        do {
            String more = page.next.isEmpty() ? "" : "&continue=" + encoded(page.next);
            page = parse(api.bytes(path + "limit=" + PAGE + more), each);
        } while (!page.next.isEmpty());
        return page.version;
    }

    private record Page(String version, String next) {}

    private static Page parse(byte[] body, Consumer<JsonNode> each) {
        Page page = new Page("", "");
        try (JsonParser parser = Api.JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                if (field.equals("metadata")) {
                    JsonNode metadata = parser.readValueAsTree();
                    page = new Page(
                            metadata.path("resourceVersion").asText(),
                            metadata.path("continue").asText());
                } else if (field.equals("items") && parser.currentToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        JsonNode object = parser.readValueAsTree();
                        each.accept(object);
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return page;
        } catch (IOException fault) {
            throw new KubernetesClientException("a list cannot be read", fault);
        }
    }

    /**
     * Hands out each change since a version, until the server ends the watch.
     *
     * @param each takes the type of a change and the object, on a thread of the client
     * @param closed ends the wait when it has come to 0
     * @return the version to go on from; empty when the server has forgotten it and a list is due
     */
    Optional<String> watch(String version, BiConsumer<String, JsonNode> each, CountDownLatch closed) {
        Stream stream = new Stream(version, each);
        int seconds = WATCH_SECONDS + ThreadLocalRandom.current().nextInt(WATCH_SPREAD_SECONDS);
        AsyncBody body = api.stream(
                path + "watch=true&allowWatchBookmarks=true&resourceVersion=" + version + "&timeoutSeconds=" + seconds,
                stream);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + LOOK_SECONDS);
        try {
            while (closed.getCount() > 0) {
                try {
                    body.done().get(LOOK_SECONDS, TimeUnit.SECONDS);
                    break;
                } catch (TimeoutException stillOpen) {
                    if (System.nanoTime() - end > 0) {
                        break;
                    }
                }
            }
        } catch (ExecutionException | CancellationException over) {
            // The connection broke, or was silent for too long and was given up. What arrived counts; the next watch
            // tells whether the server is there.
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            body.cancel();
        }
        return stream.result();
    }

    /** Cuts what arrives into lines, each of them one change. */
    private static final class Stream implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final BiConsumer<String, JsonNode> each;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private String version;
        private boolean forgotten;
        private boolean ended;
        private Optional<KubernetesClientException> refusal = Optional.empty();

        private Stream(String version, BiConsumer<String, JsonNode> each) {
            this.version = version;
            this.each = each;
        }

        @Override
        public synchronized void consume(List<ByteBuffer> pieces, AsyncBody body) throws IOException {
            if (ended) {
                return; // the next list or watch has begun, which knows more
            }
            for (ByteBuffer piece : pieces) {
                while (piece.hasRemaining()) {
                    byte next = piece.get();
                    if (next == '\n') {
                        change(Api.JSON.readTree(line.toByteArray()));
                        line.reset();
                    } else {
                        line.write(next);
                    }
                }
            }
            body.consume();
        }

        private void change(JsonNode change) {
            String type = change.path("type").asText();
            JsonNode object = change.path("object");
            if (type.equals("ERROR")) {
                int code = object.path("code").asInt();
                forgotten = code == Failures.GONE;
                refusal = forgotten
                        ? Optional.empty()
                        : Optional.of(new KubernetesClientException(
                                object.path("message").asText(), code, null));
                return;
            }
            if (!type.equals("BOOKMARK") && !type.isEmpty()) {
                each.accept(type, object);
            }
            version = object.path("metadata").path("resourceVersion").asText(version);
        }

        private synchronized Optional<String> result() {
            ended = true;
            refusal.ifPresent(fault -> {
                throw fault;
            });
            return forgotten ? Optional.empty() : Optional.of(version);
        }
    }
}
