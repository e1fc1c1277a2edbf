package io.purelb.core;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;

/** Which address is due next, or waits for its turn to be asked for. Keeps {@link LocalAddress#dueAt}. */
final class Deadlines {
    private final TreeSet<LocalAddress> byTime = new TreeSet<>(
            Comparator.<LocalAddress>comparingLong(state -> state.dueAt).thenComparing(state -> state.address));

    private final Questions questions = new Questions();

    void set(LocalAddress state, long at) {
        questions.remove(state);
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

    /** The LAN is to be asked for it, which {@link #pollQuestion} says when to do. */
    void ask(LocalAddress state) {
        set(state, Long.MAX_VALUE);
        questions.add(state);
    }

    /** Takes out one that the LAN may be asked for now. */
    Optional<LocalAddress> pollQuestion(long now) {
        return questions.poll(now);
    }

    /** When the first is due; {@link Long#MAX_VALUE} when none is. */
    long nextAt() {
        return Math.min(questions.nextAt(), byTime.isEmpty() ? Long.MAX_VALUE : byTime.first().dueAt);
    }
}
