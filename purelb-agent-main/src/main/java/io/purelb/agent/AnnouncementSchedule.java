package io.purelb.agent;

import io.purelb.core.InterfaceAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * When new local addresses are announced on the LAN: at once and then some more times, because a single frame may be lost.
 * Times are milliseconds of the loop's clock.
 */
final class AnnouncementSchedule {
    private record Due(long at, int left, long interval) {}

    private final TreeMap<InterfaceAddress, Due> dues = new TreeMap<>();

    /** Begins a series, instead of one that is under way. */
    void begin(long now, InterfaceAddress target, int count, long interval) {
        dues.put(target, new Due(now, count, interval));
    }

    /** This node does not have it any more. */
    void forget(InterfaceAddress lost) {
        dues.remove(lost);
    }

    /** What to announce now. */
    List<InterfaceAddress> due(long now) {
        List<InterfaceAddress> ready = new ArrayList<>();
        dues.entrySet().removeIf(entry -> {
            Due due = entry.getValue();
            if (due.left() > 0 && due.at() <= now) {
                ready.add(entry.getKey());
                entry.setValue(new Due(now + due.interval(), due.left() - 1, due.interval()));
            }
            return entry.getValue().left() <= 0;
        });
        return ready;
    }

    /** When the next announcement is due; {@link Long#MAX_VALUE} when none is. */
    long nextAt() {
        return dues.values().stream().mapToLong(Due::at).min().orElse(Long.MAX_VALUE);
    }
}
