package io.purelb.core.testkit.cluster;

import io.purelb.core.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that can go wrong, and getting well again. */
final class Faults {
    private final World world;
    private final List<Host> hosts;
    private final List<Stranger> strangers;
    private final Lan lan;
    private final Group group;
    private final Api api;
    private final Watchdog watchdog;
    private final List<Cure> cures = new ArrayList<>();

    /** Ends a fault, once. */
    private final class Cure {
        private final Runnable what;
        private boolean done;

        Cure(Runnable what) {
            this.what = what;
        }

        void run() {
            if (!done) {
                done = true;
                what.run();
                watchdog.lookAtAll();
            }
        }
    }

    Faults(World world, List<Host> hosts, List<Stranger> strangers, Lan lan, Group group, Api api, Watchdog watchdog) {
        this.world = world;
        this.hosts = hosts;
        this.strangers = strangers;
        this.lan = lan;
        this.group = group;
        this.api = api;
        this.watchdog = watchdog;
    }

    /** One fault on hosts drawn by lot, which ends by itself some time. */
    void any() {
        Host host = hosts.get(world.draw(0, hosts.size() - 1));
        switch (world.draw(0, 15)) {
            case 0 -> crashAgent(host, world.draw(200, 3_000));
            case 1 -> stopAgent(host, world.draw(100, 3_000));
            case 2 -> pause(host, false, world.draw(20, 5_000));
            case 3 -> pause(host, true, world.draw(20, 5_000));
            case 4 -> crashNode(host, world.draw(500, 5_000));
            case 5 -> freeze(host, world.draw(50, 5_000));
            case 6 -> unplug(host, world.draw(20, 4_000));
            case 7 -> split(true, world.chance(70), world.chance(30), world.draw(50, 5_000));
            case 8 -> split(false, true, world.chance(30), world.draw(50, 5_000));
            case 9 -> cutFromApi(host, world.draw(100, 5_000));
            case 10 -> suspectFalsely();
            case 11 -> label(host);
            case 12 -> churn();
            case 13, 14 -> pauseClaimants();
            default -> lose(world.draw(2, 30), world.draw(300, 3_000));
        }
        watchdog.lookAtAll();
    }

    private void until(long millis, Runnable end) {
        Cure cure = new Cure(end);
        cures.add(cure);
        world.in(millis, cure::run);
    }

    /** Ends all faults and starts all agents. */
    void cureAll() {
        world.trace(() -> "all is well");
        hosts.forEach(host -> host.agent.ifPresent(agent -> agent.pauseWhileClaiming(0, () -> {})));
        List.copyOf(cures).forEach(Cure::run);
        cures.clear();
        hosts.forEach(this::startAgent);
    }

    void startAgent(Host host) {
        if (host.powered && host.agent.isEmpty()) {
            world.trace(() -> host.name + " starts its agent");
            Agent agent = new Agent(world, host, lan, group, watchdog);
            host.agent = Optional.of(agent);
            watchdog.idle(host);
            group.join(host);
            api.tell(host);
            agent.wake(0);
        }
    }

    void crashAgent(Host host, long restart) {
        host.agent.ifPresent(agent -> {
            world.trace(() -> host.name + "'s agent is killed");
            end(host, agent, Group.DETECTED_WITHIN);
            until(restart, () -> startAgent(host));
        });
    }

    private void end(Host host, Agent agent, int noticedWithin) {
        agent.end();
        host.agent = Optional.empty();
        group.gone(host, noticedWithin);
    }

    /** As by SIGTERM: drains, for some seconds at most, then leaves. */
    void stopAgent(Host host, long restart) {
        host.agent.filter(agent -> host.works() && !agent.draining()).ifPresent(agent -> {
            world.trace(() -> host.name + "'s agent is to stop");
            agent.drain();
            awaitDrained(host, agent, world.now() + 2_500, restart);
        });
    }

    private void awaitDrained(Host host, Agent agent, long latest, long restart) {
        world.in(10, () -> {
            if (!host.agent.equals(Optional.of(agent))) {
                return;
            }
            if (agent.paused() || host.frozen || (!agent.drained() && world.now() < latest)) {
                awaitDrained(host, agent, latest, restart);
            } else {
                // The group sends what was said last before it leaves.
                world.in(5, () -> endStopped(host, agent, restart));
            }
        });
    }

    private void endStopped(Host host, Agent agent, long restart) {
        if (host.agent.equals(Optional.of(agent))) {
            world.trace(() -> host.name + "'s agent has stopped");
            end(host, agent, 20);
            until(restart, () -> startAgent(host));
        }
    }

    void pause(Host host, boolean inStep, long millis) {
        host.agent.filter(agent -> host.works()).ifPresent(agent -> {
            world.trace(() -> host.name + "'s agent is paused" + (inStep ? " in its next step" : ""));
            if (inStep) {
                agent.pauseInStep();
            } else {
                agent.pause();
            }
            world.in(1, () -> group.restless(host));
            goOnIn(millis, host, agent);
        });
    }

    /** Some agents stand still as soon as they are about to claim something; the death of another makes them. */
    private void pauseClaimants() {
        for (Host host : hosts) {
            if (world.chance(40)) {
                host.agent
                        .filter(agent -> host.works())
                        .ifPresent(agent -> agent.pauseWhileClaiming(world.draw(1, 4), () -> {
                            world.trace(() -> host.name + "'s agent is paused while it claims");
                            world.in(1, () -> group.restless(host));
                            goOnIn(world.draw(50, 3_000), host, agent);
                        }));
            }
        }
        Host other = hosts.get(world.draw(0, hosts.size() - 1));
        if (world.chance(50)) {
            crashNode(other, world.draw(500, 5_000));
        } else {
            stopAgent(other, world.draw(100, 3_000));
        }
    }

