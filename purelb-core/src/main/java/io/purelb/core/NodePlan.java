package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Decides which addresses a node should have, and what to change so that it has them. */
public final class NodePlan {
    private NodePlan() {}

    /** What this node should do about each address of the Services, sorted by address. */
    public static SortedMap<IpAddress, AddressPlan> desired(NodeView view) {
        Map<IpAddress, List<AnnouncedService>> byAddress = new TreeMap<>();
        view.services().stream()
                .sorted(Comparator.comparing(AnnouncedService::service))
                .forEach(service -> service.addresses()
                        .forEach(address -> byAddress
                                .computeIfAbsent(address, a -> new ArrayList<>())
                                .add(service)));
        LocalInterfaces local = LocalInterfaces.choose(view);
        SortedMap<IpAddress, AddressPlan> plans = new TreeMap<>();
        byAddress.forEach((address, services) -> plans.put(address, plan(view, local, address, services)));
        return plans;
    }

    private static AddressPlan plan(
            NodeView view, LocalInterfaces local, IpAddress address, List<AnnouncedService> services) {
        if (view.nodeAddresses().contains(address)) {
            return new AddressPlan(
                    address,
                    AddressPlan.Scope.LOCAL,
                    Optional.empty(),
                    Optional.empty(),
                    "it is an address of node " + view.node() + " itself",
                    services);
        }
        Optional<LocalInterfaces.OwnedSubnet> owned = local.ownerOf(address);
        boolean known = owned.isPresent()
                || Stream.concat(
                                view.knownSubnets().stream(),
                                view.membership().members().stream().flatMap(member -> member.subnets().stream()))
                        .anyMatch(subnet -> subnet.contains(address));
        return known ? planLocal(view, owned, address, services) : planVirtual(view, local, address, services);
    }

    private static AddressPlan planLocal(
            NodeView view,
            Optional<LocalInterfaces.OwnedSubnet> owned,
            IpAddress address,
            List<AnnouncedService> services) {
        Set<String> candidates = new TreeSet<>();
        view.membership().members().stream()
                .filter(member -> !member.node().equals(view.node()))
                .filter(member -> member.linkUp() && !member.draining())
                .filter(member -> member.subnets().stream().anyMatch(subnet -> subnet.contains(address)))
                .forEach(member -> candidates.add(member.node()));
        boolean draining = view.membership().members().stream()
                .anyMatch(member -> member.node().equals(view.node()) && member.draining());
        if (!draining && owned.filter(mine -> mine.iface().carrier()).isPresent()) {
            candidates.add(view.node());
        }
        services.stream()
                .filter(service -> service.localPolicy() && service.allowLocal())
                .forEach(service -> candidates.retainAll(service.readyNodes()));
        Optional<String> winner = Election.winner(candidates, address);
        boolean here = winner.filter(view.node()::equals).isPresent();
        return new AddressPlan(
                address,
                AddressPlan.Scope.LOCAL,
                here
                        ? owned.map(mine -> new InterfaceAddress(
                                mine.iface().name(),
                                new Subnet(address, mine.subnet().prefixLength())))
                        : Optional.empty(),
                winner,
                winner.map(name -> name + " wins among " + String.join(", ", candidates))
                        .orElse("no live node has a link into its subnet"),
                services);
    }

    private static AddressPlan planVirtual(
            NodeView view, LocalInterfaces local, IpAddress address, List<AnnouncedService> services) {
        Optional<AddressPool> pool = view.configuration().poolOf(address);
        boolean eligible = services.stream()
                .anyMatch(service ->
                        !service.localPolicy() || service.readyNodes().contains(view.node()));
        int length = pool.map(found -> found.aggregation().lengthIn(found.subnet()))
                .orElse(address.family().bits());
        String reason = eligible
                ? Optional.ofNullable(local.problems().get(address.family()))
                        .orElse("no node has a local interface in its subnet")
                : "externalTrafficPolicy is Local and node " + view.node() + " has no ready endpoint";
        return new AddressPlan(
                address,
                AddressPlan.Scope.VIRTUAL,
                eligible
                        ? Optional.of(
                                new InterfaceAddress(view.settings().virtualInterface(), new Subnet(address, length)))
                        : Optional.empty(),
                Optional.empty(),
                reason,
                services);
    }

    /** One step towards what should be. */
    public sealed interface AddressChange {
        InterfaceAddress target();

        /** Put the address on the interface. */
        record Add(InterfaceAddress target) implements AddressChange {}

        /** Take the address off the interface. */
        record Remove(InterfaceAddress target) implements AddressChange {}
    }

    /**
     * The steps from what a node has to what it should have, removals first: an address that is there with another
     * prefix length has to go before it can come.
     *
     * @param observed addresses on interfaces we manage that are ours
     * @param complete whether {@code observed} is everything; when not, nothing is removed
     */
    public static List<AddressChange> diff(
            Collection<InterfaceAddress> desired, Collection<InterfaceAddress> observed, boolean complete) {
        List<AddressChange> changes = new ArrayList<>();
        Set<InterfaceAddress> surplus = new TreeSet<>(observed);
        surplus.removeAll(new TreeSet<>(desired));
        if (complete) {
            surplus.forEach(address -> changes.add(new AddressChange.Remove(address)));
        }
        Set<InterfaceAddress> missing = new TreeSet<>(desired);
        missing.removeAll(new TreeSet<>(observed));
        missing.forEach(address -> changes.add(new AddressChange.Add(address)));
        return changes;
    }
}
