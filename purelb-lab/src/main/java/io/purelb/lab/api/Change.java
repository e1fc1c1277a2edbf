package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One write: what stood there before (null for a creation) and after it (null for a removal).
 *
 * @param version the resourceVersion that the write made
 */
record Change(
        long version,
        String storage,
        String namespace,
        @Nullable ObjectNode before,
        @Nullable ObjectNode after) {

    /** A change as one watcher sees it: ADDED, MODIFIED or DELETED, and the object. */
    record Seen(String type, ObjectNode object) {}

    /**
     * What a watch with that selector reports: an object that begins to match was added for it, one that ceases to
     * match was deleted; a deleted object shows its last state with the version of the deletion.
     */
    Optional<Seen> through(Predicate<JsonNode> selector) {
        boolean matched = before != null && selector.test(before);
        boolean matches = after != null && selector.test(after);
        if (matches && after != null) {
            return Optional.of(new Seen(matched ? "MODIFIED" : "ADDED", after));
        }
        if (matched && before != null) {
            ObjectNode last = before.deepCopy();
            Meta.of(last).put("resourceVersion", Long.toString(version));
            return Optional.of(new Seen("DELETED", last));
        }
        return Optional.empty();
    }
}