    private void goOnIn(long millis, Host host, Agent agent) {
        until(millis, () -> {
            if (host.agent.equals(Optional.of(agent)) && !host.frozen) {
                world.trace(() -> host.name + "'s agent goes on");
                backAtWork(host, agent);
            }
        });
    }

    private void backAtWork(Host host, Agent agent) {
        watchdog.idle(host);
        agent.resume();
        for (Host other : hosts) {
            if (other != host && world.chance(30)) {
                world.in(world.draw(0, 400), () -> group.suspectFalsely(host.index, other.index));
            }
        }
        group.restless(host);
    }

    void crashNode(Host host, long restart) {
        if (!host.powered || host.frozen) {
            return;
        }
        world.trace(() -> host.name + " crashes");
        host.powered = false;
        host.agent.ifPresent(agent -> end(host, agent, Group.DETECTED_WITHIN));
        List.copyOf(host.local).forEach(address -> {
            host.local.remove(address);
            watchdog.removed(host, address);
        });
        host.virtual.clear();
        until(restart, () -> {
            world.trace(() -> host.name + " boots");
            host.powered = true;
            watchdog.away(host);
            startAgent(host);
        });
    }

    private void freeze(Host host, long millis) {
        if (!host.powered || host.frozen || host.agent.filter(Agent::paused).isPresent()) {
            return;
        }
        world.trace(() -> host.name + " freezes");
        host.frozen = true;
        group.restless(host);
        until(millis, () -> {
            world.trace(() -> host.name + " thaws");
            host.frozen = false;
            watchdog.away(host);
            watchdog.idle(host);
            host.agent.ifPresent(agent -> backAtWork(host, agent));
        });
    }

    private void unplug(Host host, long millis) {
        if (!host.carrier) {
            return;
        }
        boolean group = world.chance(70);
        world.trace(() -> host.name + " loses its link" + (group ? " and the group" : ""));
        host.carrier = false;
        host.agent.ifPresent(Agent::kernelChanged);
        if (group) {
            cut(this.group.network, List.of(host), true, true);
        }
        until(millis, () -> {
            world.trace(() -> host.name + " has its link back");
            host.carrier = true;
            watchdog.away(host);
            host.agent.ifPresent(Agent::kernelChanged);
            if (group) {
                cut(this.group.network, List.of(host), true, false);
            }
        });
    }

    /** Some of the hosts against the rest. */
    private void split(boolean onLan, boolean inGroup, boolean oneWay, long millis) {
        int share = world.draw(1, 50);
        List<Host> some = new ArrayList<>();
        hosts.stream().filter(host -> world.chance(share)).forEach(some::add);
        if (some.isEmpty()) {
            some.add(hosts.get(0));
        }
        world.trace(() -> "split" + (onLan ? " LAN" : "") + (inGroup ? " group" : "") + (oneWay ? " one way" : "")
                + ": " + some.stream().map(host -> host.name).toList());
        split(onLan, inGroup, oneWay, some, true);
        until(millis, () -> {
            world.trace(
                    () -> "split heals: " + some.stream().map(host -> host.name).toList());
            split(onLan, inGroup, oneWay, some, false);
        });
    }

    private void split(boolean onLan, boolean inGroup, boolean oneWay, List<Host> some, boolean begins) {
        if (onLan) {
            cut(lan.network, some, !oneWay, begins);
        }
        if (inGroup) {
            cut(group.network, some, !oneWay, begins);
        }
    }

    private void cut(Network network, List<Host> some, boolean bothWays, boolean begins) {
        for (Host one : some) {
            for (Host other : hosts) {
                if (!some.contains(other)) {
                    change(network, one, other, begins);
                    if (bothWays) {
                        change(network, other, one, begins);
                    }
                    if (network == group.network) {
                        group.apart(one.index, other.index);
                        group.restless(one.index, other.index);
                    } else if (!begins) {
                        watchdog.apart(one.index, other.index);
                    }
                }
            }
        }
    }

    private static void change(Network network, Host from, Host to, boolean begins) {
        if (begins) {
            network.cut(from.index, to.index);
        } else {
            network.mend(from.index, to.index);
        }
    }

    private void cutFromApi(Host host, long millis) {
        if (host.cutFromApi) {
            return;
        }
        world.trace(() -> host.name + " is cut from the API server");
        host.cutFromApi = true;
        until(millis, () -> {
            host.cutFromApi = false;
            api.tell(host);
        });
    }

    private void suspectFalsely() {
        Host watcher = hosts.get(world.draw(0, hosts.size() - 1));
        Host other = hosts.get(world.draw(0, hosts.size() - 1));
        if (watcher != other) {
            world.trace(() -> watcher.name + " suspects " + other.name + " falsely");
            group.suspectFalsely(watcher.index, other.index);
        }
    }

    private void label(Host host) {
        host.excluded = !host.excluded;
        world.trace(() -> host.name + (host.excluded ? " is excluded" : " is not excluded any more"));
        api.tell(host);
    }

    private void churn() {
        IpAddress address = ClusterRun.address(world, hosts);
        if (api.has(address)) {
            world.trace(() -> "no Service has " + address + " any more");
            api.remove(address);
        } else if (strangers.stream().noneMatch(stranger -> stranger.addresses.contains(address))) {
            world.trace(() -> "a Service gets " + address);
            api.add(address);
        }
    }

    private void lose(int percent, long millis) {
        world.trace(() -> percent + " % of frames get lost");
        lan.loss(percent);
        until(millis, () -> {
            world.trace(() -> "no frames get lost any more");
            lan.loss(0);
        });
    }
}
