package io.purelb.core.testkit.cluster;

import io.purelb.core.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The LANs by ARP: a question is answered by every host it reaches whose kernel has the address, whatever its agent does, and
 * agents hear what is said. Frames are late and get lost.
 */
final class Lan {
    private final World world;
    private final List<Stranger> strangers;
    private final Map<Integer, List<Host>> members = new HashMap<>();
    final Network network = new Network();
    private int lossPercent;
    /** When a frame between two hosts was last lost by chance. */
    private final Map<Long, Long> lostAt = new HashMap<>();

    Lan(World world, List<Host> hosts, List<Stranger> strangers) {
        this.world = world;
        this.strangers = strangers;
        hosts.forEach(host ->
                members.computeIfAbsent(host.lan, lan -> new ArrayList<>()).add(host));
    }

    List<Host> members(int lan) {
        return members.get(lan);
    }

    void loss(int percent) {
        lossPercent = percent;
    }

    /** Whether frames of each of two hosts reach the other. */
    boolean joins(Host one, Host other) {
        return one.lan == other.lan
                && one.onLan()
                && other.onLan()
                && network.reaches(one.index, other.index)
                && network.reaches(other.index, one.index);
    }

    long lostAt(Host one, Host other) {
        return lostAt.getOrDefault(pair(one.index, other.index), Long.MIN_VALUE / 2);
    }

    private static long pair(int one, int other) {
        return (long) Math.min(one, other) << 32 | Math.max(one, other);
    }

    private boolean arrives(Host from, Host to) {
        if (!from.onLan() || !to.onLan() || !network.reaches(from.index, to.index)) {
            return false;
        }
        if (lossPercent > 0 && world.chance(lossPercent)) {
            lostAt.put(pair(from.index, to.index), world.now());
            return false;
        }
        return true;
    }

    /** A host asks who has an address; returns whether the question went out. */
    boolean probe(Host asker, IpAddress address) {
        if (!asker.onLan()) {
            return false;
        }
        world.in(world.draw(0, 1), () -> {
            for (Host other : members.get(asker.lan)) {
                if (other != asker && arrives(asker, other)) {
                    if (other.answers(address)) {
                        answer(other, asker, address);
                    }
                    hear(other, address, asker.mac, true);
                }
            }
            for (Stranger stranger : strangers) {
                if (stranger.lan == asker.lan && stranger.addresses.contains(address)) {
                    world.in(world.draw(0, 1), () -> hear(asker, address, stranger.mac, false));
                }
            }
        });
        return true;
    }

    private void answer(Host holder, Host asker, IpAddress address) {
        world.in(world.draw(0, 1), () -> {
            if (arrives(holder, asker)) {
                hear(asker, address, holder.mac, false);
            }
        });
    }

    /** A host says that it has an address. */
    void announce(Host holder, IpAddress address) {
        if (holder.onLan()) {
            world.in(world.draw(0, 1), () -> {
                for (Host other : members.get(holder.lan)) {
                    if (other != holder && arrives(holder, other)) {
                        hear(other, address, holder.mac, false);
                    }
                }
            });
        }
    }

    /** A host that is no node says something. */
    void say(Stranger stranger, IpAddress address, boolean asking) {
        members.get(stranger.lan).forEach(host -> hear(host, address, stranger.mac, asking));
    }

    private static void hear(Host host, IpAddress address, String mac, boolean asking) {
        if (host.onLan()) {
            host.agent
                    .filter(agent -> agent.listensFor(address, asking))
                    .ifPresent(agent -> agent.receive(() -> agent.heard(address, mac, asking)));
        }
    }
}
