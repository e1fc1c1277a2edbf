package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Counts how addresses move between nodes and how long that takes. Times are milliseconds of the loop's clock. */
final class Winners {
    private final String node;
    private final AgentMetrics metrics;
    private final Map<IpAddress, String> winners = new HashMap<>();
    /** Addresses on their way here, and since when. */
    private final Map<IpAddress, Long> coming = new HashMap<>();

    private long membersChangedAt;

    Winners(String node, AgentMetrics metrics) {
        this.node = node;
        this.metrics = metrics;
    }

    void membersChanged(long now, Membership before, Membership after) {
        membersChangedAt = now;
        if (!before.nodes().equals(after.nodes())) {
            metrics.members(after.nodes().size());
        }
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
        if (winner.equals(node)) {
            coming.put(address, membersChangedAt);
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
