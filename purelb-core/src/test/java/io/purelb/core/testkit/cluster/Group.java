package io.purelb.core.testkit.cluster;

import io.purelb.core.AgentMessage;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The election group: every agent has a view of its own, members vanish from it after silence or by a false suspicion and come
 * back by merging, each view at its own time; messages are late, in order, and lost when the receiver leaves the view.
 */
final class Group {
    /** The longest that silence, and a possible merge, go unnoticed. */
    static final int DETECTED_WITHIN = 700;

    static final int MERGED_WITHIN = 1_500;
    private static final int RESEND = 100;

    private final World world;
    private final List<Host> hosts;
    final Network network = new Network();
    private final boolean[][] view;
    private final Said[][] published;
    private final long[][] lastArrival;
    /** Since when the agent that runs knows another one, if it does. */
    private final long[][] metAt;

    /** When two were last not joined. */
    private final Map<Long, Long> apartAt = new HashMap<>();

    private final int[] incarnation;
    private long versions;

    private record Said(Member member, long version) {}

    Group(World world, List<Host> hosts) {
        this.world = world;
        this.hosts = hosts;
        int count = hosts.size();
        this.view = new boolean[count][count];
        this.published = new Said[count][count];
        this.lastArrival = new long[count][count];
        this.metAt = new long[count][count];
        for (long[] of : metAt) {
            Arrays.fill(of, Long.MAX_VALUE);
        }
        this.incarnation = new int[count];
    }

    Membership membership(Host host) {
        List<Member> members = new ArrayList<>();
        for (int other = 0; other < hosts.size(); other++) {
            if (view[host.index][other] && published[host.index][other] != null) {
                members.add(published[host.index][other].member());
            }
        }
        return new Membership(members);
    }

    /** An agent begins to look for the others. */
    void join(Host host) {
        int self = host.index;
        int started = ++incarnation[self];
        forget(self);
        world.in(world.draw(50, 300), () -> {
            if (incarnation[self] == started && host.agent.isPresent()) {
                view[self][self] = true;
                changed(self);
                restless(host);
            }
        });
    }

    private void forget(int self) {
        for (int other = 0; other < hosts.size(); other++) {
            view[self][other] = false;
            published[self][other] = null;
            metAt[self][other] = Long.MAX_VALUE;
        }
    }

    /** Since when two agents know each other's hardware addresses; {@link Long#MAX_VALUE} when they do not. */
    long metAt(Host one, Host other) {
        return Math.max(metAt[one.index][other.index], metAt[other.index][one.index]);
    }

    /** Since when the network joins two. */
    long joinedSince(Host one, Host other) {
        return network.joins(one.index, other.index)
                ? apartAt.getOrDefault(pair(one.index, other.index), 0L)
                : world.now();
    }

    /** Two were not joined until now. */
    void apart(int one, int other) {
        apartAt.put(pair(one, other), world.now());
    }

    private static long pair(int one, int other) {
        return (long) Math.min(one, other) << 32 | Math.max(one, other);
    }

    /** An agent leaves in good order, or its process ends and its sockets close. */
    void gone(Host host, int noticedWithin) {
        int self = host.index;
        int ended = ++incarnation[self];
        forget(self);
        for (int other = 0; other < hosts.size(); other++) {
            int watcher = other;
            world.in(world.draw(1, noticedWithin), () -> {
                if (incarnation[self] == ended) {
                    drop(watcher, self);
                }
            });
        }
    }

    /** Something changed about a host's reach: others may miss it, or find it again, and it them. */
    void restless(Host host) {
        for (int other = 0; other < hosts.size(); other++) {
            if (other != host.index) {
                restless(host.index, other);
            }
        }
    }

    void restless(int one, int other) {
        world.in(world.draw(300, DETECTED_WITHIN), () -> suspect(one, other));
        world.in(world.draw(300, DETECTED_WITHIN), () -> suspect(other, one));
        world.in(world.draw(1, MERGED_WITHIN), () -> merge(one, other));
    }

