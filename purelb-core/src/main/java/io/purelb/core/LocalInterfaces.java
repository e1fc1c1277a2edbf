package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The interfaces that carry a node's local addresses, with the subnets the node owns there.
 *
 * @param subnets subnets by family, in the order in which they are tried
 * @param beside subnets on other interfaces of the node: a virtual address in one of them is answered for there
 * @param problems why a family has no local interface
 */
public record LocalInterfaces(
        Map<IpFamily, List<OwnedSubnet>> subnets,
        Map<IpFamily, List<OwnedSubnet>> beside,
        Map<IpFamily, String> problems) {
    /** A subnet of this node and the interface it is on. */
    public record OwnedSubnet(NodeInterface iface, Subnet subnet) {}

    /** Interfaces that never carry a local address, beside the virtual one. */
    private static final Set<String> NEVER_LOCAL = Set.of("lo", "kube-lb0", "kube-ipvs0");

    /**
     * Chooses them: by default the interface of the family's default route, where only one is in question, otherwise
     * every interface with a matching name, by index.
     */
    public static LocalInterfaces choose(NodeView view) {
        return choose(view, view.ours());
    }

    static LocalInterfaces choose(NodeView view, Predicate<IpAddress> ours) {
        Map<IpFamily, List<OwnedSubnet>> subnets = new EnumMap<>(IpFamily.class);
        Map<IpFamily, List<OwnedSubnet>> beside = new EnumMap<>(IpFamily.class);
        Map<IpFamily, String> problems = new EnumMap<>(IpFamily.class);
        List<NodeInterface> possible = view.interfaces().stream()
                .filter(iface -> mayBeLocal(view, iface.name()))
                .sorted(Comparator.comparingInt(NodeInterface::index))
                .toList();
        for (IpFamily family : IpFamily.values()) {
            List<NodeInterface> chosen = new ArrayList<>();
            Optional<String> problem = view.settings().localInterface().isPresent()
                    ? byName(view, possible, chosen)
                    : byDefaultRoute(view, family, ours, chosen);
            problem.ifPresent(text -> problems.put(family, text));
            subnets.put(family, owned(chosen, family, ours).toList());
            List<NodeInterface> others = new ArrayList<>(possible);
            others.removeAll(chosen);
            beside.put(
                    family,
                    owned(others, family, ours)
                            .filter(owned -> isLan(owned.subnet()))
                            .toList());
        }
        return new LocalInterfaces(subnets, beside, problems);
    }

    private static Stream<OwnedSubnet> owned(
            Collection<NodeInterface> interfaces, IpFamily family, Predicate<IpAddress> ours) {
        return interfaces.stream()
                .flatMap(iface -> iface.addresses().stream()
                        .filter(address -> address.family() == family && !ours.test(address.address()))
                        .map(address -> new OwnedSubnet(iface, address.network())));
    }

    private static boolean isLan(Subnet subnet) {
        return subnet.prefixLength() < subnet.family().bits();
    }

    private static Optional<String> byName(NodeView view, List<NodeInterface> possible, List<NodeInterface> found) {
        possible.stream()
                .filter(iface -> view.settings()
                        .localInterface()
                        .get()
                        .matcher(iface.name())
                        .matches())
                .forEach(found::add);
        return found.isEmpty()
                ? Optional.of("no interface matches localint "
                        + UserText.quoted(view.settings().localInterface().get().pattern()))
                : Optional.empty();
    }

    private static Optional<String> byDefaultRoute(
            NodeView view, IpFamily family, Predicate<IpAddress> ours, List<NodeInterface> found) {
        List<NodeInterface> routed = routed(view, family, ours);
        if (routed.size() > 1) {
            return Optional.of(ambiguous(
                    family,
                    view.settings().defaultRoutes(),
                    routed.stream().map(NodeInterface::name).toList()));
        }
        found.addAll(routed);
        if (!found.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                view.defaultRoutes().getOrDefault(family, List.of()).isEmpty()
                        ? "there is no " + family + " default route"
                        : "the " + family + " default route goes through no usable interface");
    }

    /** What is wrong when default routes leave by several interfaces, and how to mend it. */
    public static String ambiguous(IpFamily family, DefaultRoutes rule, List<String> interfaces) {
        return family + " default routes" + (rule == DefaultRoutes.LOWEST_METRIC ? " of the same, lowest metric" : "")
                + " go through " + interfaces.size() + " interfaces (" + String.join(", ", interfaces)
                + "): keep one, or set localint"
                + (rule == DefaultRoutes.LOWEST_METRIC ? "" : " or defaultRoutes: LowestMetric")
                + " in the LBNodeAgent";
    }

    /**
     * The interfaces that a family's default routes leave by, as far as they count: one that has no subnet of the family
     * does not beside one that has, nor does one without a carrier beside one with it.
     */
    public static List<NodeInterface> routed(NodeView view, IpFamily family) {
        return routed(view, family, view.ours());
    }

    private static List<NodeInterface> routed(NodeView view, IpFamily family, Predicate<IpAddress> ours) {
        List<DefaultRoute> routes = view.defaultRoutes().getOrDefault(family, List.of());
        List<NodeInterface> interfaces = view.interfaces().stream()
                .filter(iface -> mayBeLocal(view, iface.name()) && metric(routes, iface) < Long.MAX_VALUE)
                .sorted(Comparator.comparingInt(NodeInterface::index))
                .toList();
        interfaces = narrow(
                interfaces, iface -> owned(List.of(iface), family, ours).anyMatch(owned -> isLan(owned.subnet())));
        interfaces = narrow(interfaces, NodeInterface::carrier);
        if (view.settings().defaultRoutes() == DefaultRoutes.UNIQUE) {
            return interfaces;
        }
        long lowest = interfaces.stream()
                .mapToLong(iface -> metric(routes, iface))
                .min()
                .orElse(0);
        return narrow(interfaces, iface -> metric(routes, iface) == lowest);
    }

    private static long metric(List<DefaultRoute> routes, NodeInterface iface) {
        return routes.stream()
                .filter(route -> route.interfaceName().equals(iface.name()))
                .mapToLong(DefaultRoute::metric)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Those of which something is true; all where it is true of none. */
    private static List<NodeInterface> narrow(List<NodeInterface> interfaces, Predicate<NodeInterface> better) {
        List<NodeInterface> narrowed = interfaces.stream().filter(better).toList();
        return narrowed.isEmpty() ? interfaces : narrowed;
    }

    private static boolean mayBeLocal(NodeView view, String name) {
        return !NEVER_LOCAL.contains(name) && !name.equals(view.settings().virtualInterface());
    }

    /** The owned subnet an address lies in: the first with a carrier, else the first. */
    public Optional<OwnedSubnet> ownerOf(IpAddress address) {
        return first(subnets, address);
    }

    /** The subnet beside the local ones that an address lies in, likewise. */
    public Optional<OwnedSubnet> besideOf(IpAddress address) {
        return first(beside, address);
    }

    private static Optional<OwnedSubnet> first(Map<IpFamily, List<OwnedSubnet>> all, IpAddress address) {
        List<OwnedSubnet> found = all.getOrDefault(address.family(), List.of()).stream()
                .filter(owned -> owned.subnet().contains(address))
                .toList();
        return found.stream()
                .filter(owned -> owned.iface().carrier())
                .findFirst()
                .or(() -> found.stream().findFirst());
    }

    /** What this node tells the others of itself. */
    public Membership.Member member(String node, boolean draining, String version) {
        List<Subnet> live = published(subnets, true);
        return new Membership.Member(
                node,
                live,
                published(subnets, false).stream()
                        .filter(subnet -> !live.contains(subnet))
                        .toList(),
                published(beside, true),
                Stream.of(subnets, beside)
                        .flatMap(all -> all.values().stream())
                        .flatMap(List::stream)
                        .map(owned -> owned.iface().mac())
                        .filter(mac -> !mac.isEmpty())
                        .distinct()
                        .toList(),
                draining,
                version);
    }

    private static List<Subnet> published(Map<IpFamily, List<OwnedSubnet>> all, boolean carrier) {
        return all.values().stream()
                .flatMap(List::stream)
                .filter(owned -> owned.iface().carrier() == carrier)
                .map(OwnedSubnet::subnet)
                .distinct()
                .toList();
    }
}
