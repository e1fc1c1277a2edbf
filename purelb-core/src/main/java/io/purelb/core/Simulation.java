package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A whole cluster without a cluster: objects are put and removed one by one, and each step returns what the allocator and
 * the node agents would do, once all is quiet again. It decides by the same code as they do.
 */
public final class Simulation {
    private final Allocations allocations = new Allocations();
    private final SortedMap<ServiceKey, GroupSpec> groups = new TreeMap<>();
    private final Map<ServiceKey, SimulatedService> services = new HashMap<>();
    private final SortedMap<String, SimulatedNode> nodes = new TreeMap<>();
    private final Map<ServiceKey, Map<String, EndpointNodes>> endpoints = new HashMap<>();
    private final KnownSubnets knownSubnets = new KnownSubnets();
    private final Map<IpAddress, SortedSet<SimulatedAnnouncement>> announcements = new HashMap<>();
    private final List<SimulationEffect> effects = new ArrayList<>();
    private Function<String, AgentSettings> settings = node -> AgentSettings.DEFAULT;
    private List<AddressPlanner> planners = List.of();
    private List<ConfigProblem> problems = List.of();
    private Set<ConfigProblem> warnings = Set.of();

    /** What Services hold that no group hands out. */
    private final Map<ServiceKey, Set<IpAddress>> orphans = new HashMap<>();
    /** Services that another controller serves. */
    private final Set<ServiceKey> left = new HashSet<>();

    private record SimulatedService(FoundService found, boolean allowLocal) {
        private ServiceRequest request() {
            return found.request();
        }
    }

    /** What is held and who waits. Only reading it is allowed. */
    public Allocations allocations() {
        return allocations;
    }

    /** Why groups cannot be used as they are written. */
    public List<ConfigProblem> problems() {
        return problems;
    }

    /** Every group as written, sorted by namespace and name. */
    public Collection<GroupSpec> groups() {
        return groups.values();
    }

    /** Every Service but those that another controller serves, sorted. */
    public List<ServiceKey> services() {
        return services.keySet().stream()
                .filter(service -> !left.contains(service))
                .sorted()
                .toList();
    }

    /** What a Service shows by now: what it came with, or what it was given since; empty when there is none of it. */
    public Optional<ShownService> shown(ServiceKey service) {
        return Optional.ofNullable(services.get(service))
                .map(known -> known.found().shown());
    }

    /** Who announces an address, sorted by node. */
    public Collection<SimulatedAnnouncement> announcements(IpAddress address) {
        return announcements.getOrDefault(address, new TreeSet<>());
    }

    /** Puts a group in place of one of the same namespace and name. */
    public List<SimulationEffect> putGroup(GroupSpec group) {
        groups.put(new ServiceKey(group.namespace(), group.name()), group);
        return reconfigure();
    }

    /** A group is deleted; its addresses stay with their Services. */
    public List<SimulationEffect> removeGroup(String namespace, String name) {
        groups.remove(new ServiceKey(namespace, name));
        return reconfigure();
    }

    /** How each node's agent is configured from now on. */
    public List<SimulationEffect> configureAgents(Function<String, AgentSettings> byNode) {
        settings = byNode;
        replanAll();
        return take();
    }

    /** Puts a Service of ours, or at least one that asks for us, in place of one of the same key. */
    public List<SimulationEffect> putService(FoundService found, boolean allowLocal) {
        services.put(found.key(), new SimulatedService(found, allowLocal));
        left.remove(found.key());
        adopt(found);
        tellOrphans(List.of(found.key()));
        carryOut(allocations.settle(found));
        return take();
    }

    private void adopt(FoundService found) {
        allocations.adopt(found).ifPresent(decision -> {
            left.remove(found.key());
            decision.assigned().forEach(got -> effects.add(new SimulationEffect.Adopted(found.key(), got)));
            decision.conflicts().forEach(why -> effects.add(new SimulationEffect.Conflicted(found.key(), why)));
        });
        boolean another = allocations.standing(found.key(), found.shown()) == ShownService.Standing.SERVED_BY_ANOTHER;
        if (another && left.add(found.key())) {
            effects.add(new SimulationEffect.LeftAlone(found.key()));
        }
    }

