package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

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
        AddressPlanner planner = new AddressPlanner(view);
        SortedMap<IpAddress, AddressPlan> plans = new TreeMap<>();
        byAddress.forEach((address, services) -> plans.put(address, planner.plan(address, services)));
        return plans;
    }

    /** One step towards what should be. */
    public sealed interface AddressChange {
        InterfaceAddress target();

        /** Put the address on the interface. */
        record Add(InterfaceAddress target) implements AddressChange {}

        /** Take the address off the interface. */
        record Remove(InterfaceAddress target) implements AddressChange {}

        /** Give the address, which is there, the form that it should have there. */
        record Reshape(InterfaceAddress target) implements AddressChange {}
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
