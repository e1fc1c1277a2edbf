package io.purelb.agent;

import io.purelb.core.AgentSettings;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpFamily;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * When new local addresses are announced on the LAN: at once and then some more times, because a single frame may be lost.
 * Each interface sends a few hundred frames a second at most, since switches drop bursts; the first frame of every address
 * comes before anybody's second. Times are milliseconds of the loop's clock.
 */
final class AnnouncementSchedule {
    /** An interface sends this many frames, then nothing for {@link #PAUSE}: at most 400 a second. */
    static final int FRAMES = 4;

    static final long PAUSE = 10;

    private static final Comparator<Series> ORDER = Comparator.comparingInt((Series series) -> series.round)
            .thenComparingLong(series -> series.at)
            .thenComparing(series -> series.reply)
            .thenComparing(series -> series.target);

    private final Map<InterfaceAddress, Series> all = new HashMap<>();
    private final Map<String, Lane> lanes = new HashMap<>();

    /**
     * How often an announcement is sent.
     *
     * @param count how often at first
     * @param interval milliseconds between two of these
     * @param refresh milliseconds between two of all later ones; 0 for no later ones
     */
    record Times(int count, long interval, long refresh) {
        static final Times NEVER = new Times(0, 0, 0);

        static Times of(AgentSettings settings) {
            return settings.sendGarp()
                    ? new Times(
                            settings.garpCount(),
                            settings.garpInterval().toMillis(),
                            settings.garpRefresh().toMillis())
                    : NEVER;
        }
    }

    /**
     * One frame to be sent.
     *
     * @param reply whether it is the second one of an announcement (IPv4)
     * @param last whether the announcement is complete with it
     */
    record Frame(InterfaceAddress target, boolean reply, boolean last) {}

    private static final class Series {
        private final InterfaceAddress target;
        private final Times times;
        /** 0 and 1 for the two frames of the first announcement, 2 for all others. */
        private int round;

        private long at;
        private int left;
        private boolean reply;

        Series(InterfaceAddress target, Times times, int left, long at) {
            this.target = target;
            this.times = times;
            this.left = left;
            this.at = at;
        }

        boolean goesOn() {
            return left > 0 || times.refresh() > 0;
        }

        /** Goes on to the next frame; returns whether there is one. */
        boolean next(long now) {
            round = Math.min(2, round + 1);
            if (!reply && isPaired()) {
                reply = true;
                return true;
            }
            reply = false;
            round = 2;
            left = Math.max(0, left - 1);
            at = now + (left > 0 ? times.interval() : times.refresh());
            return goesOn();
        }

        boolean isPaired() {
            return target.address().address().family() == IpFamily.IPV4;
        }
    }

    /** What one interface has to send. */
    private static final class Lane {
        private final TreeSet<Series> waiting = new TreeSet<>(ORDER);
        private long pausedAt = Long.MIN_VALUE / 2;
        private int sent;

        void send(long now, List<Frame> frames) {
            if (now - pausedAt >= PAUSE) {
                pausedAt = now;
                sent = 0;
            }
            while (sent < FRAMES && !waiting.isEmpty() && waiting.first().at <= now) {
                Series series = waiting.pollFirst();
                frames.add(new Frame(series.target, series.reply, series.reply || !series.isPaired()));
                sent++;
                if (series.next(now)) {
                    waiting.add(series);
                }
            }
        }

        long nextAt() {
            if (waiting.isEmpty()) {
                return Long.MAX_VALUE;
            }
            return sent < FRAMES ? waiting.first().at : Math.max(pausedAt + PAUSE, waiting.first().at);
        }
    }

    /** Begins a series, instead of one that is under way. */
    void begin(long now, InterfaceAddress target, Times times) {
        put(new Series(target, times, times.count(), now));
    }

    /** This node has an address, perhaps since before its agent: it is announced so often from now on. */
    void hold(long now, InterfaceAddress target, Times times) {
        Series before = all.get(target);
        if (before != null && before.times.equals(times)) {
            return;
        }
        int left = before == null ? 0 : Math.min(before.left, times.count());
        Series series = new Series(target, times, left, left > 0 ? before.at : now + times.refresh());
        series.round = 2;
        put(series);
    }

    private void put(Series series) {
        forget(series.target);
        all.put(series.target, series);
        if (series.goesOn()) {
            lane(series.target).waiting.add(series);
        }
    }

    /** Announces once more, and before what is under way is repeated. */
    void again(long now, InterfaceAddress target) {
        Series series = all.get(target);
        Times times = series == null ? Times.NEVER : series.times;
        put(new Series(target, times, series == null ? 1 : series.left + 1, now));
    }

    /** This node does not have it any more. */
    void forget(InterfaceAddress lost) {
        Series series = all.remove(lost);
        if (series != null) {
            lane(lost).waiting.remove(series);
        }
    }

    private Lane lane(InterfaceAddress target) {
        return lanes.computeIfAbsent(target.interfaceName(), name -> new Lane());
    }

    /** What to send now, in this order. */
    List<Frame> due(long now) {
        List<Frame> frames = new ArrayList<>();
        lanes.values().forEach(lane -> lane.send(now, frames));
        return frames;
    }

    /** When something is to be sent again; {@link Long#MAX_VALUE} when nothing is. */
    long nextAt() {
        return lanes.values().stream().mapToLong(Lane::nextAt).min().orElse(Long.MAX_VALUE);
    }
}
