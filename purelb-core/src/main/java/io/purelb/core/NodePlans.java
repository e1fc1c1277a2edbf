package io.purelb.core;

import io.purelb.core.Membership.Member;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a node should do about each address, kept up to date as its view changes: always what {@link NodePlan#desired} says
 * of the last view, at a cost that goes by what changed. Parts of a view that are the same object as last time are not
 * looked into. One thread owns it.
 */
public final class NodePlans {
    private final Scores scores = new Scores();
    private final Map<IpAddress, List<AnnouncedService>> services = new HashMap<>();
    private final SortedMap<IpAddress, AddressPlan> plans = new TreeMap<>();
    private List<AnnouncedService> known = List.of();
    private Optional<NodeView> looked = Optional.empty();
    private Optional<NodeView> planned = Optional.empty();
    /** What the next update has to plan anew. */
    private final Set<IpAddress> touched = new TreeSet<>();

    private boolean everything;
    /** Addresses without a winner, whose reason names every member. */
    private final Set<IpAddress> unwon = new HashSet<>();

    private LocalInterfaces local = new LocalInterfaces(Map.of(), Map.of(), Map.of());
    /** The addresses on interfaces; whether they are ours decides which subnets are the node's. */
    private Set<IpAddress> onInterfaces = Set.of();

    /**
     * Takes a new view of the same node, for which {@link #update} is still to come; the membership does not matter yet.
     *
     * @return the node's choice of interfaces in it
     */
    public LocalInterfaces look(NodeView view) {
        Set<IpAddress> differing = regroup(List.copyOf(view.services()));
        touched.addAll(differing);
        if (looked.filter(before -> sameInterfaces(before, view)).isEmpty()
                || differing.stream().anyMatch(onInterfaces::contains)) {
            chooseInterfaces(view);
            everything = true;
        }
        looked = Optional.of(view);
        return local;
    }

    /**
     * Takes a new view of the same node.
     *
     * @return the addresses whose plan changed in more than its reason, those without a plan now included; sorted
     */
    public Set<IpAddress> update(NodeView view) {
        look(view);
        touchByMembership(view);
        planned = Optional.of(view);
        Set<IpAddress> changed = new TreeSet<>();
        if (!everything && touched.isEmpty()) {
            return changed;
        }
        AddressPlanner planner = new AddressPlanner(view, local, scores);
        touched.forEach(address -> plan(planner, address, changed));
        if (everything) {
            services.keySet().forEach(address -> plan(planner, address, changed));
        }
        touched.clear();
        everything = false;
        return changed;
    }

    /** A member that came, went or changed matters to the addresses in its subnets, and to those that nobody announces. */
    private void touchByMembership(NodeView view) {
        if (planned.isEmpty()) {
            everything = true;
            return;
        }
        NodeView before = planned.get();
        if (before.membership().equals(view.membership())
                && before.knownSubnets().equals(view.knownSubnets())) {
            return;
        }
        Set<Subnet> subnets = differing(before.knownSubnets(), view.knownSubnets());
        differing(
                        Set.copyOf(before.membership().members()),
                        Set.copyOf(view.membership().members()))
                .forEach(member -> {
                    subnets.addAll(member.allSubnets());
                    subnets.addAll(member.besideSubnets());
                });
        if (!self(before).equals(self(view))) {
            // Of itself the node counts the subnets of its interfaces, published or not.
            Stream.of(local.subnets(), local.beside())
                    .flatMap(all -> all.values().stream())
                    .flatMap(List::stream)
                    .forEach(owned -> subnets.add(owned.subnet()));
        }
        touched.addAll(unwon);
        if (!everything) {
            services.keySet().stream()
                    .filter(address -> Contests.contains(subnets, address))
                    .forEach(touched::add);
        }
    }

    private static List<Member> self(NodeView view) {
        return view.membership().members().stream()
                .filter(member -> member.node().equals(view.node()))
                .toList();
    }

    private static <T> Set<T> differing(Set<T> one, Set<T> other) {
        Set<T> all = new HashSet<>(one);
        all.addAll(other);
        all.removeIf(element -> one.contains(element) && other.contains(element));
        return all;
    }

    private void plan(AddressPlanner planner, IpAddress address, Set<IpAddress> changed) {
        List<AnnouncedService> holders = services.get(address);
        if (holders == null) {
            scores.forget(address);
            unwon.remove(address);
            if (plans.remove(address) != null) {
                changed.add(address);
            }
            return;
        }
        AddressPlan now = planner.plan(address, holders);
        if (now.winner().isEmpty() && now.scope().exclusive()) {
            unwon.add(address);
        } else {
            unwon.remove(address);
        }
        AddressPlan before = plans.put(address, now);
        if (before == null || !isSame(before, now)) {
            changed.add(address);
        }
    }

    private static boolean isSame(AddressPlan one, AddressPlan other) {
        return one.scope() == other.scope()
                && one.placement().equals(other.placement())
                && one.winner().equals(other.winner())
                && one.services().equals(other.services());
    }

    private static boolean sameInterfaces(NodeView one, NodeView other) {
        return one.nodeAddresses().equals(other.nodeAddresses())
                && one.configuration().equals(other.configuration())
                && one.settings().equals(other.settings())
                && one.interfaces().equals(other.interfaces())
                && one.defaultRoutes().equals(other.defaultRoutes());
    }

    private void chooseInterfaces(NodeView view) {
        local = LocalInterfaces.choose(view, address -> isOurs(view, address));
        onInterfaces = new HashSet<>();
        view.interfaces().forEach(iface -> iface.addresses().forEach(there -> onInterfaces.add(there.address())));
    }

    private boolean isOurs(NodeView view, IpAddress address) {
        return !view.nodeAddresses().contains(address)
                && (services.containsKey(address)
                        || view.configuration().groupOf(address).isPresent());
    }

    /** Sorts changed Services to their addresses; returns the addresses that lost, got or have one of them. */
    private Set<IpAddress> regroup(List<AnnouncedService> now) {
        List<AnnouncedService> before = known;
        known = now;
        if (now.equals(before)) {
            return Set.of();
        }
        int most = Math.min(before.size(), now.size());
        int first = 0;
        while (first < most && before.get(first).equals(now.get(first))) {
            first++;
        }
        int last = 0;
        while (last < most - first && before.get(before.size() - 1 - last).equals(now.get(now.size() - 1 - last))) {
            last++;
        }
        Set<AnnouncedService> gone = new HashSet<>(before.subList(first, before.size() - last));
        List<AnnouncedService> come = new ArrayList<>(now.subList(first, now.size() - last));
        come.removeIf(gone::remove);
        Set<IpAddress> differing = new TreeSet<>();
        gone.forEach(service -> service.addresses().forEach(address -> {
            differing.add(address);
            hold(address, holders -> holders.remove(service));
        }));
        come.forEach(service -> service.addresses().forEach(address -> {
            differing.add(address);
            hold(address, holders -> holders.add(service));
        }));
        return differing;
    }

    private void hold(IpAddress address, Consumer<List<AnnouncedService>> change) {
        List<AnnouncedService> holders = new ArrayList<>(services.getOrDefault(address, List.of()));
        change.accept(holders);
        holders.sort(Comparator.comparing(AnnouncedService::service));
        if (holders.isEmpty()) {
            services.remove(address);
        } else {
            services.put(address, List.copyOf(holders));
        }
    }

    /** What the node should do about each address, sorted by address; a live view. */
    public SortedMap<IpAddress, AddressPlan> plans() {
        return Collections.unmodifiableSortedMap(plans);
    }

    /** Whether we may put an address on this node and take it off, as {@link NodeView#ours} says of the last view. */
    public boolean isOurs(IpAddress address) {
        return looked.filter(view -> isOurs(view, address)).isPresent();
    }

    /** The node's choice of interfaces in the last view. */
    public LocalInterfaces local() {
        return local;
    }
}
