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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What can be seen of addresses from outside PureLB: in the nodes' kernels, and on the wire from the client host. */
final class Lan {
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(20);

    private final Hosts hosts;
    private final List<Host> nodes;
    private final Host client;

    Lan(Hosts hosts, List<Host> nodes, Host client) {
        this.hosts = hosts;
        this.nodes = nodes;
        this.client = client;
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

    /** The nodes that answer the client when it asks who has an address, within {@code window}. */
    Set<String> answering(IpAddress address, Duration window) {
        Set<String> nodes = new TreeSet<>();
        listen(address, window, mac -> {
            nodes.add(owner(mac));
            return false;
        });
        return nodes;
    }

    /** Asks until a node other than {@code former} answers, and returns it; empty when none does within {@code limit}. */
    Optional<String> successor(IpAddress address, String former, Duration limit) {
        String formerMac = hosts.mac(former);
        return listen(address, limit, mac -> !mac.equals(formerMac)).map(this::owner);
    }

    /** The first MAC address that {@code accepted} takes among those that claim to have the address. */
    private Optional<String> listen(IpAddress address, Duration limit, Predicate<String> accepted) {
        return Namespaces.call(hosts.namespace(client.name()), () -> {
            try (Netlink kernel = Netlink.open();
                    NeighborSocket socket =
                            NeighborSocket.open(kernel.link("eth0").orElseThrow())) {
                long deadline = System.nanoTime() + limit.toNanos();
                do {
                    socket.ask(address, client.address(address.family()));
                    for (NeighborSighting seen : socket.await(BETWEEN_PROBES)) {
                        boolean answer = seen.kind() == NeighborSighting.Kind.HOLDS
                                && seen.address().equals(address);
                        if (answer && accepted.test(seen.mac())) {
                            return Optional.of(seen.mac());
                        }
                    }
                } while (System.nanoTime() - deadline < 0);
                return Optional.empty();
            }
        });
    }

    /** The host with this MAC address, or the address itself when it is nobody's. */
    private String owner(String mac) {
        return hosts.hosts().stream()
                .map(Host::name)
                .filter(host -> hosts.mac(host).equals(mac))
                .findFirst()
                .orElse(mac);
    }
}
