package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;

/** Watch requests: one JSON line per change, until the client goes, the time is up or the server stops. */
final class Watches {
    /** The real server ends watches after 30 to 60 minutes. */
    private static final long DEFAULT_SECONDS = 45 * 60;

    private static final long BOOKMARK_MILLIS = 20_000;

    private final Store store;
    private final int capacity;

    Watches(Store store, int capacity) {
        this.store = store;
        this.capacity = capacity;
    }

    /** Serves the watch on the calling thread. */
    void serve(HttpExchange exchange, Target target, Request request, Function<ObjectNode, JsonNode> form)
            throws IOException {
        Predicate<JsonNode> selector = target.selector(request);
        ResourceType type = target.type();
        Predicate<JsonNode> stored = object -> selector.test(type.present((ObjectNode) object));
        Watcher watcher = new Watcher(type.storage(), target.namespace(), capacity);
        // Refuses what is no number before the answer begins.
        try {
            request.version();
        } catch (NumberFormatException e) {
            throw StatusError.failed(e.getMessage());
        }
        request.number("timeoutSeconds");
        exchange.getResponseHeaders().set("Content-Type", "application/json;stream=watch");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            Line line = new Line(out, type, form);
            try {
                begin(watcher, stored, line, request);
                follow(watcher, stored, line, request);
            } catch (StatusError e) {
                // As with the real server, the refusal of a version is the only line of a watch.
                line.error(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            store.unwatch(watcher);
        }
    }

    /** Sends what is there already, if the client does not know it, and something at once in any case. */
    private void begin(Watcher watcher, Predicate<JsonNode> selector, Line line, Request request) throws IOException {
        long asked = request.version();
        boolean fromNow = asked == 0;
        List<ObjectNode> initial = List.of();
        long version = asked;
        synchronized (store) {
            if (fromNow) {
                initial = store.list(line.type().storage(), watcher.namespace());
                version = store.version();
            }
            store.watch(watcher, fromNow ? OptionalLong.empty() : OptionalLong.of(asked));
        }
        for (ObjectNode object : initial) {
            if (selector.test(object)) {
                line.write("ADDED", line.type().present(object));
            }
        }
        if (request.flag("allowWatchBookmarks")) {
            line.bookmark(version);
        }
        line.flush();
    }

    private void follow(Watcher watcher, Predicate<JsonNode> selector, Line line, Request request)
            throws IOException, InterruptedException {
        long seconds = request.number("timeoutSeconds");
        long end = System.nanoTime() + (seconds == 0 ? DEFAULT_SECONDS : seconds) * 1_000_000_000L;
        boolean bookmarks = request.flag("allowWatchBookmarks");
        while (watcher.isOpen()) {
            long millis = Math.min(BOOKMARK_MILLIS, (end - System.nanoTime()) / 1_000_000);
            if (millis <= 0) {
                return;
            }
            Change change = watcher.next(millis);
            if (change != null) {
                Optional<Change.Seen> seen = change.through(selector);
                if (seen.isPresent()) {
                    line.write(seen.get().type(), line.type().present(seen.get().object()));
                }
                if (watcher.isIdle()) {
                    line.flush();
                }
            } else if (bookmarks && watcher.isOpen()) {
                OptionalLong progress = store.progress(watcher);
                if (progress.isPresent()) {
                    line.bookmark(progress.getAsLong());
                    line.flush();
                }
            }
        }
    }

    /** Writes events in the form the client asked for. */
    private static final class Line {
        private final OutputStream out;
        private final ResourceType type;
        private final Function<ObjectNode, JsonNode> form;
        /** True once a table has been sent: the next ones leave out what its columns are. */
        private boolean tables;

        Line(OutputStream out, ResourceType type, Function<ObjectNode, JsonNode> form) {
            this.out = out;
            this.type = type;
            this.form = form;
        }

        ResourceType type() {
            return type;
        }

        void write(String event, ObjectNode object) throws IOException {
            ObjectNode line = Json.object().put("type", event);
            JsonNode shown = form.apply(object);
            if (tables && shown instanceof ObjectNode table && shown.has("columnDefinitions")) {
                table.putNull("columnDefinitions");
            }
            tables |= shown.has("columnDefinitions");
            line.set("object", shown);
            out.write(Json.bytes(line));
            out.write('\n');
        }

        /** Tells the client that it has seen everything up to that version. */
        void bookmark(long version) throws IOException {
            ObjectNode line = Json.object().put("type", "BOOKMARK");
            ObjectNode object =
                    line.putObject("object").put("kind", type.kind()).put("apiVersion", type.apiVersion());
            ObjectNode meta = object.putObject("metadata").put("resourceVersion", Long.toString(version));
            meta.putNull("creationTimestamp");
            out.write(Json.bytes(line));
            out.write('\n');
        }

        void error(StatusError e) throws IOException {
            ObjectNode line = Json.object().put("type", "ERROR");
            line.set("object", e.toJson());
            out.write(Json.bytes(line));
            out.write('\n');
        }

        void flush() throws IOException {
            out.flush();
        }
    }
}
