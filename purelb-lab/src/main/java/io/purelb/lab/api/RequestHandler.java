package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a request, decides what it is about, and sends the answer or the Status that refuses it. */
final class RequestHandler implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(RequestHandler.class.getName());

    private static final Set<String> HEALTH = Set.of("healthz", "livez", "readyz");
    /** What a real server tells everybody, too: {@code kubectl get --raw} does not know the token. */
    private static final Set<String> PUBLIC = Set.of("healthz", "livez", "readyz", "version");

    private final String token;
    private final ResourceTypes types;
    private final Discovery discovery;
    private final Store store;
    private final Lists lists;
    private final Watches watches;
    private final Writes writes;
    private final Deletes deletes;

    RequestHandler(ApiServerSettings settings, ResourceTypes types, Store store, Deletes deletes, Writes writes) {
        this.token = settings.token();
        this.types = types;
        this.discovery = new Discovery(types);
        this.store = store;
        this.lists = new Lists(store);
        // A watcher that resumes from the oldest kept change must be able to hold all of them, and more.
        this.watches = new Watches(store, 2 * settings.history());
        this.writes = writes;
        this.deletes = deletes;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                if (Request.header(exchange, "Upgrade").equalsIgnoreCase("websocket")) {
                    // A plain success: fabric8 then watches over HTTP at once; an error it would retry with back-off.
                    exchange.sendResponseHeaders(200, -1);
                    return;
                }
                Request request = Request.read(exchange);
                answer(exchange, request, authorize(request.path()));
            } catch (StatusError e) {
                if (e.isPlain()) {
                    Answers.text(exchange, e.code(), e.getMessage());
                } else {
                    Answers.send(exchange, e.code(), e.toJson());
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, exchange.getRequestMethod() + " " + exchange.getRequestURI(), e);
                Answers.send(exchange, 500, new StatusError(500, "InternalError", "Internal error: " + e).toJson());
            }
        } catch (IOException e) {
            // The client has gone away; there is nobody to tell.
            LOG.log(System.Logger.Level.DEBUG, "connection lost", e);
        }
    }

    /** The path behind the token. */
    private List<String> authorize(List<String> path) {
        boolean open = path.size() == 1 && PUBLIC.contains(path.get(0));
        if (token.isEmpty() || open) {
            return path;
        }
        if (path.isEmpty() || !path.get(0).equals(token)) {
            throw new StatusError(401, "Unauthorized", "Unauthorized");
        }
        return path.subList(1, path.size());
    }

    private void answer(HttpExchange exchange, Request request, List<String> path) throws IOException {
        if (path.size() == 1 && HEALTH.contains(path.get(0))) {
            Answers.text(exchange, 200, "ok");
            return;
        }
        Optional<ObjectNode> document = discovery.find(path);
        if (document.isPresent()) {
            if (!request.method().equals("GET")) {
                throw StatusError.methodNotAllowed();
            }
            Answers.send(exchange, 200, document.get());
            return;
        }
        Target target = Target.parse(path, types);
        checkAccept(request, target.type());
        boolean collection = target.name().isEmpty();
        if (!request.method().equals("GET")) {
            RequestOptions.checkWrite(request);
        }
        switch (request.method()) {
            case "GET" -> {
                if (collection) {
                    RequestOptions.checkList(request);
                }
                if (collection && request.flag("watch")) {
                    watches.serve(exchange, target, request, object -> shown(target, request, object));
                } else {
                    Answers.send(
                            exchange,
                            request,
                            200,
                            collection ? list(target, request) : shown(target, request, get(target)));
                }
            }
            case "POST" -> {
                require(collection);
                ObjectNode object = writes.create(target, request.object(), request);
                Answers.send(exchange, request, 201, shown(target, request, object));
            }
            case "PUT" -> {
                require(!collection);
                Writes.Written written = writes.update(target, request.object(), request);
                Answers.send(
                        exchange, request, written.created() ? 201 : 200, shown(target, request, written.object()));
            }
            case "PATCH" -> {
                require(!collection);
                Writes.Written written = writes.patch(target, request);
                Answers.send(
                        exchange, request, written.created() ? 201 : 200, shown(target, request, written.object()));
            }
            case "DELETE" -> {
                require(!target.status());
                Answers.send(exchange, request, 200, collection ? deleteAll(target, request) : delete(target, request));
            }
            default -> throw StatusError.methodNotAllowed();
        }
    }

    private static void require(boolean allowed) {
        if (!allowed) {
            throw StatusError.methodNotAllowed();
        }
    }

    private static void checkAccept(Request request, ResourceType type) {
        String accept = request.accept();
        boolean json = accept.isEmpty() || accept.contains("*") || accept.matches(".*application/json *(,.*|;q.*)?");
        if (!json && !accept.contains("as=Table")) {
            String message =
                    "this lab API server does not imitate answers other than application/json and its Table form";
            throw type.is(ResourceType.Trait.CUSTOM)
                    ? new StatusError(406, "NotAcceptable", message)
                    : StatusError.bare(406, "NotAcceptable", message);
        }
    }

    private ObjectNode get(Target target) {
        return target.type().present(writes.existing(target));
    }

    /** One object as the client wants it. */
    private static ObjectNode shown(Target target, Request request, ObjectNode object) {
        if (!request.wantsTable()) {
            return object;
        }
        ObjectNode table = Tables.of(target.type(), List.of(object), request.parameter("includeObject"));
        Meta.of(table).put("resourceVersion", Meta.version(object));
        return table;
    }

    private ObjectNode list(Target target, Request request) {
        Lists.Chunk chunk = lists.read(target, request);
        ObjectNode list;
        if (request.wantsTable()) {
            list = Tables.of(target.type(), chunk.items(), request.parameter("includeObject"));
        } else {
            list = Json.object()
                    .put("kind", target.type().kind() + "List")
                    .put("apiVersion", target.type().apiVersion());
            list.putObject("metadata");
            list.putArray("items")
                    .addAll(chunk.items().stream().map(target.type()::inList).toList());
        }
        ObjectNode meta = Meta.of(list).put("resourceVersion", Long.toString(chunk.version()));
        if (!chunk.next().isEmpty() || (target.type().is(ResourceType.Trait.CUSTOM) && !request.wantsTable())) {
            meta.put("continue", chunk.next());
        }
        if (chunk.remaining() > 0) {
            meta.put("remainingItemCount", chunk.remaining());
        }
        return list;
    }

    private ObjectNode delete(Target target, Request request) {
        JsonNode options = request.body().isEmpty() ? Json.object() : request.object();
        synchronized (store) {
            return deletes.delete(target.type(), writes.existing(target), options, dryRun(request, options));
        }
    }

    private ObjectNode deleteAll(Target target, Request request) {
        JsonNode options = request.body().isEmpty() ? Json.object() : request.object();
        synchronized (store) {
            ObjectNode list = Json.object().put("kind", target.type().kind() + "List");
            list.put("apiVersion", target.type().apiVersion())
                    .putObject("metadata")
                    .put("resourceVersion", Long.toString(store.version()));
            ArrayNode items = list.putArray("items");
            for (ObjectNode object : store.list(target.type().storage(), target.namespace())) {
                ObjectNode shown = target.type().present(object);
                if (target.selector(request).test(shown)) {
                    deletes.delete(target.type(), object, options, dryRun(request, options));
                    items.add(target.type().inList(shown));
                }
            }
            return list;
        }
    }

    private static boolean dryRun(Request request, JsonNode options) {
        return request.dryRun() || !options.path("dryRun").isEmpty();
    }
}
