package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Asks the LAN before a node takes a local address it has won (RFC 5227 section 2.1.1 with timers of our own): three
 * probes 50 ms apart, and silence means that nobody serves it. While somebody answers, the address is not taken and
 * probing goes on. One thread owns it; time arrives as milliseconds of a monotonic clock.
 */
public final class Claims {
    static final int PROBES = 3;
    static final long PROBE_INTERVAL = 50;
    /** How soon probing starts again after a probe that did not go out, or an answer in the first second of answers. */
    static final long RETRY_SOON = 100;

    static final long RETRY_LATER = 1_000;
    /** How long somebody has to answer before that is reported as a conflict. */
    static final long CONFLICT_AFTER = 5_000;

    private final Map<IpAddress, Claim> claims = new TreeMap<>();

    private static final class Claim {
        private boolean granted;
        private int probesSent;
        private long dueAt = Long.MIN_VALUE;
        /** When the current series of answers began, and who answered last. */
        private Optional<Contest> contest = Optional.empty();
    }

    private record Contest(long since, String mac, boolean reported) {}

    /** An address that another host has answered for too long, with the hardware address of that host. */
    public record Conflict(IpAddress address, String mac) {}

    /**
     * What to do now.
     *
     * @param granted won addresses that this node may have on its interface
     * @param probes addresses to ask the LAN about
     * @param conflicts addresses that turned out to be used by another host
     * @param wakeAt when to call again at the latest; empty when only events matter
     */
    public record Step(
            Set<IpAddress> granted, List<IpAddress> probes, List<Conflict> conflicts, Optional<Long> wakeAt) {}

    /**
     * Moves on to this time.
     *
     * @param won addresses this node should have by the election
     * @param held those of them it has on its interface already; they are adopted without asking
     * @param ask whether the LAN is asked at all
     */
    public Step step(long now, Collection<IpAddress> won, Collection<IpAddress> held, boolean ask) {
        claims.keySet().retainAll(Set.copyOf(won));
        Step step = new Step(new TreeSet<>(), new ArrayList<>(), new ArrayList<>(), Optional.empty());
        Optional<Long> wakeAt = Optional.empty();
        for (IpAddress address : new TreeSet<>(won)) {
            Claim claim = claims.computeIfAbsent(address, a -> new Claim());
            if (!ask || held.contains(address)) {
                claim.granted = true;
            }
            if (!claim.granted) {
                advance(address, claim, now, step);
            }
            if (claim.granted) {
                step.granted().add(address);
            } else if (wakeAt.isEmpty() || claim.dueAt < wakeAt.get()) {
                wakeAt = Optional.of(claim.dueAt);
            }
        }
        return new Step(step.granted(), step.probes(), step.conflicts(), wakeAt);
    }

    private static void advance(IpAddress address, Claim claim, long now, Step step) {
        claim.contest
                .filter(contest -> !contest.reported() && now - contest.since() >= CONFLICT_AFTER)
                .ifPresent(contest -> {
                    step.conflicts().add(new Conflict(address, contest.mac()));
                    claim.contest = Optional.of(new Contest(contest.since(), contest.mac(), true));
                });
        if (now < claim.dueAt) {
            return;
        }
        if (claim.probesSent == PROBES) {
            claim.granted = true;
            claim.contest = Optional.empty();
            return;
        }
        step.probes().add(address);
        claim.probesSent++;
        claim.dueAt = now + PROBE_INTERVAL;
    }

    /** A probe of the last step did not go out, so silence says nothing: probing starts again soon. */
    public void unsent(long now, IpAddress address) {
        Claim claim = claims.get(address);
        if (claim != null && !claim.granted) {
            claim.probesSent = 0;
            claim.dueAt = now + RETRY_SOON;
        }
    }

    /** Another host answered for an address: whoever is probing it has to wait. */
    public void answered(long now, IpAddress address, String mac) {
        Claim claim = claims.get(address);
        if (claim == null || claim.granted) {
            return;
        }
        Contest contest = claim.contest
                .map(earlier -> new Contest(earlier.since(), mac, earlier.reported()))
                .orElseGet(() -> new Contest(now, mac, false));
        claim.contest = Optional.of(contest);
        claim.probesSent = 0;
        claim.dueAt = now + (now - contest.since() < RETRY_LATER ? RETRY_SOON : RETRY_LATER);
    }
}
