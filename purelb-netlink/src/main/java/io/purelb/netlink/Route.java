package io.purelb.netlink;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.Optional;

/**
 * A route of the main table as RTM_GETROUTE shows it.
 *
 * @param destination the subnet it leads to; empty for a default route
 * @param oif index of the interface it leaves by; 0 when it has none or several
 * @param multipath whether it has several next hops
 * @param table number of the routing table: 254, main
 * @param type RTN_* of linux/rtnetlink.h: 1 unicast, 6 blackhole, 7 unreachable, 8 prohibit
 * @param metric the smaller wins; 0 to 4294967295
 */
public record Route(
        IpFamily family, Optional<Subnet> destination, int oif, boolean multipath, int table, int type, long metric) {
    private static final int UNICAST = 1;

    /** Whether it leads anywhere: not a blackhole, unreachable or prohibit route. */
    public boolean unicast() {
        return type == UNICAST;
    }
}
