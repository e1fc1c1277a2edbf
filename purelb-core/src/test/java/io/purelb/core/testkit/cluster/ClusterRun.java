package io.purelb.core.testkit.cluster;

import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One cluster from start to end, drawn from a seed: faults, quiet, and one clean change of the membership, a few times over.
 * The same seed does the same always.
 */
public final class ClusterRun {
    private static final int QUIET = 9_000;
    private static final int TICK = 50;
    /** Some milliseconds for each message. */
    private static final long HAND_OVER = 20;
    /** Until the LAN has been asked, perhaps twice: as where an address moves twice within a second. */
    private static final long CLAIM = 1_000;
    /** Who does not know an agent yet takes it for a stranger, and a stranger that asks all the time holds up a claim. */
    private static final long STRANGER = 2_100;
    /** One address after the other is asked for, 333 a second. */
    private static final long FOR_EACH = 3;

    private final World world;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private final Watchdog watchdog;
    private final Lan lan;
    private final Group group;
    private final Api api;
    private final Faults faults;

    private ClusterRun(long seed, int nodes, int lans, boolean tracing) {
        world = new World(seed, tracing);
        for (int i = 0; i < nodes; i++) {
            hosts.add(new Host(i, i % lans));
        }
        lan = new Lan(world, hosts, strangers);
        group = new Group(world, hosts);
        watchdog = new Watchdog(world, hosts, strangers, lan, group);
        api = new Api(world, hosts);
        faults = new Faults(world, hosts, strangers, lan, group, api, watchdog);
    }

    /**
     * A small cluster, 3 to 8 nodes.
     *
     * @throws AssertionError when something happens that must not, with the seed and what happened
     */
    public static void small(long seed) {
        checked(seed, tracing -> {
            World draws = new World(seed * 31 + 7, false);
            ClusterRun run = new ClusterRun(seed, draws.draw(3, 8), draws.chance(80) ? 1 : 2, tracing);
            return new Plan(run, draws.draw(1, 12), 2, draws.draw(1, 10), () -> {});
        });
    }

    /** A cluster of this size. */
    public static void sized(long seed, int nodes, int lans, int addresses) {
        checked(seed, tracing -> new Plan(new ClusterRun(seed, nodes, lans, tracing), addresses, 1, 6, () -> {}));
    }

    private interface Maker {
        Plan make(boolean tracing);
    }

    private record Plan(ClusterRun run, int addresses, int rounds, int faults, Runnable end) {
        void execute() {
            run.execute(addresses, rounds, faults);
            end.run();
        }
    }

    private static void checked(long seed, Maker maker) {
        try {
            maker.make(false).execute();
        } catch (RuntimeException found) {
            Plan again = maker.make(true);
            try {
                again.execute();
            } catch (RuntimeException same) {
                throw new AssertionError(
                        again.run.world.trace() + "\nseed " + seed + " at " + again.run.world.now() + ": "
                                + same.getMessage(),
                        same);
            }
            throw new AssertionError("seed " + seed + " is not repeatable", found);
        }
    }

    /** An address by lot, in the subnet of some LAN or, seldom, of none. */
    static IpAddress address(World world, List<Host> hosts) {
        int number = world.draw(1, 16);
        if (world.chance(10)) {
            return IpAddress.parse("172.31.0." + number);
        }
        Host host = hosts.get(world.draw(0, hosts.size() - 1));
        return IpAddress.parse("10." + host.lan + ".200." + number);
    }

