package io.purelb.agent;

import io.purelb.core.IpFamily;
import io.purelb.netlink.Address;
import io.purelb.netlink.Route;
import io.purelb.netlink.RouteWatch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The default routes, read from the kernel only when they may be others than last time: on a node with a full Internet
 * table that takes a tenth of a second, and links come and go with every pod. One thread reads, another one tells what the
 * kernel reports.
 */
final class KnownDefaultRoutes implements RouteWatch.Heard {
    /** They are read again after this long whatever was heard. */
    private static final long READ_AGAIN = TimeUnit.SECONDS.toNanos(60);

    private final Supplier<List<Route>> table;
    private List<Route> known = List.of();
    private boolean stale = true;
    private long readAt;

    // What was heard of since the last reading, of interest where a known route uses it.
    private final Set<Integer> links = new HashSet<>();
    private final Set<Integer> nextHops = new HashSet<>();

    KnownDefaultRoutes(Supplier<List<Route>> table) {
        this.table = table;
    }

    /** The default routes as they are now. */
    List<Route> read() {
        if (!begin()) {
            return known();
        }
        boolean done = false;
        try {
            List<Route> now = table.get();
            done = true;
            learn(now);
            return now;
        } finally {
            if (!done) {
                unknown();
            }
        }
    }

    /** Whether they have to be read; what is heard from now on counts for the next time. */
    private synchronized boolean begin() {
        boolean needed = stale
                || System.nanoTime() - readAt > READ_AGAIN
                || known.stream()
                        .anyMatch(route -> route.oifs().stream().anyMatch(links::contains)
                                || route.nextHopIds().stream().anyMatch(nextHops::contains));
        stale = false;
        links.clear();
        nextHops.clear();
        return needed;
    }

    private synchronized void learn(List<Route> now) {
        known = now;
        readAt = System.nanoTime();
    }

    private synchronized List<Route> known() {
        return known;
    }

    /** Whether a known route uses this next hop object. */
    synchronized boolean uses(int nextHop) {
        return known.stream().anyMatch(route -> route.nextHopIds().contains(nextHop));
    }

    @Override
    public synchronized void link(int ifindex) {
        links.add(ifindex);
    }

    /** IPv4 routes go with an address, in silence; not with one of ours, of which none is the last on an interface. */
    @Override
    public synchronized void address(Address address, boolean there) {
        if (!there && address.address().family() == IpFamily.IPV4 && address.protocol() != NetlinkKernel.MARK) {
            links.add(address.ifindex());
        }
    }

    @Override
    public synchronized void defaultRoute() {
        stale = true;
    }

    @Override
    public synchronized void nextHop(int id) {
        nextHops.add(id);
    }

    @Override
    public synchronized void unknown() {
        stale = true;
    }
}
