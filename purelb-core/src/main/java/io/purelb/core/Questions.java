package io.purelb.core;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which addresses the LAN is to be asked for, at a pace that switches bear: on each interface a few, then none for a moment.
 * Series that have begun go first, so that each stays whole; then addresses that nobody has answered for.
 */
final class Questions {
    /** So many addresses are asked for at a time, which is twice as many frames. */
    static final int AT_ONCE = 10;
    /** How long after these none is. */
    static final long PAUSE = 10;

    private static final Comparator<Turn> ORDER =
            Comparator.comparing(Turn::urgency).thenComparingLong(Turn::number);

    private final Map<String, Lane> lanes = new HashMap<>();
    private long last;

    /** The place of an address in the queue of its interface. */
    record Turn(String interfaceName, Probing.Urgency urgency, long number) {}

    private static final class Lane {
        private final TreeMap<Turn, LocalAddress> waiting = new TreeMap<>(ORDER);
        private long begun = Long.MIN_VALUE / 2;
        private int asked;

        Optional<LocalAddress> poll(long now) {
            if (waiting.isEmpty()) {
                return Optional.empty();
            }
            if (now - begun >= PAUSE) {
                begun = now;
                asked = 0;
            }
            if (asked == AT_ONCE) {
                return Optional.empty();
            }
            asked++;
            return Optional.of(waiting.pollFirstEntry().getValue());
        }
    }

    /** An address is to be asked for on its interface. */
    void add(LocalAddress state) {
        remove(state);
        Turn turn = new Turn(state.place.orElseThrow().interfaceName(), state.probing.urgency(), ++last);
        state.turn = Optional.of(turn);
        lanes.computeIfAbsent(turn.interfaceName(), name -> new Lane()).waiting.put(turn, state);
    }

    void remove(LocalAddress state) {
        state.turn.ifPresent(turn -> lanes.get(turn.interfaceName()).waiting.remove(turn));
        state.turn = Optional.empty();
    }

    /** Takes out one that may be asked for now. */
    Optional<LocalAddress> poll(long now) {
        for (Lane lane : lanes.values()) {
            Optional<LocalAddress> next = lane.poll(now);
            if (next.isPresent()) {
                next.get().turn = Optional.empty();
                return next;
            }
        }
        return Optional.empty();
    }

    /** When the next may be asked for, after {@link #poll} had none; {@link Long#MAX_VALUE} when none is to be. */
    long nextAt() {
        return lanes.values().stream()
                .filter(lane -> !lane.waiting.isEmpty())
                .mapToLong(lane -> lane.begun + PAUSE)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
