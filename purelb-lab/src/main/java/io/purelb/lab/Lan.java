package io.purelb.lab;

import io.purelb.core.IpAddress;
import io.purelb.lab.Hosts.Host;
import io.purelb.netlink.Address;
import io.purelb.netlink.Link;
import io.purelb.netlink.NeighborSighting;
import io.purelb.netlink.NeighborSocket;
import io.purelb.netlink.Netlink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What can be seen of addresses from outside PureLB: in the nodes' kernels, and on the wire from the client host. The
 * client asks as clients do, by its kernel and in its own name: a probe (sender 0.0.0.0) would say that it wants the
 * address for itself, and agents would heed that.
 */
final class Lan {
    /** Ask every 25 ms until somebody answers, for up to 25 s. */
    private static final String SYSCTLS = "for f in ipv4 ipv6; do"
            + " echo 25 > /proc/sys/net/$f/neigh/eth0/retrans_time_ms; echo 1000 > /proc/sys/net/$f/neigh/eth0/mcast_solicit;"
            + " done";

    private final Hosts hosts;
    private final List<Host> nodes;
    private final String client;
    private final Map<String, String> owners = new HashMap<>();

    Lan(Hosts hosts, List<Host> nodes, Host client) {
        this.hosts = hosts;
        this.nodes = nodes;
        this.client = hosts.namespace(client.name());
        Hosts.exec(this.client, "sh", "-ec", SYSCTLS);
        hosts.hosts().forEach(host -> owners.put(hosts.mac(host.name()), host.name()));
    }

    /** All addresses of all nodes' kernels, each with the nodes and interfaces that have it. */
    Map<IpAddress, List<Place>> places() {
        Map<IpAddress, List<Place>> places = new TreeMap<>();
        for (Host node : nodes) {
            Namespaces.call(hosts.namespace(node.name()), () -> {
                try (Netlink kernel = Netlink.open()) {
                    List<Link> links = kernel.links();
                    for (Address address : kernel.addresses()) {
                        links.stream()
                                .filter(link -> link.index() == address.ifindex())
                                .forEach(link -> places.computeIfAbsent(
                                                address.address().address(), any -> new ArrayList<>())
                                        .add(new Place(node.name(), link.name())));
                    }
                    return places;
                }
            });
        }
        return places;
    }

    /** The nodes that answer the client when it asks, three times within {@code window}, who has an address. */
    Set<String> answering(IpAddress address, Duration window) {
        Set<String> answering = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            listen(address, window.dividedBy(3), mac -> {
                answering.add(owner(mac));
                return false;
            });
        }
        return answering;
    }

    /**
     * The first node other than {@code former} that says it has the address, by an answer or an announcement; empty when
     * none does within {@code limit}.
     */
    Optional<String> successor(IpAddress address, String former, Duration limit) {
        return listen(address, limit, mac -> !owner(mac).equals(former)).map(this::owner);
    }

    /** The first Ethernet address that {@code accepted} takes among those that claim to have the IP address. */
    private Optional<String> listen(IpAddress address, Duration limit, Predicate<String> accepted) {
        return Namespaces.call(client, () -> {
            try (Netlink kernel = Netlink.open();
                    NeighborSocket socket =
                            NeighborSocket.open(kernel.link("eth0").orElseThrow())) {
                long deadline = System.nanoTime() + limit.toNanos();
                ask(address);
                for (long left = limit.toNanos(); left > 0; left = deadline - System.nanoTime()) {
                    for (NeighborSighting seen : socket.await(Duration.ofNanos(left))) {
                        boolean claim = seen.kind() == NeighborSighting.Kind.HOLDS
                                && seen.address().equals(address);
                        if (claim && accepted.test(seen.mac())) {
                            return Optional.of(seen.mac());
                        }
                    }
                }
                return Optional.empty();
            }
        });
    }

    /** Has the client's kernel forget the address and ask for it. */
    private void ask(IpAddress address) {
        Command.run(
                "neighbour flush to " + address + " dev eth0\nneighbour replace " + address + " dev eth0 use\n",
                List.of("ip", "-n", client, "-batch", "-"));
    }

    /** The host with this Ethernet address, or the address itself when it is nobody's. */
    private String owner(String mac) {
        return owners.getOrDefault(mac, mac);
    }
}
