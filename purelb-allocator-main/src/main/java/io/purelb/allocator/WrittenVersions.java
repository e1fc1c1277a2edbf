package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Knows which objects the cache shows as they were before our own last write, so that nothing is decided twice on them.
 * Versions of one kind compare as decimal numbers (KEP-5504); where they are not numbers nothing counts as old, and the
 * precondition of the write catches it. The same after a while: versions start again where the API server's store was
 * restored from a backup.
 */
final class WrittenVersions<K> {
    /**
     * How long after a write its event is awaited: look again then. Longer than a connection that died is taken for a quiet
     * watch (90 s) and another one is made.
     */
    static final Duration PATIENCE = Duration.ofSeconds(150);

    private final Map<K, Written> written = new HashMap<>();

    private record Written(long version, long at) {}

    void wrote(K key, String version, long now) {
        number(version).ifPresent(number -> written.put(key, new Written(number, now)));
    }

    void forget(K key) {
        written.remove(key);
    }

    /** Whether a cached object is older than our last write; the event of that write is still to come. */
    boolean isOld(K key, HasMetadata cached, long now) {
        Written ours = written.get(key);
        if (ours == null) {
            return false;
        }
        OptionalLong shown = number(cached.getMetadata().getResourceVersion());
        if (shown.isPresent() && shown.getAsLong() < ours.version() && now - ours.at() < PATIENCE.toNanos()) {
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
