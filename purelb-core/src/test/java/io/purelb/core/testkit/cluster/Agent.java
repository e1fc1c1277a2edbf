package io.purelb.core.testkit.cluster;

import io.purelb.core.AddressPlan;
import io.purelb.core.AgentMessage;
import io.purelb.core.AgentSettings;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Announcer;
import io.purelb.core.Configuration;
import io.purelb.core.DefaultRoute;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.KnownSubnets;
import io.purelb.core.LocalInterfaces;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.NodeInterface;
import io.purelb.core.NodePlans;
import io.purelb.core.NodeView;
import io.purelb.core.Subnet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One agent process: decides with core and carries out what core says on the fake kernel, LAN and group. */
final class Agent {
    private static final long SETTLE = 200;
    private static final long DRAIN = 1_500;
    private static final long INTEREST = 2_000;
    private static final String LOCAL = "eth0";

    private final World world;
    private final Host host;
    private final Lan lan;
    private final Group group;
    private final Watchdog watchdog;
    private final Announcer announcer;
    private final KnownSubnets knownSubnets = new KnownSubnets();
    /** This clock runs wrong by so many thousandths, and shows any time. */
    private final int drift;

    private final long offset;

    private final Deque<Runnable> inbox = new ArrayDeque<>();
    private final Deque<Runnable> undone = new ArrayDeque<>();
    private final Map<IpAddress, Long> probed = new HashMap<>();
    private final Set<IpAddress> told = new HashSet<>();
    private final NodePlans plans = new NodePlans();
    private Optional<List<AnnouncedService>> services = Optional.empty();
    private boolean excluded;
    private boolean draining;
    /** Whether it has decided anything since it was told to stop. */
    private boolean leaves;

    private boolean replan = true;
    private boolean regroup;
    private boolean relook = true;
    private Membership membership = Membership.EMPTY;
    private Optional<Member> published = Optional.empty();
    private long actsFrom = Long.MAX_VALUE;
    private long wakesAt = Long.MAX_VALUE;
    private boolean paused;
    private boolean pausesInStep;
    private boolean ended;
    private int claimsLeft;
    private Runnable whenPaused = () -> {};

    Agent(World world, Host host, Lan lan, Group group, Watchdog watchdog) {
        this.world = world;
        this.host = host;
        this.lan = lan;
        this.group = group;
        this.watchdog = watchdog;
        this.announcer = new Announcer(host.name);
        this.drift = world.draw(-5, 5);
        this.offset = world.draw(0, 1_000_000);
    }

    boolean paused() {
        return paused;
    }

    boolean drained() {
        return leaves && undone.isEmpty() && !announcer.handsOver(clock());
    }

    boolean draining() {
        return draining;
    }

    void end() {
        ended = true;
    }

    private long clock() {
        return offset + world.now() + world.now() * drift / 1_000;
    }

    /** Something arrives; it is looked at when the process runs. */
    void receive(Runnable what) {
        inbox.add(what);
        wake(0);
    }

    void wake(long in) {
        long at = world.now() + in;
        if (at < wakesAt) {
            wakesAt = at;
            world.in(in, () -> {
                if (wakesAt == at) {
                    wakesAt = Long.MAX_VALUE;
                    if (!ended && host.works()) {
                        turn();
                    }
                }
            });
        }
    }

    void pause() {
        paused = true;
    }

    /** Stands still between a decision and what follows from it. */
    void pauseInStep() {
        pausesInStep = true;
    }

    /** Stands still after it has asked or wanted something so many times from now on. */
    void pauseWhileClaiming(int times, Runnable then) {
        claimsLeft = times;
        whenPaused = then;
    }

    private void claims() {
        if (--claimsLeft == 0) {
            paused = true;
            whenPaused.run();
        }
    }

    void resume() {
        paused = false;
        pausesInStep = false;
        watchdog.late = Optional.of(host);
        carryOut();
        watchdog.late = Optional.empty();
        if (world.chance(50)) {
            // Timers fire before anything is read that came meanwhile.
            step();
        }
        wake(0);
    }

    private void turn() {
        for (Runnable what = inbox.poll(); what != null; what = inbox.poll()) {
            what.run();
        }
        step();
    }

    void cluster(List<AnnouncedService> current, boolean labelled) {
        services = Optional.of(current);
        excluded = labelled;
        replan = true;
    }

    void membershipChanged(long noticedIn) {
        regroup = true;
        wake(noticedIn);
    }

    void kernelChanged() {
        relook = true;
        replan = true;
        wake(0);
    }

    void heard(IpAddress address, String mac, boolean asking) {
        announcer.heard(clock(), address, mac, asking);
    }

    void said(String other, AgentMessage message) {
        announcer.said(clock(), other, message);
    }

    boolean listensFor(IpAddress address, boolean asking) {
        Long at = probed.get(address);
        return (at != null && world.now() - at < INTEREST)
                || (!asking && announcer.mayHave(address).isPresent());
    }

    void drain() {
        draining = true;
        replan = true;
        announcer.leave(clock() + DRAIN);
        wake(0);
    }

