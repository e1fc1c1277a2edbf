package io.purelb.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Asks the LAN whether an address is free (RFC 5227 section 2.1.1 with timers of our own): three probes 50 ms apart, and
 * silence means that nobody serves it. An answer begins the series anew, and so does every delay: silence that was
 * listened to too late proves nothing, because others may have claimed meanwhile.
 */
final class Probing {
    static final int PROBES = 3;
    static final long INTERVAL = 50;
    /** How late the end of a series may be noticed. */
    static final long LATE = 75;
    /** How soon probing starts again after a probe that did not go out, or an answer in the first second of answers. */
    static final long RETRY_SOON = 100;

    static final long RETRY_LATER = 1_000;
    /** Of these many probes at least two have been heard out. */
    private static final int REMEMBERED = 4;
    /** How long somebody has to answer before that is reported as a conflict. */
    static final long CONFLICT_AFTER = 5_000;
    /** The same of a node whose agent is away: it may be replaced, which takes seconds, and its kernel goes on answering. */
    static final long ABSENT_AFTER = 60_000;
    /**
     * How long a stranger that only asks for the address holds up the claim. It may be another agent which this node never
     * saw in the group: one that knows this node goes by the election and has claimed by then, and of two that do not know
     * each other the one with the lower hardware address waits half as long. Whoever else asks loses nothing by being told
     * that the address is in use.
     */
    static final long STRANGERS_COUNT = 2_000;

    private int sent;
    private long dueAt = Long.MIN_VALUE;
    /** When the current series of answers began, and who answered last. */
    private Optional<Contest> contest = Optional.empty();

    /** Who answered when. */
    private final Map<String, Long> answers = new HashMap<>();

    /** When the latest probes went out, the last one first. */
    private final Deque<Long> asked = new ArrayDeque<>();

    private long strangerSince = Long.MAX_VALUE;

    private record Contest(long since, String mac, boolean reported) {}

    /** What comes next. */
    enum Next {
        WAIT,
        PROBE,
        FREE
    }

    /** When to move on. */
    long dueAt() {
        return dueAt;
    }

    Next advance(long now) {
        if (now < dueAt) {
            return Next.WAIT;
        }
        startOverWhenLate(now);
        return sent == PROBES ? Next.FREE : Next.PROBE;
    }

    private void startOverWhenLate(long now) {
        if (sent > 0 && now - dueAt > LATE) {
            sent = 0;
        }
    }

    /** A probe goes out. */
    void asked(long now) {
        startOverWhenLate(now);
        sent++;
        dueAt = now + INTERVAL;
        asked.addFirst(now);
        if (asked.size() > REMEMBERED) {
            asked.removeLast();
        }
    }

    /** Which addresses are asked for first when there are many. */
    enum Urgency {
        /** Silence that has to be listened to in time. */
        BEGUN,
        UNANSWERED,
        ANSWERED
    }

    Urgency urgency() {
        if (sent > 0) {
            return Urgency.BEGUN;
        }
        return contest.isEmpty() ? Urgency.UNANSWERED : Urgency.ANSWERED;
    }

    /** Whether anybody with one of these hardware addresses has answered lately, and one of the last two probes if any did. */
    boolean isContestedBy(long now, Predicate<String> macs) {
        long since = Math.max(now - RETRY_LATER - INTERVAL, heardOut(now));
        return answers.entrySet().stream().anyMatch(answer -> answer.getValue() >= since && macs.test(answer.getKey()));
    }

    /** When the last but one of those probes went out whose answers must have come by now. */
    private long heardOut(long now) {
        return asked.stream()
                .filter(at -> now - at >= INTERVAL)
                .skip(1)
                .findFirst()
                .orElse(Long.MIN_VALUE);
    }

    /** Something has happened to the address: a question that would only be asked later is asked now. */
    void hurry(long now) {
        if (sent == 0) {
            dueAt = Math.min(dueAt, now);
        }
    }

    /** Who has one of these hardware addresses turned out not to have the address. */
    void disregard(Predicate<String> macs) {
        answers.keySet().removeIf(macs);
    }

    /**
     * The hardware address of whom has answered for too long; once per series of answers.
     *
     * @param absent tells the hardware addresses of nodes whose agents are away
     */
    Optional<String> conflict(long now, Predicate<String> absent) {
        Optional<Contest> ripe = contest.filter(found ->
                !found.reported() && now - found.since() >= (absent.test(found.mac()) ? ABSENT_AFTER : CONFLICT_AFTER));
        ripe.ifPresent(found -> contest = Optional.of(new Contest(found.since(), found.mac(), true)));
        return ripe.map(Contest::mac);
    }

    /** Silence would say nothing: the series begins anew soon. */
    void again(long now) {
        sent = 0;
        dueAt = now + RETRY_SOON;
    }

    /** Another host has the address. */
    void answered(long now, String mac) {
        answers.put(mac, now);
        contest = Optional.of(contest.map(earlier -> new Contest(earlier.since(), mac, earlier.reported()))
                .orElseGet(() -> new Contest(now, mac, false)));
        sent = 0;
        dueAt = now + (now - contest.get().since() < RETRY_LATER ? RETRY_SOON : RETRY_LATER);
    }

    /**
     * A stranger asks for the address too: for some time a reason to wait.
     *
     * @param first whether this node comes before the stranger
     */
    void strangerAsks(long now, boolean first) {
        strangerSince = Math.min(strangerSince, now);
        if (now - strangerSince < (first ? STRANGERS_COUNT / 2 : STRANGERS_COUNT)) {
            again(now);
        }
    }
}
