package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Knows which objects the cache shows as they were before our own last write, so that nothing is decided twice on them.
 * Versions of one kind compare as decimal numbers (KEP-5504); where they are not numbers nothing counts as old, and the
 * precondition of the write catches it.
 */
final class WrittenVersions<K> {
    private final Map<K, Long> written = new HashMap<>();

    void wrote(K key, String version) {
        number(version).ifPresent(number -> written.put(key, number));
    }

    void forget(K key) {
        written.remove(key);
    }

    /** Whether a cached object is older than our last write; the event of that write is still to come. */
    boolean isOld(K key, HasMetadata cached) {
        Long ours = written.get(key);
        if (ours == null) {
            return false;
        }
        OptionalLong shown = number(cached.getMetadata().getResourceVersion());
        if (shown.isPresent() && shown.getAsLong() < ours) {
            return true;
        }
        written.remove(key);
        return false;
    }

    private static OptionalLong number(String version) {
        try {
            return OptionalLong.of(Long.parseLong(version));
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }
}