    private void step() {
        if (regroup) {
            regroup();
        }
        if (services.isEmpty()) {
            return;
        }
        long now = clock();
        if (actsFrom == Long.MAX_VALUE && membership.nodes().contains(host.name)) {
            actsFrom = now + SETTLE;
            replan = true;
        }
        boolean settling = now < actsFrom;
        if (replan) {
            Member self =
                    LocalInterfaces.choose(view(membership)).member(host.name, draining || excluded || settling, "");
            if (!published.equals(Optional.of(self))) {
                published = Optional.of(self);
                knownSubnets.owns(host.name, self.allSubnets());
                group.publish(host, self);
                replan = true;
            }
        }
        if (settling) {
            leaves = draining;
            if (actsFrom < Long.MAX_VALUE) {
                sleepUntil(actsFrom);
            }
            return;
        }
        act(now);
    }

    private void regroup() {
        regroup = false;
        replan = true;
        membership = group.membership(host);
        announcer.membership(clock(), membership);
        membership.members().stream()
                .filter(member -> !member.node().equals(host.name))
                .forEach(knownSubnets::heard);
    }

    private void act(long now) {
        if (relook) {
            relook = false;
            look(now);
        }
        if (replan) {
            replan = false;
            plan(now);
            leaves = draining;
        }
        Announcer.Step step = announcer.step(now);
        step.messages().forEach(message -> undone.add(() -> say(message)));
        step.probes().forEach(target -> undone.add(() -> probe(target.address().address())));
        step.defended()
                .forEach(target ->
                        undone.add(() -> lan.announce(host, target.address().address())));
        changes();
        if (pausesInStep && !undone.isEmpty()) {
            paused = true;
        } else {
            carryOut();
        }
        sleepUntil(step.wakeAt());
    }

    private void sleepUntil(long local) {
        if (local < Long.MAX_VALUE) {
            wake(Math.max(0, (local - clock()) * 1_000 / (1_000 + drift) + (local > clock() ? 1 : 0)));
        }
    }

    private void carryOut() {
        for (Runnable what = undone.poll(); what != null; what = undone.poll()) {
            what.run();
        }
    }

    private void look(long now) {
        Set<IpAddress> current = Set.copyOf(host.local);
        told.removeIf(address -> {
            if (!current.contains(address)) {
                announcer.there(now, address, Optional.empty());
                return true;
            }
            return false;
        });
        current.stream()
                .filter(told::add)
                .forEach(address -> announcer.there(now, address, Optional.of(place(address))));
    }

    private void plan(long now) {
        List<Member> members = new ArrayList<>(membership.members());
        members.removeIf(member -> member.node().equals(host.name));
        members.add(published.orElseThrow());
        announcer.ownMacs(List.of(host.mac));
        announcer.linked(host.carrier ? Set.of(LOCAL) : Set.of());
        for (IpAddress address : plans.update(view(new Membership(members)))) {
            AddressPlan plan = plans.plans().get(address);
            boolean has = plan != null && plan.placement().isPresent();
            if (has && plan.scope() == AddressPlan.Scope.VIRTUAL) {
                host.virtual.add(address);
            } else {
                host.virtual.remove(address);
            }
            if (plan != null && plan.scope() == AddressPlan.Scope.LOCAL) {
                announcer.plan(now, plan);
            } else {
                announcer.unplan(now, address);
            }
        }
    }

    private void changes() {
        Set<IpAddress> local = announcer.mayHave().keySet();
        host.local.stream()
                .filter(address -> !local.contains(address))
                .forEach(address -> undone.add(() -> remove(address)));
        local.stream()
                .filter(address -> !host.local.contains(address))
                .forEach(address -> undone.add(() -> add(address)));
    }

    private void add(IpAddress address) {
        world.trace(() -> host.name + " adds " + address);
        if (host.local.add(address)) {
            watchdog.added(host, address);
        }
        for (int repeat = 0; repeat < 3; repeat++) {
            world.in(repeat * 500L, () -> {
                if (!ended && host.works() && host.local.contains(address)) {
                    lan.announce(host, address);
                }
            });
        }
        kernelChanged();
    }

    private void remove(IpAddress address) {
        world.trace(() -> host.name + " removes " + address);
        host.local.remove(address);
        watchdog.removed(host, address);
        announcer.gone(clock(), address).ifPresent(this::say);
        told.remove(address);
        kernelChanged();
    }

    private void say(AgentMessage message) {
        world.trace(() -> host.name + " says " + message);
        group.send(host, message);
        if (message.kind() == AgentMessage.Kind.WANTED) {
            claims();
        }
    }

    private void probe(IpAddress address) {
        world.trace(() -> host.name + " probes " + address);
        probed.put(address, world.now());
        if (!lan.probe(host, address)) {
            announcer.unsent(clock(), address);
            wake(100);
        }
        claims();
    }

    private static InterfaceAddress place(IpAddress address) {
        return new InterfaceAddress(LOCAL, new Subnet(address, 16));
    }

    private NodeView view(Membership members) {
        return new NodeView(
                host.name,
                Set.of(host.own.address()),
                List.of(new NodeInterface(1, LOCAL, host.mac, host.carrier, List.of(host.own))),
                Map.of(IpFamily.IPV4, List.of(new DefaultRoute(LOCAL, 0))),
                AgentSettings.DEFAULT,
                Configuration.EMPTY,
                services.orElse(List.of()),
                members,
                knownSubnets.all());
    }
}
