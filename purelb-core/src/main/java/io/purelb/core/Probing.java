package io.purelb.core;

import java.util.Optional;

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
    /** How long somebody has to answer before that is reported as a conflict. */
    static final long CONFLICT_AFTER = 5_000;
    /**
     * How long a host that only asks for the address holds up the claim: by then it has claimed it (RFC 5227: at most
     * 9 s) and answers, or it never will.
     */
    static final long ASKING_COUNTS = 10_000;

    private int sent;
    private long dueAt = Long.MIN_VALUE;
    /** When the current series of answers began, and who answered last. */
    private Optional<Contest> contest = Optional.empty();

    private long askedSince = Long.MAX_VALUE;

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
        if (sent > 0 && now - dueAt > LATE) {
            sent = 0;
        }
        if (sent == PROBES) {
            return Next.FREE;
        }
        sent++;
        dueAt = now + INTERVAL;
        return Next.PROBE;
    }

    /** Who answered last, if anybody did. */
    Optional<String> rival() {
        return contest.map(Contest::mac);
    }

    /** The hardware address of whom has answered for too long; once per series of answers. */
    Optional<String> conflict(long now) {
        Optional<Contest> ripe = contest.filter(found -> !found.reported() && now - found.since() >= CONFLICT_AFTER);
        ripe.ifPresent(found -> contest = Optional.of(new Contest(found.since(), found.mac(), true)));
        return ripe.map(Contest::mac);
    }

    /** A probe did not go out, so silence says nothing. */
    void unsent(long now) {
        sent = 0;
        dueAt = now + RETRY_SOON;
    }

    /** Another host has the address. */
    void answered(long now, String mac) {
        contest = Optional.of(contest.map(earlier -> new Contest(earlier.since(), mac, earlier.reported()))
                .orElseGet(() -> new Contest(now, mac, false)));
        sent = 0;
        dueAt = now + (now - contest.get().since() < RETRY_LATER ? RETRY_SOON : RETRY_LATER);
    }

    /** A host that comes first asks for the address too; no answer, but for some time a reason to wait. */
    void outranked(long now, String mac) {
        askedSince = Math.min(askedSince, now);
        if (now - askedSince < ASKING_COUNTS) {
            answered(now, mac);
        }
    }
}
