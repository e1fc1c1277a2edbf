package io.purelb.agent;

import io.purelb.core.IpFamily;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a host has to be like for its addresses to be reached; each check names what to change. */
enum HostCheck {
    ARP_IGNORE("arp_ignore"),
    ARP_ANNOUNCE("arp_announce"),
    KUBE_PROXY("kube_proxy"),
    RP_FILTER("rp_filter"),
    IP_FORWARD("ip_forward"),
    PROMOTE_SECONDARIES("promote_secondaries"),
    DEFAULT_ROUTE("default_route"),
    CARRIER("carrier"),
    NODE_IP("node_ip"),
    PEER_PORT("peer_port"),
    PEER_GROUP("peer_group");

    /** Value of the metric's label. */
    final String label;

    HostCheck(String label) {
        this.label = label;
    }

    /** What is wrong and how to mend it; empty when nothing is. */
    Optional<String> problem(HostFacts facts) {
        return switch (this) {
            case ARP_IGNORE -> arp(facts, label, 1, "answers ARP for addresses of its other interfaces");
            case ARP_ANNOUNCE -> arp(facts, label, 2, "asks by ARP with addresses of its other interfaces");
            case KUBE_PROXY -> proxy(facts);
            case RP_FILTER -> reversePath(facts);
            case IP_FORWARD -> forwarding(facts);
            case PROMOTE_SECONDARIES -> promotion(facts);
            case DEFAULT_ROUTE -> defaultRoutes(facts);
            case CARRIER -> carriers(facts);
            case NODE_IP ->
                facts.taken().stream()
                        .sorted()
                        .map(address -> TakenAddresses.text(facts.node(), address))
                        .findFirst();
            case PEER_PORT -> peers(facts);
            case PEER_GROUP -> group(facts);
        };
    }

    /** Whether addresses suffer from it; otherwise it is a recommendation. */
    boolean serious(HostFacts facts) {
        return (this != ARP_IGNORE && this != ARP_ANNOUNCE) || facts.proxyInIpvsMode();
    }

    private static Optional<String> arp(HostFacts facts, String setting, int least, String effect) {
        String wrong = interfaces(facts, setting, value -> value < least);
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of("net.ipv4.conf.all." + setting + " should be " + least + ": this node " + effect
                        + " through " + wrong
                        + (facts.proxyInIpvsMode()
                                ? ", with kube-proxy in IPVS mode for every Service's: "
                                : ", which is necessary only with kube-proxy in IPVS mode but recommended: ")
                        + "run sysctl -w net.ipv4.conf.all." + setting + "=" + least
                        + " and put it in /etc/sysctl.d, or set kube-proxy's strictARP");
    }

    /** The local interfaces on which a setting in effect is so, as text. */
    private static String interfaces(HostFacts facts, String setting, IntPredicate wrong) {
        return facts.localInterfaces().keySet().stream()
                .filter(iface ->
                        facts.effective(setting, iface).filter(wrong::test).isPresent())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static Optional<String> proxy(HostFacts facts) {
        boolean strict = facts.strictArp()
                || (interfaces(facts, "arp_ignore", value -> value < 1).isEmpty()
                        && interfaces(facts, "arp_announce", value -> value < 2).isEmpty());
        return facts.proxyInIpvsMode() && !strict
                ? Optional.of(
                        "kube-proxy runs in IPVS mode without strictARP, so that every node answers ARP for each local"
                                + " address: set ipvs.strictARP to true in ConfigMap kube-system/kube-proxy and restart kube-proxy")
                : Optional.empty();
    }

    private static Optional<String> reversePath(HostFacts facts) {
        List<String> routed = facts.defaultRoutes().getOrDefault(IpFamily.IPV4, List.of());
        String wrong = facts.localInterfaces().keySet().stream()
                .filter(iface -> !routed.contains(iface))
                .filter(iface -> facts.effective("rp_filter", iface)
                        .filter(value -> value == 1)
                        .isPresent())
                .sorted()
                .collect(Collectors.joining(", "));
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "rp_filter is strict on " + wrong + ", which the default route does not go through, so that"
                                + " packets of clients beyond its subnet are dropped: run sysctl -w net.ipv4.conf."
                                + wrong.replaceAll(",.*", "") + ".rp_filter=2 and put it in /etc/sysctl.d");
    }

    private static Optional<String> forwarding(HostFacts facts) {
        Map<IpFamily, String> names =
                Map.of(IpFamily.IPV4, "ipv4/ip_forward", IpFamily.IPV6, "ipv6/conf/all/forwarding");
        String wrong = facts.families().stream()
                .map(names::get)
                .filter(name -> Integer.valueOf(0).equals(facts.settings().get(name)))
                .map(name -> "net." + name.replace('/', '.') + "=1")
                .sorted()
                .collect(Collectors.joining(" "));
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "this node does not forward packets, so that pods on other nodes are not reached through it:"
                                + " run sysctl -w " + wrong + " and put it in /etc/sysctl.d");
    }

    private static Optional<String> promotion(HostFacts facts) {
        String wrong = Stream.concat(facts.localInterfaces().keySet().stream(), Stream.of(facts.virtualInterface()))
                .distinct()
                .filter(iface -> facts.effective("promote_secondaries", iface)
                        .filter(value -> value == 0)
                        .isPresent())
                .sorted()
                .map(iface -> "net.ipv4.conf." + iface + ".promote_secondaries=1")
                .collect(Collectors.joining(" "));
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "deleting one address takes others with it for a moment, and this agent could not change that:"
                                + " run sysctl -w " + wrong + " and put it in /etc/sysctl.d");
    }

    private static Optional<String> defaultRoutes(HostFacts facts) {
        return facts.defaultRoutes().entrySet().stream()
                .filter(entry -> facts.byDefaultRoute() && entry.getValue().size() > 1)
                .map(entry -> entry.getKey() + " default routes go through several interfaces ("
                        + String.join(", ", entry.getValue()) + "), so local addresses go to "
                        + facts.virtualInterface()
                        + ": delete all but one, or set localint or defaultRoutes: LowestMetric in the LBNodeAgent")
                .sorted()
                .reduce((one, other) -> one + "; " + other);
    }

    private static Optional<String> carriers(HostFacts facts) {
        String wrong = facts.localInterfaces().entrySet().stream()
                .filter(entry -> !entry.getValue())
                .map(Map.Entry::getKey)
                .sorted()
                .collect(Collectors.joining(", "));
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "local interface " + wrong + " has no carrier, so this node announces no local address there:"
                                + " check the cable and the switch, and that the link is up");
    }

    private static Optional<String> peers(HostFacts facts) {
        String wrong = facts.unreachable().stream().sorted().collect(Collectors.joining(", "));
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of("TCP port " + facts.port() + " cannot be reached on " + wrong + ": open " + facts.port()
                        + "/tcp and " + facts.port() + "/udp between all nodes, and see that the agent runs there");
    }

    private static Optional<String> group(HostFacts facts) {
        String wrong = facts.outside().stream().sorted().collect(Collectors.joining(", "));
        return wrong.isEmpty()
                ? Optional.empty()
                : Optional.of("an agent answers on TCP port " + facts.port() + " of " + wrong
                        + " but is not in this node's election group, so UDP port " + facts.port()
                        + " is blocked in between: open " + facts.port()
                        + "/udp between all nodes, and see that all agents have the same group key");
    }
}
