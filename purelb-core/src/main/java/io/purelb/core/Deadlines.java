package io.purelb.core;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/** Which address is due next. Keeps {@link LocalAddress#dueAt}. */
final class Deadlines {
    private final TreeSet<LocalAddress> byTime = new TreeSet<>(
            Comparator.<LocalAddress>comparingLong(state -> state.dueAt).thenComparing(state -> state.address));

    void set(LocalAddress state, long at) {
        byTime.remove(state);
        state.dueAt = at;
        if (at < Long.MAX_VALUE) {
            byTime.add(state);
        }
    }

    /** Takes out the first that is due. */
    Optional<LocalAddress> poll(long now) {
        if (byTime.isEmpty() || byTime.first().dueAt > now) {
            return Optional.empty();
        }
        LocalAddress first = byTime.first();
        set(first, Long.MAX_VALUE);
        return Optional.of(first);
    }

    /** When the first is due; {@link Long#MAX_VALUE} when none is. */
    long nextAt() {
        return byTime.isEmpty() ? Long.MAX_VALUE : byTime.first().dueAt;
    }
}
