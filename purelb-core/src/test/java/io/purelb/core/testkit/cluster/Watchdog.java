package io.purelb.core.testkit.cluster;

import io.purelb.core.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Sees to it that never two hosts which reach each other over the LAN answer for an address. Two that begin to answer because
 * one claims the address are a fault at once, unless frames between them were lost, or one of them was away, while it was
 * claimed, or the claimant stood still between asking and claiming. Two that come together, or that began under such an
 * excuse, have to sort it out within {@link #SORTED_OUT} of working and hearing each other.
 */
final class Watchdog {
    /**
     * The LAN is asked every 500 ms for what a vanished agent may have, and an offer repeated; but an agent whose view is old
     * may take another for a member that stays away, until both views are right again.
     */
    static final long SORTED_OUT = Group.MERGED_WITHIN + 200;
    /** An agent joins the group, finds the others, and addresses are handed over. */
    static final long JOINED_WITHIN = 300 + Group.MERGED_WITHIN + 200;
    /** How long the release of an address is on its way. */
    private static final long HANDED = 20;
    /** Three probes and the lateness that a claim allows itself. */
    private static final long CLAIM = 300;

    private final World world;
    private final Lan lan;
    private final Group group;
    private final Map<IpAddress, TreeSet<Integer>> holders = new TreeMap<>();
    private final List<Host> hosts;
    private final List<Stranger> strangers;
    private final Map<Pair, Long> doubles = new HashMap<>();
    private final Map<Long, Long> apartAt = new HashMap<>();
    private final Map<Integer, Long> awayAt = new HashMap<>();
    private final Map<Integer, Long> idleAt = new HashMap<>();
    private final Map<Stranger, Long> strangerSince = new HashMap<>();
    final List<IpAddress> additions = new ArrayList<>();
    private final Map<IpAddress, Long> silentSince = new HashMap<>();
    long longestSilence;
    /** Who carries out what it decided before it stood still. */
    Optional<Host> late = Optional.empty();

    /** One of two that had an address gave it away; the other one, since when both had it, and when that was. */
    private final Map<IpAddress, Handed> handed = new HashMap<>();

    private record Handed(int other, long since, long at) {}

    private record Pair(IpAddress address, int one, int other) {}

    Watchdog(World world, List<Host> hosts, List<Stranger> strangers, Lan lan, Group group) {
        this.world = world;
        this.hosts = hosts;
        this.strangers = strangers;
        this.lan = lan;
        this.group = group;
    }

    private static long pair(int one, int other) {
        return (long) Math.min(one, other) << 32 | Math.max(one, other);
    }

    /** Frames did not pass between two hosts until now. */
    void apart(int one, int other) {
        apartAt.put(pair(one, other), world.now());
    }

    /** A host was not on the LAN until now. */
    void away(Host host) {
        awayAt.put(host.index, world.now());
    }

    /** A host's agent did not work until now. */
    void idle(Host host) {
        idleAt.put(host.index, world.now());
    }

    void strangerHas(Stranger stranger) {
        strangerSince.put(stranger, world.now());
    }

    void added(Host host, IpAddress address) {
        additions.add(address);
        Long silent = silentSince.remove(address);
        if (silent != null) {
            longestSilence = Math.max(longestSilence, world.now() - silent);
        }
        TreeSet<Integer> all = holders.computeIfAbsent(address, a -> new TreeSet<>());
        for (int index : all) {
            Host other = hosts.get(index);
            Handed earlier = handed.get(address);
            if (earlier != null && earlier.other() == index && world.now() - earlier.at() <= HANDED) {
                // Two had it before, and one of them has handed it to this one.
                doubles.put(pair(address, host, other), earlier.since());
            } else if (lan.joins(host, other) && !isExcused(host, other)) {
                throw new Violation(host.name + " claims " + address + " while " + other.name + " answers for it");
            }
        }
        for (Stranger stranger : strangers) {
            if (stranger.lan == host.lan
                    && stranger.addresses.contains(address)
                    && host.onLan()
                    && world.now() - strangerSince.getOrDefault(stranger, 0L) > CLAIM
                    && world.now() - last(awayAt, host) > CLAIM
                    && world.now() - last(idleAt, host) > CLAIM) {
                throw new Violation(host.name + " claims " + address + ", which a stranger uses");
            }
        }
        all.add(host.index);
        look(address);
    }

    private static long last(Map<Integer, Long> map, Host host) {
        return map.getOrDefault(host.index, Long.MIN_VALUE / 2);
    }

    private boolean isExcused(Host claimant, Host other) {
        long parted = Math.max(
                Math.max(last(awayAt, claimant), last(awayAt, other)),
                Math.max(
                        apartAt.getOrDefault(pair(claimant.index, other.index), Long.MIN_VALUE / 2),
                        lan.lostAt(claimant, other)));
        return world.now() - parted <= CLAIM || late.equals(Optional.of(claimant));
    }

    void removed(Host host, IpAddress address) {
        doubles.forEach((pair, since) -> {
            if (pair.address().equals(address) && (pair.one() == host.index || pair.other() == host.index)) {
                handed.put(address, new Handed(pair.one() + pair.other() - host.index, since, world.now()));
            }
        });
        TreeSet<Integer> all = holders.get(address);
        if (all != null && all.remove(host.index)) {
            if (all.isEmpty()) {
                holders.remove(address);
                silentSince.put(address, world.now());
            }
            look(address);
        }
    }

    /** Everything may be different. */
    void lookAtAll() {
        List<IpAddress> several = new ArrayList<>();
        holders.forEach((address, all) -> {
            if (all.size() > 1) {
                several.add(address);
            }
        });
        several.forEach(this::look);
        doubles.keySet().removeIf(pair -> !isDouble(pair));
    }

    private static Pair pair(IpAddress address, Host one, Host other) {
        return new Pair(address, Math.min(one.index, other.index), Math.max(one.index, other.index));
    }

    private boolean isDouble(Pair pair) {
        Host one = hosts.get(pair.one());
        Host other = hosts.get(pair.other());
        return one.answers(pair.address()) && other.answers(pair.address()) && lan.joins(one, other);
    }

    private void look(IpAddress address) {
        List<Integer> all = List.copyOf(holders.getOrDefault(address, new TreeSet<>()));
        for (int i = 0; i < all.size(); i++) {
            for (int j = i + 1; j < all.size(); j++) {
                Pair pair = new Pair(address, all.get(i), all.get(j));
                if (isDouble(pair)) {
                    doubles.putIfAbsent(pair, world.now());
                }
            }
        }
        if (!doubles.isEmpty()) {
            doubles.keySet().removeIf(pair -> pair.address().equals(address) && !isDouble(pair));
        }
    }

    /** Fails if two have answered for too long. */
    void check() {
        doubles.forEach((pair, since) -> {
            Host one = hosts.get(pair.one());
            Host other = hosts.get(pair.other());
            long start =
                    Math.max(Math.max(since, lan.lostAt(one, other)), Math.max(last(idleAt, one), last(idleAt, other)));
            long bound = SORTED_OUT;
            if (group.metAt(one, other) > start) {
                // One has started meanwhile, and cannot tell the other from a stranger before the group merges.
                start = Math.max(start, group.joinedSince(one, other));
                bound = JOINED_WITHIN;
            }
            if (one.works() && other.works() && world.now() - start > bound) {
                throw new Violation(one.name + " and " + other.name + " both answer for " + pair.address() + " since "
                        + since + ", undisturbed since " + start);
            }
        });
    }

    /** Begins to measure anew. */
    void mark() {
        additions.clear();
        silentSince.clear();
        longestSilence = 0;
    }
}