    /** A member takes another for dead that is not. */
    void suspectFalsely(int watcher, int other) {
        drop(watcher, other);
        restless(watcher, other);
    }

    private boolean hears(int watcher, int other) {
        return hosts.get(watcher).works()
                && hosts.get(other).works()
                && view[other][other]
                && network.reaches(other, watcher);
    }

    private void suspect(int watcher, int other) {
        if (hosts.get(watcher).works() && view[watcher][other] && !hears(watcher, other)) {
            drop(watcher, other);
            // Whom others exclude learns of it, or not.
            if (world.chance(50)) {
                world.in(world.draw(0, 300), () -> {
                    if (hosts.get(other).works() && !view[watcher][other] && view[other][watcher]) {
                        drop(other, watcher);
                        restless(watcher, other);
                    }
                });
            }
        }
    }

    private void merge(int one, int other) {
        if (hears(one, other) && hears(other, one) && !(view[one][other] && view[other][one])) {
            enter(one, other);
            enter(other, one);
        }
    }

    private void enter(int watcher, int other) {
        int[] both = {incarnation[watcher], incarnation[other]};
        world.in(world.draw(0, 50), () -> {
            if (both[0] == incarnation[watcher] && both[1] == incarnation[other]) {
                view[watcher][other] = true;
                changed(watcher);
                tell(watcher, other);
                // What the other said of itself before may have been forgotten with the earlier view.
                tell(other, watcher);
            }
        });
    }

    private void tell(int from, int to) {
        Said own = published[from][from];
        if (own != null) {
            publish(from, to, own);
        }
    }

    private void drop(int watcher, int other) {
        if (watcher != other && view[watcher][other]) {
            view[watcher][other] = false;
            published[watcher][other] = null;
            changed(watcher);
            world.trace(() -> hosts.get(watcher).name + " loses " + hosts.get(other).name);
        }
    }

    private void changed(int self) {
        // In a large group many changes come at once.
        hosts.get(self).agent.ifPresent(agent -> agent.membershipChanged(hosts.size() / 5));
    }

    void publish(Host host, Member member) {
        int self = host.index;
        Said own = new Said(member, ++versions);
        published[self][self] = own;
        changed(self);
        for (int other = 0; other < hosts.size(); other++) {
            if (other != self && view[self][other]) {
                publish(self, other, own);
            }
        }
    }

    private void publish(int from, int to, Said said) {
        carry(from, to, () -> {
            if (published[to][from] == null || published[to][from].version() < said.version()) {
                published[to][from] = said;
                metAt[to][from] = Math.min(metAt[to][from], world.now());
                changed(to);
            }
        });
    }

    void send(Host host, AgentMessage message) {
        for (int other = 0; other < hosts.size(); other++) {
            Host to = hosts.get(other);
            if (to != host && message.to().filter(name -> !name.equals(to.name)).isEmpty()) {
                carry(
                        host.index,
                        other,
                        () -> to.agent.ifPresent(agent -> agent.receive(() -> agent.said(host.name, message))));
            }
        }
    }

    private void carry(int from, int to, Runnable delivery) {
        if (view[from][to]) {
            carry(from, to, incarnation[from], incarnation[to], world.draw(1, 3), delivery);
        }
    }

    private void carry(int from, int to, int sender, int receiver, int delay, Runnable delivery) {
        long arrival = Math.max(lastArrival[from][to], world.now() + delay);
        lastArrival[from][to] = arrival;
        world.in(arrival - world.now(), () -> {
            if (incarnation[to] != receiver || incarnation[from] != sender) {
                return;
            }
            Host target = hosts.get(to);
            if (network.reaches(from, to) && target.powered && !target.frozen) {
                delivery.run();
            } else if (view[from][to]) {
                carry(from, to, sender, receiver, RESEND, delivery);
            }
        });
    }
}
