package io.purelb.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The interfaces that carry a node's local addresses, with the subnets the node owns there.
 *
 * @param subnets subnets by family, in the order in which they are tried
 * @param problems why a family has no local interface
 */
public record LocalInterfaces(Map<IpFamily, List<OwnedSubnet>> subnets, Map<IpFamily, String> problems) {
    /** A subnet of this node and the interface it is on. */
    public record OwnedSubnet(NodeInterface iface, Subnet subnet) {}

    /** Interfaces that never carry a local address, beside the virtual one. */
    private static final Set<String> NEVER_LOCAL = Set.of("lo", "kube-lb0", "kube-ipvs0");

    /**
     * Chooses them: by default the interface of the family's only default route, otherwise every interface with a
     * matching name, by index.
     */
    public static LocalInterfaces choose(NodeView view) {
        return choose(view, view.ours());
    }

    static LocalInterfaces choose(NodeView view, Predicate<IpAddress> ours) {
        Map<IpFamily, List<OwnedSubnet>> subnets = new EnumMap<>(IpFamily.class);
        Map<IpFamily, String> problems = new EnumMap<>(IpFamily.class);
        for (IpFamily family : IpFamily.values()) {
            List<NodeInterface> interfaces = new ArrayList<>();
            Optional<String> problem = view.settings().localInterface().isPresent()
                    ? byName(view, interfaces)
                    : byDefaultRoute(view, family, interfaces);
            problem.ifPresent(text -> problems.put(family, text));
            subnets.put(
                    family,
                    interfaces.stream()
                            .flatMap(iface -> iface.addresses().stream()
                                    .filter(address -> address.family() == family && !ours.test(address.address()))
                                    .map(address -> new OwnedSubnet(iface, address.network())))
                            .toList());
        }
        return new LocalInterfaces(subnets, problems);
    }

    private static Optional<String> byName(NodeView view, List<NodeInterface> found) {
        view.interfaces().stream()
                .filter(iface -> mayBeLocal(view, iface.name()))
                .filter(iface -> view.settings()
                        .localInterface()
                        .get()
                        .matcher(iface.name())
                        .matches())
                .sorted(Comparator.comparingInt(NodeInterface::index))
                .forEach(found::add);
        return found.isEmpty()
                ? Optional.of("no interface matches localint \""
                        + view.settings().localInterface().get() + "\"")
                : Optional.empty();
    }

    private static Optional<String> byDefaultRoute(NodeView view, IpFamily family, List<NodeInterface> found) {
        List<String> names = view.defaultRoutes().getOrDefault(family, List.of());
        if (names.isEmpty()) {
            return Optional.of("there is no " + family + " default route");
        }
        if (names.size() > 1) {
            return Optional.of("there are " + names.size() + " " + family + " default routes (through "
                    + String.join(", ", names) + "): keep one, or set localint");
        }
        view.interfaces().stream()
                .filter(iface -> iface.name().equals(names.get(0)) && mayBeLocal(view, iface.name()))
                .forEach(found::add);
        return found.isEmpty()
                ? Optional.of("the " + family + " default route goes through no usable interface")
                : Optional.empty();
    }

    private static boolean mayBeLocal(NodeView view, String name) {
        return !NEVER_LOCAL.contains(name) && !name.equals(view.settings().virtualInterface());
    }

    /** The first owned subnet an address lies in. */
    public Optional<OwnedSubnet> ownerOf(IpAddress address) {
        return subnets.get(address.family()).stream()
                .filter(owned -> owned.subnet().contains(address))
                .findFirst();
    }

    /** What this node tells the others of itself. */
    public Membership.Member member(String node, boolean draining, String version) {
        List<OwnedSubnet> all = subnets.values().stream().flatMap(List::stream).toList();
        return new Membership.Member(
                node,
                all.stream().map(OwnedSubnet::subnet).distinct().toList(),
                all.stream()
                        .map(owned -> owned.iface().mac())
                        .filter(mac -> !mac.isEmpty())
                        .distinct()
                        .toList(),
                all.stream().anyMatch(owned -> owned.iface().carrier()),
                draining,
                version);
    }
}
