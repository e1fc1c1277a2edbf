package io.purelb.netlink;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A route of the main table as RTM_GETROUTE shows it.
 *
 * @param destination the subnet it leads to; empty for a default route
 * @param oifs indexes of the interfaces it leaves by, one per next hop; none for one that leads nowhere
 * @param nextHopIds the next hop object that it uses, with the members of a group as far as they were looked up; none
 *     where the next hops are its own
 * @param table number of the routing table: 254, main
 * @param type RTN_* of linux/rtnetlink.h: 1 unicast, 6 blackhole, 7 unreachable, 8 prohibit
 * @param metric the smaller wins; 0 to 4294967295
 */
public record Route(
        IpFamily family,
        Optional<Subnet> destination,
        List<Integer> oifs,
        Set<Integer> nextHopIds,
        int table,
        int type,
        long metric) {
    private static final int UNICAST = 1;

    public Route {
        oifs = List.copyOf(oifs);
        nextHopIds = Set.copyOf(nextHopIds);
    }

    /** Whether it leads anywhere: not a blackhole, unreachable or prohibit route. */
    public boolean unicast() {
        return type == UNICAST;
    }

    /** The same route by these next hop objects, which leave by these interfaces. */
    Route through(Set<Integer> ids, List<Integer> interfaces) {
        return new Route(family, destination, interfaces, ids, table, type, metric);
    }
}
