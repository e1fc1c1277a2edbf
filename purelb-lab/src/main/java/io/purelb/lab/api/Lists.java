package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** Lists, whole or in chunks. The chunks of a list all show the state in which its first one was read. */
final class Lists {
    /** How many lists may stand half read; the rest of older ones is forgotten (410). */
    private static final int MAX_UNFINISHED = 64;

    /**
     * One chunk.
     *
     * @param version of the state it shows
     * @param next the token for the next chunk, empty at the end
     * @param remaining how many items follow
     */
    record Chunk(List<ObjectNode> items, long version, String next, int remaining) {}

    private record Rest(List<ObjectNode> items, long version) {}

    private final Map<String, Rest> unfinished = new LinkedHashMap<>();
    private final Store store;

    Lists(Store store) {
        this.store = store;
    }

    /** The objects, as their type shows them, that the request asks for. */
    Chunk read(Target target, Request request) {
        String token = request.parameter("continue");
        int limit = (int) Math.min(request.number("limit"), Integer.MAX_VALUE);
        synchronized (store) {
            Rest rest = token.isEmpty() ? select(target, request) : unfinished.get(token);
            if (rest == null) {
                throw StatusError.expired("The provided continue parameter is too old to display a consistent list"
                        + " result. You can start a new list without the continue parameter.");
            }
            return chunk(rest, limit);
        }
    }

    private Rest select(Target target, Request request) {
        checkVersion(request);
        Predicate<JsonNode> selector = target.selector(request);
        List<ObjectNode> items = store.list(target.type().storage(), target.namespace()).stream()
                .map(target.type()::present)
                .filter(selector)
                .toList();
        return new Rest(items, store.version());
    }

    /** Old states are not kept: an exact version must be the current one, any other must have been reached. */
    private void checkVersion(Request request) {
        long asked = request.number("resourceVersion");
        String match = request.parameter("resourceVersionMatch");
        if (asked > store.version()) {
            throw StatusError.futureVersion(asked, store.version());
        }
        if (match.equals("Exact") && asked != store.version()) {
            throw StatusError.expired("The resourceVersion for the provided list is too old.");
        }
        if (!match.isEmpty() && !match.equals("Exact") && !match.equals("NotOlderThan")) {
            throw StatusError.badRequest("resourceVersionMatch: Unsupported value: \"" + match + "\"");
        }
    }

    private Chunk chunk(Rest rest, int limit) {
        int size = rest.items().size();
        if (limit == 0 || size <= limit) {
            return new Chunk(rest.items(), rest.version(), "", 0);
        }
        String token = UUID.randomUUID().toString();
        unfinished.put(token, new Rest(rest.items().subList(limit, size), rest.version()));
        if (unfinished.size() > MAX_UNFINISHED) {
            unfinished.remove(unfinished.keySet().iterator().next());
        }
        return new Chunk(rest.items().subList(0, limit), rest.version(), token, size - limit);
    }
}
