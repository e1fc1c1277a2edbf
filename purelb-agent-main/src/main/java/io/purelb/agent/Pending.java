package io.purelb.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was asked for and has not shown yet, so that it is not asked for at every step, but again when it did not help.
 * Times are milliseconds of the loop's clock.
 *
 * @param <K> what it is about
 */
final class Pending<K> {
    private record Asked(Object value, long again, long pause) {}

    private final Map<K, Asked> asked = new HashMap<>();
    private final long first;
    private final long longest;

    /** Waits {@code first} before it asks the second time, twice as long each time after, and at most {@code longest}. */
    Pending(long first, long longest) {
        this.first = first;
        this.longest = longest;
    }

    /** Whether it is time to ask for this; when it is, counts as asked. */
    boolean ask(long now, K key, Object value) {
        Asked earlier = asked.get(key);
        boolean same = earlier != null && Objects.equals(earlier.value(), value);
        if (same && now < earlier.again()) {
            return false;
        }
        long pause = same ? Math.min(longest, earlier.pause() * 2) : first;
        asked.put(key, new Asked(value, now + pause, pause));
        return true;
    }

    /** It needs not be asked for any more. */
    void forget(K key) {
        asked.remove(key);
    }

    /** What may be asked for again now. */
    List<K> due(long now) {
        return asked.entrySet().stream()
                .filter(entry -> entry.getValue().again() <= now)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** When the next one may be asked for again; {@link Long#MAX_VALUE} when nothing waits. */
    long nextAt() {
        return asked.values().stream().mapToLong(Asked::again).min().orElse(Long.MAX_VALUE);
    }
}