    private void execute(int addresses, int rounds, int count) {
        for (int i = 0; i < addresses; i++) {
            api.add(
                    addresses <= 16
                            ? address(world, hosts)
                            : IpAddress.parse(
                                    "10." + hosts.get(i % hosts.size()).lan + "." + (200 + i / 250) + "." + i % 250));
        }
        if (world.chance(30)) {
            stranger();
        }
        hosts.forEach(host -> world.in(world.draw(0, 500), () -> faults.startAgent(host)));
        pass(QUIET);
        checkQuiet();
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < count; i++) {
                faults.any();
                pass(world.chance(50) ? world.draw(0, 200) : world.draw(0, 1_500));
            }
            faults.cureAll();
            pass(QUIET);
            checkQuiet();
            cleanChange();
        }
    }

    private void stranger() {
        Stranger stranger =
                new Stranger(hosts.get(0).lan, world.chance(50) ? "00:00:00:00:00:01" : "ff:00:00:00:00:01");
        IpAddress wanted = address(world, hosts.subList(0, 1));
        if (world.chance(50)) {
            stranger.addresses.add(wanted);
            watchdog.strangerHas(stranger);
        } else {
            ask(stranger, wanted);
        }
        strangers.add(stranger);
    }

    /** For ever, as a faulty device does. */
    private void ask(Stranger stranger, IpAddress wanted) {
        lan.say(stranger, wanted, true);
        world.in(200, () -> ask(stranger, wanted));
    }

    private void pass(long millis) {
        for (long left = millis; left > 0; left -= TICK) {
            world.pass(Math.min(TICK, left));
            watchdog.check();
        }
    }

    private List<String> candidates(IpAddress address) {
        return hosts.stream()
                .filter(host -> host.own.contains(address) && !host.excluded && host.works() && host.carrier)
                .filter(host -> !host.agent.orElseThrow().draining())
                .map(host -> host.name)
                .toList();
    }

    private void checkQuiet() {
        TreeSet<IpAddress> all = new TreeSet<>(api.addresses());
        hosts.forEach(host -> all.addAll(host.local));
        for (IpAddress address : all) {
            boolean local = hosts.stream().anyMatch(host -> host.own.contains(address));
            boolean taken = strangers.stream().anyMatch(stranger -> stranger.addresses.contains(address));
            Optional<String> winner = api.has(address) && local && !taken
                    ? Election.winner(candidates(address), address)
                    : Optional.empty();
            List<String> holders = hosts.stream()
                    .filter(host -> host.local.contains(address))
                    .map(host -> host.name)
                    .toList();
            if (winner.isEmpty() && api.has(address) && isKept(holders)) {
                continue;
            }
            if (!holders.equals(winner.stream().toList())) {
                throw new Violation("in quiet " + holders + " have " + address + ", and " + winner + " should");
            }
            if (api.has(address)
                    && !local
                    && hosts.stream().anyMatch(host -> host.works() && !host.virtual.contains(address))) {
                throw new Violation("in quiet not all have the virtual address " + address);
            }
        }
    }

    /** By one node, whose agent was told to stop when no other could have it. */
    private boolean isKept(List<String> holders) {
        return holders.size() == 1
                && hosts.stream().anyMatch(host -> host.name.equals(holders.get(0)) && host.agent.isEmpty());
    }

    /** All agents are told to stop at the same time, more or less, and start again some time. */
    public static void stopped(long seed) {
        checked(seed, tracing -> {
            World draws = new World(seed * 31 + 11, false);
            ClusterRun run = new ClusterRun(seed, draws.draw(1, 6), draws.chance(70) ? 1 : 2, tracing);
            return new Plan(run, draws.draw(1, 12), 0, 0, run::stopTogether);
        });
    }

    /** One agent after the other is told to stop and starts again, perhaps before the one before it is back. */
    public static void rolled(long seed) {
        checked(seed, tracing -> {
            World draws = new World(seed * 31 + 13, false);
            ClusterRun run = new ClusterRun(seed, draws.draw(1, 6), draws.chance(70) ? 1 : 2, tracing);
            return new Plan(run, draws.draw(1, 12), 0, 0, run::roll);
        });
    }

    private void stopTogether() {
        Set<IpAddress> held = held();
        watchdog.mark();
        int within = world.draw(0, 60);
        hosts.forEach(host -> world.in(world.draw(0, within), () -> faults.stopAgent(host, 60_000)));
        pass(4_000);
        requireHolders(held, "all agents have stopped");
        checkSilence(CLAIM); // who loses sight of the one that released asks the LAN
        hosts.forEach(host -> world.in(world.draw(0, 2_000), () -> faults.startAgent(host)));
        pass(QUIET);
        faults.cureAll();
        pass(QUIET);
        checkQuiet();
        requireHolders(held, "all agents are back");
        checkSilence(CLAIM + STRANGER);
    }

    private void roll() {
        Set<IpAddress> held = held();
        watchdog.mark();
        boolean hasty = world.chance(50);
        for (Host host : hosts) {
            faults.stopAgent(host, world.draw(50, 2_000));
            pass(hasty ? world.draw(0, 3_000) : 5_000);
        }
        pass(QUIET);
        faults.cureAll();
        pass(QUIET);
        checkQuiet();
        requireHolders(held, "all agents have restarted");
        checkSilence(hasty ? CLAIM : HAND_OVER);
    }

    private Set<IpAddress> held() {
        Set<IpAddress> held = new TreeSet<>();
        hosts.forEach(host -> held.addAll(host.local));
        return held;
    }

    private void requireHolders(Set<IpAddress> held, String when) {
        for (IpAddress address : held) {
            List<String> holders = hosts.stream()
                    .filter(host -> host.local.contains(address))
                    .map(host -> host.name)
                    .toList();
            if (holders.size() != 1) {
                throw new Violation(holders + " have " + address + " when " + when);
            }
        }
    }

    private void checkSilence(long longest) {
        if (watchdog.longestSilence > longest) {
            throw new Violation("nobody answered for " + watchdog.longestSilence + " ms");
        }
    }

    /** One change that hits nothing else: it moves only what it has to, and soon. */
    private void cleanChange() {
        Map<IpAddress, Optional<String>> before = winners();
        Host host = hosts.get(world.draw(0, hosts.size() - 1));
        watchdog.mark();
        int kind = world.draw(0, 3);
        long silence = 20;
        switch (kind) {
            case 0 -> {
                silence = Group.DETECTED_WITHIN + 3 * 50 + 50 + FOR_EACH * host.local.size();
                faults.crashNode(host, 60_000);
            }
            case 1 -> faults.stopAgent(host, 60_000);
            case 2 -> faults.crashAgent(host, 50);
            default -> {
                int watcher = world.draw(0, hosts.size() - 1);
                if (watcher != host.index) {
                    group.suspectFalsely(watcher, host.index);
                }
            }
        }
        pass(QUIET);
        checkQuiet();
        checkMoves(before, silence);
        Map<IpAddress, Optional<String>> without = winners();
        watchdog.mark();
        faults.cureAll();
        pass(QUIET);
        checkQuiet();
        checkMoves(without, 20);
    }

    private Map<IpAddress, Optional<String>> winners() {
        Map<IpAddress, Optional<String>> winners = new HashMap<>();
        api.addresses().forEach(address -> winners.put(address, Election.winner(candidates(address), address)));
        return winners;
    }

    private void checkMoves(Map<IpAddress, Optional<String>> before, long silence) {
        Map<IpAddress, Optional<String>> after = winners();
        List<IpAddress> needless = new ArrayList<>(watchdog.additions);
        after.forEach((address, winner) -> {
            if (!winner.equals(before.get(address))) {
                needless.remove(address);
            }
        });
        if (!needless.isEmpty()) {
            throw new Violation("moved without need: " + needless);
        }
        if (watchdog.longestSilence > silence + (strangers.isEmpty() ? 0 : STRANGER)) {
            throw new Violation("nobody answered for " + watchdog.longestSilence + " ms");
        }
    }
}
