package io.purelb.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Lists, whole or in chunks. The chunks of a list all show the state in which its first one was read. */
final class Lists {
    /** How many lists may stand half read; the rest of older ones is forgotten (410). */
    private static final int MAX_UNFINISHED = 64;

    /** In the place of a version: whatever is there now. */
    private static final long INCONSISTENT = -1;

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
        int limit = (int) Math.max(0, Math.min(request.number("limit"), Integer.MAX_VALUE));
        Predicate<JsonNode> selector = target.selector(request);
        String token = request.parameter("continue");
        boolean counted = request.parameter("labelSelector").isEmpty()
                && request.parameter("fieldSelector").isEmpty();
        synchronized (store) {
            checkVersion(request);
            List<ObjectNode> current = store.list(target.type().storage(), target.namespace());
            Rest rest = token.isEmpty() ? new Rest(current, store.version()) : rest(target, token, current);
            return chunk(target, rest, limit, selector, counted);
        }
    }

    private Rest rest(Target target, String token, List<ObjectNode> current) {
        Rest kept = unfinished.get(place(target, token));
        if (kept != null) {
            return kept;
        }
        JsonNode parts = parts(token);
        String start = Json.text(parts, "start");
        if (parts.path("rv").asLong() != INCONSISTENT) {
            throw StatusError.expiredList(token(INCONSISTENT, start));
        }
        return new Rest(
                current.stream().filter(o -> Meta.key(o).compareTo(start) >= 0).toList(), store.version());
    }

    /** Old states are not kept: an exact version must be the current one, any other must have been reached. */
    private void checkVersion(Request request) {
        long asked;
        try {
            asked = request.version();
        } catch (NumberFormatException e) {
            throw StatusError.badRequest("invalid resource version: " + e.getMessage());
        }
        if (asked > store.version()) {
            throw StatusError.futureVersion(asked, store.version());
        }
        if (request.parameter("resourceVersionMatch").equals("Exact") && asked != store.version()) {
            throw StatusError.expired("The resourceVersion for the provided list is too old.");
        }
    }

    private Chunk chunk(Target target, Rest rest, int limit, Predicate<JsonNode> selector, boolean counted) {
        List<ObjectNode> items = new ArrayList<>();
        for (int i = 0; i < rest.items().size(); i++) {
            ObjectNode stored = rest.items().get(i);
            ObjectNode shown = target.type().present(stored);
            if (!selector.test(shown)) {
                continue;
            }
            if (limit > 0 && items.size() == limit) {
                return new Chunk(
                        items,
                        rest.version(),
                        keep(target, rest, i),
                        counted ? rest.items().size() - i : 0);
            }
            items.add(shown);
        }
        return new Chunk(items, rest.version(), "", 0);
    }

    private String keep(Target target, Rest rest, int next) {
        List<ObjectNode> left = rest.items().subList(next, rest.items().size());
        String token = token(rest.version(), Meta.key(left.get(0)));
        unfinished.put(place(target, token), new Rest(left, rest.version()));
        if (unfinished.size() > MAX_UNFINISHED) {
            unfinished.remove(unfinished.keySet().iterator().next());
        }
        return token;
    }

    private static String place(Target target, String token) {
        return target.type().storage() + "/" + target.namespace() + "/" + token;
    }

    private static String token(long version, String start) {
        ObjectNode token =
                Json.object().put("v", "meta.k8s.io/v1").put("rv", version).put("start", start);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(token));
    }

    private static JsonNode parts(String token) {
        try {
            return Json.read(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | JsonProcessingException e) {
            throw StatusError.badRequest("continue key is not valid: " + e.getMessage());
        }
    }
}
