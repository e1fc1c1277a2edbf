package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts how addresses move between nodes and how long that takes. Times are milliseconds of the loop's clock. */
final class Winners {
    private final String node;
    private final AgentMetrics metrics;
    private final Map<IpAddress, String> winners = new HashMap<>();
    /** Addresses on their way here from a node that failed, and since when that is known. */
    private final Map<IpAddress, Long> coming = new HashMap<>();

    /** Nodes that are not in the group any more or have no link, and since when. */
    private final Map<String, Long> failed = new HashMap<>();

    Winners(String node, AgentMetrics metrics) {
        this.node = node;
        this.metrics = metrics;
    }

    void membersChanged(long now, Membership before, Membership after) {
        Set<String> working = working(after);
        failed.keySet().removeAll(working);
        working(before).stream().filter(name -> !working.contains(name)).forEach(name -> failed.putIfAbsent(name, now));
        if (!before.nodes().equals(after.nodes())) {
            metrics.members(after.nodes().size());
        }
    }

    private static Set<String> working(Membership membership) {
        return membership.members().stream()
                .filter(Member::linkUp)
                .map(Member::node)
                .collect(Collectors.toSet());
    }

    /** The plans of these addresses may have changed, or be gone. */
    void observe(Collection<IpAddress> changed, Map<IpAddress, AddressPlan> plans) {
        for (IpAddress address : changed) {
            AddressPlan plan = plans.get(address);
            if (plan == null) {
                winners.remove(address);
                coming.remove(address);
            } else {
                plan.winner().ifPresent(winner -> won(address, winner));
            }
        }
    }

    private void won(IpAddress address, String winner) {
        String before = winners.put(address, winner);
        if (before == null || before.equals(winner)) {
            return;
        }
        metrics.winnerChanged();
        Long since = failed.get(before);
        if (winner.equals(node) && since != null) {
            coming.put(address, since);
        } else {
            coming.remove(address);
        }
    }

    /** An address was put on an interface. */
    void configured(long now, IpAddress address) {
        Long since = coming.remove(address);
        if (since != null) {
            metrics.failedOver(now - since);
        }
    }
}