    /** A Service is deleted, or is no load balancer of ours any more. */
    public List<SimulationEffect> removeService(ServiceKey service) {
        if (services.remove(service) != null) {
            left.remove(service);
            orphans.remove(service);
            carryOut(allocations.remove(service));
        }
        return take();
    }

    /** Puts a node with a live agent in place of one of the same name. */
    public List<SimulationEffect> putNode(SimulatedNode node) {
        nodes.put(node.name(), node);
        replanAll();
        return take();
    }

    /** A node dies; its subnets stay known. */
    public List<SimulationEffect> removeNode(String name) {
        nodes.remove(name);
        replanAll();
        return take();
    }

    /** One slice of a Service's endpoints; {@link EndpointNodes#NONE} when the slice is removed. */
    public List<SimulationEffect> putEndpoints(ServiceKey service, String slice, EndpointNodes nodes) {
        endpoints.computeIfAbsent(service, s -> new TreeMap<>()).put(slice, nodes);
        replan(addresses(service));
        return take();
    }

    private List<SimulationEffect> take() {
        List<SimulationEffect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    private List<SimulationEffect> reconfigure() {
        Configuration configuration = Configuration.of(allocations.ledger().configuration(), groups.values());
        configuration.problems().stream()
                .filter(problem -> !problems.contains(problem))
                .forEach(problem -> effects.add(new SimulationEffect.Misconfigured(problem)));
        problems = configuration.problems();
        allocations.load(configuration);
        services.keySet().stream()
                .sorted()
                .map(service -> services.get(service).found())
                .forEach(this::adopt);
        tellOrphans(allocations.ledger().services());
        carryOut(allocations.reconsider());
        replanAll();
        return take();
    }

    private List<IpAddress> addresses(ServiceKey service) {
        return allocations.ledger().heldBy(service).stream()
                .map(Assignment::address)
                .toList();
    }

    private void tellOrphans(Collection<ServiceKey> holders) {
        for (ServiceKey service : holders) {
            Set<IpAddress> before = orphans.getOrDefault(service, Set.of());
            Set<IpAddress> now = new TreeSet<>();
            for (IpAddress address : addresses(service)) {
                Optional<ServiceGroup> group =
                        allocations.ledger().configuration().groupOf(address);
                if (group.isEmpty()) {
                    now.add(address);
                    if (!before.contains(address)) {
                        effects.add(new SimulationEffect.Orphaned(service, address));
                    }
                } else if (before.contains(address)) {
                    effects.add(new SimulationEffect.TakenIn(
                            service, address, group.get().name()));
                }
            }
            if (now.isEmpty()) {
                orphans.remove(service);
            } else {
                orphans.put(service, now);
            }
        }
    }

    /** The controllers write what was decided, and that is what the Service shows from then on. */
    private void written(ServiceKey service) {
        services.computeIfPresent(service, (key, known) -> {
            List<Assignment> held = allocations.ledger().heldBy(key);
            ShownService shown = new ShownService(
                    true,
                    !held.isEmpty(),
                    held.stream().map(Assignment::address).toList(),
                    false,
                    held.isEmpty()
                            ? List.of(Allocator.DEFAULT_GROUP)
                            : held.stream().map(Assignment::group).toList());
            return new SimulatedService(
                    new FoundService(known.request(), known.found().created(), shown), known.allowLocal());
        });
    }

    private void carryOut(List<Decision> decisions) {
        Set<IpAddress> touched = new TreeSet<>();
        for (Decision decision : decisions) {
            ServiceKey service = decision.service();
            decision.released().forEach(gone -> effects.add(new SimulationEffect.Released(service, gone)));
            decision.assigned().forEach(got -> effects.add(new SimulationEffect.Assigned(service, got)));
            decision.refusals().forEach(why -> effects.add(new SimulationEffect.Refused(service, why)));
            decision.conflicts().forEach(why -> effects.add(new SimulationEffect.Conflicted(service, why)));
            decision.changes().forEach(change -> touched.add(change.address()));
            touched.addAll(addresses(service));
            written(service);
        }
        replan(touched);
    }

    private void replanAll() {
        planners = planners();
        Set<ConfigProblem> now = new LinkedHashSet<>();
        allocations.ledger().configuration().groups().forEach(group -> now.addAll(group.warnings(knownSubnets.all())));
        now.stream()
                .filter(warning -> !warnings.contains(warning))
                .forEach(warning -> effects.add(new SimulationEffect.Warned(warning)));
        warnings = now;
        Set<IpAddress> all = new TreeSet<>(allocations.ledger().addresses());
        all.addAll(announcements.keySet());
        replan(all);
    }

    /** The agents as they see each other. */
    private List<AddressPlanner> planners() {
        List<NodeView> alone = nodes.values().stream()
                .map(node -> node.view(
                        settings.apply(node.name()), allocations.ledger().configuration()))
                .toList();
        List<Membership.Member> members =
                alone.stream().map(view -> nodes.get(view.node()).member(view)).toList();
        members.forEach(knownSubnets::heard);
        return alone.stream()
                .map(view -> new AddressPlanner(view.among(new Membership(members), knownSubnets.all())))
                .toList();
    }

    private void replan(Collection<IpAddress> addresses) {
        SortedMap<ServiceKey, IpAddress> resets = new TreeMap<>();
        for (IpAddress address : addresses) {
            List<AnnouncedService> holders = holders(address);
            SortedSet<SimulatedAnnouncement> after = new TreeSet<>();
            if (!holders.isEmpty()) {
                planners.forEach(planner -> announce(planner.plan(address, holders), planner.node(), after));
                if (after.stream().anyMatch(place -> place.scope() == AddressPlan.Scope.LOCAL)) {
                    holders.stream()
                            .filter(holder -> holder.localPolicy() && !holder.allowLocal())
                            .forEach(holder -> resets.put(holder.service(), address));
                }
            }
            SortedSet<SimulatedAnnouncement> before =
                    after.isEmpty() ? announcements.remove(address) : announcements.put(address, after);
            Collection<SimulatedAnnouncement> earlier = before == null ? List.of() : before;
            earlier.stream()
                    .filter(gone -> !after.contains(gone))
                    .forEach(gone -> effects.add(new SimulationEffect.Withdrawn(gone)));
            after.stream()
                    .filter(come -> !earlier.contains(come))
                    .forEach(come -> effects.add(new SimulationEffect.Announced(come)));
        }
        resets.forEach(this::resetPolicy);
    }

    /** What the announcing agent does with a local traffic policy on a local address. */
    private void resetPolicy(ServiceKey service, IpAddress address) {
        effects.add(new SimulationEffect.PolicyReset(service, address));
        SimulatedService now = services.get(service);
        FoundService reset = new FoundService(
                now.request().withClusterPolicy(),
                now.found().created(),
                now.found().shown());
        services.put(service, new SimulatedService(reset, now.allowLocal()));
        carryOut(allocations.put(reset.request(), reset.created()));
    }

    private void announce(AddressPlan plan, String node, Collection<SimulatedAnnouncement> after) {
        plan.placement().ifPresent(placement -> after.add(new SimulatedAnnouncement(node, placement, plan.scope())));
    }

    private List<AnnouncedService> holders(IpAddress address) {
        return allocations.ledger().claims(address).keySet().stream()
                .map(services::get)
                .map(service -> new AnnouncedService(
                        service.request().service(),
                        List.of(address),
                        service.request().localPolicy(),
                        service.allowLocal(),
                        receiving(service.request().service())))
                .sorted(Comparator.comparing(AnnouncedService::service))
                .toList();
    }

    private Set<String> receiving(ServiceKey service) {
        return EndpointNodes.all(endpoints.getOrDefault(service, Map.of()).values())
                .receiving();
    }
}
