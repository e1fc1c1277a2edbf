package io.purelb.election;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How soon a silent member is given up: after about {@code timeout + verify + 0.2 s}. Every member sends every other one
 * a heartbeat per {@code interval}, so the traffic grows with the square of the group and larger groups take longer.
 * Members of one group may differ, and tell each other ({@link Pace}).
 *
 * @param timeout silence after which a member is suspected
 * @param interval time between two heartbeats, less than {@code timeout}
 * @param verify time that a suspect has to answer
 * @param merge usual time between two searches for a separated part of the group; healing takes up to three times that
 */
record Timing(Duration timeout, Duration interval, Duration verify, Duration merge) {
    /** For up to 8 members: a silent one is gone in 0.7 s, a healed group is one within 1.2 s. */
    static final Timing SMALL = ofMillis(400, 100, 100, 400);

    /** For up to 20 members: 1 s. */
    static final Timing MEDIUM = ofMillis(600, 150, 150, 600);

    /** For up to 50 members: 1.5 s. */
    static final Timing LARGE = ofMillis(1_000, 250, 250, 2_000);

    /** For up to 100 members: 3 s. */
    static final Timing HUGE = ofMillis(2_000, 500, 500, 5_000);

    /** Beyond, where the group was not measured: 5 s. */
    static final Timing VAST = ofMillis(4_000, 1_000, 1_000, 20_000);

    /** The longest time that another member is believed. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    Timing {
        if (interval.toMillis() < 1 || interval.compareTo(timeout) >= 0) {
            throw new IllegalArgumentException("interval " + interval + " is not between 1 ms and timeout " + timeout);
        }
        if (verify.toMillis() < 1) {
            throw new IllegalArgumentException("verify " + verify + " is less than 1 ms");
        }
        if (merge.toMillis() < 100) {
            throw new IllegalArgumentException("merge " + merge + " is less than 100 ms");
        }
    }

    /** The timing for a group of so many members: each size costs a member about 300 datagrams per second at most. */
    static Timing forMembers(int members) {
        if (members <= 8) {
            return SMALL;
        }
        if (members <= 20) {
            return MEDIUM;
        }
        if (members <= 50) {
            return LARGE;
        }
        return members <= 100 ? HUGE : VAST;
    }

    /** Whether members of this pace have to be waited for longer. */
    boolean isSlowerThan(Timing other) {
        return timeout.compareTo(other.timeout) > 0;
    }

    /** As bytes: the four times in milliseconds, 4 bytes each, big-endian. */
    byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(4 * Integer.BYTES);
        Stream.of(timeout, interval, verify, merge).forEach(time -> bytes.putInt(Math.toIntExact(time.toMillis())));
        return bytes.array();
    }

    /** The timing that these bytes say; empty when they are anything else, or a time longer than a minute. */
    static Optional<Timing> decode(ByteBuffer bytes) {
        if (bytes.remaining() < 4 * Integer.BYTES) {
            return Optional.empty();
        }
        try {
            Timing told = ofMillis(bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt());
            return Stream.of(told.timeout, told.verify, told.merge).allMatch(time -> time.compareTo(LONGEST) <= 0)
                    ? Optional.of(told)
                    : Optional.empty();
        } catch (IllegalArgumentException impossible) {
            return Optional.empty();
        }
    }

    private static Timing ofMillis(long timeout, long interval, long verify, long merge) {
        return new Timing(
                Duration.ofMillis(timeout),
                Duration.ofMillis(interval),
                Duration.ofMillis(verify),
                Duration.ofMillis(merge));
    }
}
