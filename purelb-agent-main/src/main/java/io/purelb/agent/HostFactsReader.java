package io.purelb.agent;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.LocalInterfaces;
import io.purelb.core.NodeInterface;
import io.purelb.core.NodeView;
import io.purelb.k8s.Api;
import io.purelb.netlink.Sysctl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the facts for the checks of this host; it may take seconds. */
final class HostFactsReader {
    private static final int CONNECT_MILLIS = 1_000;
    private static final List<String> BY_INTERFACE =
            List.of("arp_ignore", "arp_announce", "rp_filter", "promote_secondaries");

    // Two lines of a KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), for which no YAML reader is loaded.
    private static final Pattern PROXY_MODE = Pattern.compile("(?m)^mode: *\"?(\\w+)");
    private static final Pattern STRICT_ARP = Pattern.compile("(?m)^ +strictARP: *(\\w+)");

    private final Api api;
    private final NodeNetwork network;
    private final int port;

    HostFactsReader(Api api, NodeNetwork network, int port) {
        this.api = api;
        this.network = network;
        this.port = port;
    }

    /**
     * Everything but the peers.
     *
     * @param internal the Node's InternalIPs
     */
    HostFacts read(NodeView view, Set<IpAddress> internal) {
        Map<String, Boolean> local = new TreeMap<>();
        LocalInterfaces.choose(view)
                .subnets()
                .values()
                .forEach(all -> all.forEach(
                        owned -> local.put(owned.iface().name(), owned.iface().carrier())));
        String virtual = view.settings().virtualInterface();
        Set<IpFamily> families = EnumSet.noneOf(IpFamily.class);
        view.services().forEach(service -> service.addresses().forEach(address -> families.add(address.family())));
        String proxy = proxy();
        return new HostFacts(
                view.node(),
                internal.stream()
                        .filter(address -> !view.nodeAddresses().contains(address)
                                && view.ours().test(address))
                        .collect(Collectors.toSet()),
                local,
                virtual,
                routed(view),
                view.settings().localInterface().isEmpty(),
                families,
                network.open(() -> settings(Stream.concat(local.keySet().stream(), Stream.of(virtual, "all"))
                        .toList())),
                view.interfaces().stream().map(NodeInterface::name).anyMatch("kube-ipvs0"::equals),
                first(PROXY_MODE, proxy),
                first(STRICT_ARP, proxy).filter("true"::equals).isPresent(),
                port,
                Set.of(),
                Set.of());
    }

    private static Map<IpFamily, List<String>> routed(NodeView view) {
        Map<IpFamily, List<String>> routed = new EnumMap<>(IpFamily.class);
        for (IpFamily family : IpFamily.values()) {
            routed.put(
                    family,
                    LocalInterfaces.routed(view, family).stream()
                            .map(NodeInterface::name)
                            .toList());
        }
        return routed;
    }

    private static Map<String, Integer> settings(List<String> interfaces) {
        Map<String, Integer> found = new HashMap<>();
        Stream.concat(
                        Stream.of("ipv4/ip_forward", "ipv6/conf/all/forwarding"),
                        interfaces.stream()
                                .flatMap(iface ->
                                        BY_INTERFACE.stream().map(setting -> "ipv4/conf/" + iface + "/" + setting)))
                .forEach(name -> {
                    try {
                        Sysctl.read("net/" + name).ifPresent(value -> found.put(name, Integer.valueOf(value)));
                    } catch (IOException | NumberFormatException unreadable) {
                        // Then nothing can be said of it.
                    }
                });
        return found;
    }

    /**
     * kube-proxy's configuration where the distribution keeps it in the usual ConfigMap and lets agents read it; else
     * empty.
     */
    private String proxy() {
        try {
            return api.get("/api/v1/namespaces/kube-system/configmaps/kube-proxy")
                    .path("data")
                    .path("config.conf")
                    .asText();
        } catch (KubernetesClientException unreadable) {
            return "";
        }
    }

    private static Optional<String> first(Pattern setting, String yaml) {
        return setting.matcher(yaml).results().map(found -> found.group(1)).findFirst();
    }

    /** The nodes at none of whose addresses anybody answers at the election group's TCP port. */
    Set<String> unreachable(Map<String, Set<IpAddress>> others) {
        Set<String> found = new TreeSet<>();
        others.forEach((node, addresses) -> {
            if (addresses.stream().noneMatch(address -> network.open(() -> answers(address)))) {
                found.add(node);
            }
        });
        return found;
    }

    private boolean answers(IpAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByAddress(address.toBytes()), port), CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
