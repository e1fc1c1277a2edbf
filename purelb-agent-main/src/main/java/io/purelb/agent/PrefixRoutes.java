package io.purelb.agent;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import io.purelb.netlink.Address;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The connected routes that the kernel made for IPv6 addresses. When the last address that a route was made for goes while
 * one without a route is there, the kernel leaves the route behind (check_cleanup_prefix_route of net/ipv6/addrconf.c).
 */
final class PrefixRoutes {
    private record Network(int ifindex, Subnet network) {}

    /** By their metric, the addresses that each serves. */
    private final Map<Network, Map<Long, Set<Subnet>>> made = new HashMap<>();

    /** The kernel was read. */
    void read(Collection<Address> all) {
        made.values().forEach(routes -> routes.values().forEach(Set::clear));
        Set<Network> present = new HashSet<>();
        for (Address there : all) {
            present.add(new Network(there.ifindex(), there.address().network()));
            if (there.permanent() && !there.noPrefixRoute()) {
                added(there.ifindex(), there.address(), there.routeMetric());
            }
        }
        made.keySet().retainAll(present);
        // One that expires has no route of its own, but may need that of the others.
        all.stream()
                .filter(there -> !there.permanent() && !there.noPrefixRoute())
                .forEach(there -> made.getOrDefault(
                                new Network(there.ifindex(), there.address().network()), Map.of())
                        .values()
                        .forEach(served -> served.add(there.address())));
    }

    /** An address was put there for which the kernel makes a route. */
    void added(int ifindex, Subnet address, long metric) {
        if (address.family() == IpFamily.IPV6
                && address.prefixLength() < address.family().bits()) {
            made.computeIfAbsent(new Network(ifindex, address.network()), network -> new HashMap<>())
                    .computeIfAbsent(metric, route -> new HashSet<>())
                    .add(address);
        }
    }

    /** An address was taken off, or has no route any more; returns the metrics of routes that serve none now. */
    List<Long> removed(int ifindex, Subnet address) {
        Network network = new Network(ifindex, address.network());
        Map<Long, Set<Subnet>> routes = made.getOrDefault(network, Map.of());
        routes.values().forEach(served -> served.remove(address));
        List<Long> idle = routes.keySet().stream()
                .filter(metric -> routes.get(metric).isEmpty())
                .toList();
        routes.keySet().removeAll(idle);
        if (routes.isEmpty()) {
            made.remove(network);
        }
        return idle;
    }
}
