package io.purelb.core;

import io.purelb.core.LocalAddress.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Watches for agents that have vanished from the group and are back on the LAN: such a one still has the addresses that
 * it had, and this node may have taken them meanwhile. A few addresses per vanished agent are asked for at a time, and when
 * it answers, all others that it would have.
 */
final class Guard {
    /** How often one address is asked for. */
    static final long PAUSE = 500;

    private static final long PAUSE_WHEN_BACK = 20;
    private static final int PROBES = 8;
    private static final int PROBES_WHEN_BACK = 50;
    /** Addresses looked at in one turn. */
    private static final int LOOKS = 256;

    private static final IpAddress BEFORE_ALL = new IpAddress(IpFamily.IPV4, 0, 0);

    private final Map<String, Watch> watches = new HashMap<>();

    private static final class Watch {
        private long dueAt = Long.MIN_VALUE;
        /** The last one looked at. */
        private IpAddress cursor = BEFORE_ALL;
        /** Addresses still to be looked at because the agent is back. */
        private int left;
    }

    /** A vanished agent was heard to have an address that this node had. */
    void back(String node, int addresses) {
        Watch watch = watches.get(node);
        if (watch != null && watch.left == 0) {
            watch.left = addresses;
            watch.dueAt = Long.MIN_VALUE;
        }
    }

    /** Asks for what is due; returns when to come again. */
    long step(
            long now,
            OtherAgents others,
            NavigableMap<IpAddress, LocalAddress> addresses,
            Consumer<InterfaceAddress> probes) {
        List<Membership.Member> missing = others.missing(now);
        Set<String> names = missing.stream().map(Membership.Member::node).collect(Collectors.toSet());
        watches.keySet().retainAll(names);
        long next = Long.MAX_VALUE;
        for (Membership.Member member : missing) {
            Watch watch = watches.computeIfAbsent(member.node(), name -> new Watch());
            if (watch.dueAt <= now) {
                turn(member, watch, others, addresses, probes);
                watch.dueAt = now + (watch.left > 0 ? PAUSE_WHEN_BACK : PAUSE);
            }
            next = Math.min(next, watch.dueAt);
        }
        return next;
    }

    private static void turn(
            Membership.Member member,
            Watch watch,
            OtherAgents others,
            NavigableMap<IpAddress, LocalAddress> addresses,
            Consumer<InterfaceAddress> probes) {
        int wanted = watch.left > 0 ? PROBES_WHEN_BACK : PROBES;
        int looks = Math.min(LOOKS, addresses.size());
        var iterator = addresses.tailMap(watch.cursor, false).values().iterator();
        for (int i = 0; i < looks && wanted > 0; i++) {
            if (!iterator.hasNext()) {
                iterator = addresses.values().iterator();
            }
            LocalAddress state = iterator.next();
            watch.left = Math.max(0, watch.left - 1);
            if (isTheirs(member, state, others)) {
                state.place.ifPresent(probes);
                wanted--;
            }
            watch.cursor = state.address;
        }
    }

    private static boolean isTheirs(Membership.Member member, LocalAddress state, OtherAgents others) {
        return state.phase == Phase.HAVING
                && member.subnets().stream().anyMatch(subnet -> subnet.contains(state.address))
                && others.outranks(member.node(), state.address);
    }
}
