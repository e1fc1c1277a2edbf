package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.AgentMessage;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Announcer;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.KnownSubnets;
import io.purelb.core.LocalInterfaces;
import io.purelb.core.LocalInterfaces.OwnedSubnet;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.NodeInterface;
import io.purelb.core.NodePlans;
import io.purelb.core.NodeView;
import io.purelb.core.ServiceKey;
import io.purelb.core.Subnet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The agent's state and its one step: look, decide, ask the LAN, change the kernel, tell. One thread calls all of it;
 * time arrives as milliseconds of a monotonic clock.
 */
final class AgentLoop implements AddressChanges.Situation {
    /** The kernel is read again after this long even when it reported no change. */
    private static final long LOOK_AGAIN = 60_000;

    /** How long after the group was joined nothing is changed, so that all members' subnets are known by then. */
    private static final long SETTLE = 200;

    /** How long a node that goes waits for others to be ready for its addresses. */
    private static final long DRAIN = 1_500;

    private final String node;
    private final String version;
    private final Kernel kernel;
    private final Lan lan;
    private final Fellows fellows;
    private final LocalAddresses locals;
    private final AddressChanges changes;
    private final Announcements announcements;
    private final Winners winners;
    private final KnownSubnets knownSubnets = new KnownSubnets();
    private final OwnAddresses own = new OwnAddresses();
    private final AddressForms forms = new AddressForms();
    private final TakenAddresses taken;
    private final NodePlans plans = new NodePlans();
    private final Observed observed = new Observed();
    private final Set<String> managed = new TreeSet<>();
    /** Whether the interfaces were made as they should be, which is not so while this node only looks. */
    private boolean prepared;
    /** Other than local interfaces on whose LAN addresses of the virtual one are answered for. */
    private final Set<String> answeringBeside = new TreeSet<>();

    private final Map<ServiceKey, ServiceView> services = new HashMap<>();

    private Optional<ClusterView> cluster = Optional.empty();
    private Membership membership = Membership.EMPTY;
    private Optional<Member> published = Optional.empty();
    private boolean draining;
    private KernelView seen = KernelView.EMPTY;
    private boolean kernelChanged = true;
    private long lookedAt;
    private OptionalLong actsFrom = OptionalLong.empty();

    // Made of the cluster's and the kernel's state when one of them changed.
    private boolean situationChanged = true;
    private boolean formsChanged = true;
    private List<AnnouncedService> announced = List.of();
    private Set<IpAddress> nodeAddresses = Set.of();

    /** Interfaces that have another hardware address than before. */
    private final Set<String> renamed = new TreeSet<>();

    // What the next step has to look at.
    private final Set<IpAddress> touchedAddresses = new TreeSet<>();
    private final Set<ServiceKey> touchedServices = new TreeSet<>();
    private boolean touchedAll;

    AgentLoop(
            String node,
            String version,
            Kernel kernel,
            Lan lan,
            Fellows fellows,
            ServiceNotes notes,
            AgentMetrics metrics) {
        this.node = node;
        this.version = version;
        this.kernel = kernel;
        this.lan = new BesideLan(lan, this::answering);
        this.fellows = fellows;
        this.locals = new LocalAddresses(node, this.lan, fellows);
        this.changes = new AddressChanges(kernel, this.lan, locals, metrics, forms);
        this.taken = new TakenAddresses(node, notes);
        this.announcements = new Announcements(node, notes, metrics);
        this.winners = new Winners(node, metrics);
    }

    /** The API server says something new. */
    void cluster(ClusterView view) {
        List<ServiceView> before = cluster.map(ClusterView::services).orElse(List.of());
        Set<ServiceView> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        gone.addAll(before);
        List<ServiceView> come = view.services().stream()
                .filter(service -> !gone.remove(service))
                .toList();
        // What agents write on Services comes back one by one, and changes nothing of what is to be announced.
        boolean sameServices = announced(gone).equals(announced(come));
        gone.forEach(service -> services.remove(service.announced().service()));
        come.forEach(service -> services.put(service.announced().service(), service));
        Stream.concat(gone.stream(), come.stream())
                .forEach(service -> touchedServices.add(service.announced().service()));
        Optional<ClusterView> sameRules = cluster.filter(last ->
                last.settings().equals(view.settings()) && last.configuration().equals(view.configuration()));
        touchedAll |= sameRules.isEmpty();
        situationChanged |= !sameServices
                || sameRules
                        .filter(last -> last.nodeAddresses().equals(view.nodeAddresses()))
                        .isEmpty();
        cluster = Optional.of(view);
    }

    private static Set<AnnouncedService> announced(Collection<ServiceView> services) {
        return services.stream().map(ServiceView::announced).collect(Collectors.toSet());
    }

    /** Other agents came or went, or published something new. */
    void membership(long now, Membership members) {
        winners.membersChanged(now, membership, members);
        membership = members;
        locals.membership(now, members);
        members.members().stream().filter(member -> !member.node().equals(node)).forEach(knownSubnets::heard);
    }

    /** Links, addresses or routes changed. */
    void kernelChanged() {
        kernelChanged = true;
    }

    /**
     * The kernel says that an address was added, changed or deleted. What this agent did itself is no news.
     *
     * @param there whether the interface has it now
     */
    void addressChanged(int ifindex, Subnet address, boolean there) {
        boolean known = plans.isOurs(address.address())
                && seen.interfaces().stream()
                        .filter(link -> link.index() == ifindex)
                        .anyMatch(link -> observed.has(new InterfaceAddress(link.name(), address)) == there);
        kernelChanged |= !known;
    }

    /**
     * Another host says something about an address.
     *
     * @param mac its hardware address
     * @param asking whether it only asks for the address, as one that would like to claim it
     */
    void heard(long now, IpAddress address, String mac, boolean asking) {
        locals.heard(now, address, mac, asking);
    }

    /** Another agent says something to this one. */
    void said(long now, String other, AgentMessage message) {
        locals.said(now, other, message);
    }

    /** Gives the local addresses to others that are ready for them soon, and takes none any more. */
    void drain(long now) {
        draining = true;
        locals.leave(now + DRAIN);
    }

    /** Whether {@link #drain} has come to its end. */
    boolean drained(long now) {
        return draining && (!ready() || (published.filter(Member::draining).isPresent() && !locals.handsOver(now)));
    }

    /** What this node does and why, as of the last step. */
    AgentState state() {
        return new AgentState(
                plans.plans(),
                changes.held(),
                observed.addresses().stream()
                        .sorted()
                        .flatMap(address -> places(address).stream())
                        .toList(),
                membership(),
                locals.having());
    }

    /** The live agents, this one as it is now. */
    Membership membership() {
        return published.map(this::including).orElse(membership);
    }

    /** What the next step decides from; empty while it decides nothing. */
    Optional<NodeView> view() {
        return ready() && prepared ? cluster.map(wanted -> view(wanted, membership)) : Optional.empty();
    }

    /** Whether this node takes part: everything is listed and the group was joined. */
    boolean ready() {
        return cluster.isPresent() && membership.nodes().contains(node);
    }

    /**
     * Does what there is to do.
     *
     * @return when to be called again at the latest; {@link Long#MAX_VALUE} for not before something happens
     */
    long step(long now) {
        if (cluster.isEmpty()) {
            return Long.MAX_VALUE;
        }
        ClusterView wanted = cluster.get();
        look(now, wanted);
        LocalInterfaces local = plans.look(view(wanted, membership));
        if (ready() && actsFrom.isEmpty()) {
            actsFrom = OptionalLong.of(now + SETTLE);
        }
        boolean settling = actsFrom.isEmpty() || now < actsFrom.getAsLong();
        // Until it acts, the others keep what they have.
        Member self = local.member(node, draining || wanted.excluded() || settling, version);
        if (!published.equals(Optional.of(self))) {
            touchedAll |= published
                    .filter(before -> before.downSubnets().equals(self.downSubnets()))
                    .isEmpty();
            published = Optional.of(self);
            knownSubnets.owns(node, self.allSubnets());
            fellows.publish(self);
        }
        Set<String> localNames = names(local.subnets());
        answeringBeside.retainAll(names(local.beside()));
        listen(localNames);
        if (settling) {
            return actsFrom.orElse(now + LOOK_AGAIN);
        }
        touchedAll |= managed.addAll(localNames);
        touchedAll |= managed.add(wanted.settings().virtualInterface());
        prepare(now, wanted);
        return act(now, wanted, self);
    }

    private void listen(Set<String> localNames) {
        Set<String> all = new TreeSet<>(localNames);
        all.addAll(answeringBeside);
        lan.listen(ownAddresses(all));
    }

    private long act(long now, ClusterView wanted, Member self) {
        Set<IpAddress> replanned = plans.update(view(wanted, including(self)));
        winners.observe(replanned, plans.plans());
        touchedAddresses.addAll(replanned);
        listenBeside(replanned);
        if (touchedAll) {
            touchedAddresses.addAll(plans.plans().keySet());
            touchedAddresses.addAll(observed.addresses());
            touchedAll = false;
        }
        if (formsChanged) {
            forms.look(seen, place -> plans.isOurs(place.address().address()) && own.mayBeTouched(place, Map.of()));
            touchedAddresses.addAll(changes.misshapen(wanted.settings(), this));
            formsChanged = false;
        }
        String virtual = wanted.settings().virtualInterface();
        locals.self(now, self, linked(self, virtual), wanted.settings().probe());
        for (IpAddress address : touchedAddresses) {
            locals.tell(now, address, plan(address), lonePlaces(address, virtual));
        }
        Announcer.Step claim = locals.step(now);
        touchedAddresses.addAll(claim.changed());
        changes.defend(now, claim.defended());
        if (!renamed.isEmpty()) {
            changes.announceAnew(
                    now,
                    wanted.settings(),
                    this,
                    held -> renamed.contains(answering(held).interfaceName()));
            renamed.clear();
        }
        Set<IpAddress> changed = changes.apply(now, wanted.settings(), touchedAddresses, this);
        kernelChanged |= changes.reshaped();
        changes.added()
                .forEach(target -> winners.configured(now, target.address().address()));
        announcements.report(
                new Announcements.Report(
                        now,
                        services,
                        membership.nodes(),
                        plans.plans(),
                        plans.local().problems(),
                        changes),
                touchedServices,
                changes.looked());
        claim.conflicts()
                .forEach(conflict ->
                        announcements.conflict(plans.plans().get(conflict.address()), conflict, membership));
        touchedServices.clear();
        touchedAddresses.clear();
        // The announcer learns of what was done in the next step, which follows at once.
        touchedAddresses.addAll(changed);
        return kernelChanged || !changed.isEmpty()
                ? now
                : Stream.of(claim.wakeAt(), changes.nextAt(), announcements.nextAt(), lookedAt + LOOK_AGAIN)
                        .min(Long::compare)
                        .get();
    }

    @Override
    public Optional<AddressPlan> plan(IpAddress address) {
        return Optional.ofNullable(plans.plans().get(address));
    }

    @Override
    public Optional<InterfaceAddress> target(IpAddress address) {
        Optional<AddressPlan> plan = plan(address);
        return plan.filter(known -> known.scope() == AddressPlan.Scope.VIRTUAL).isPresent()
                ? plan.flatMap(AddressPlan::placement)
                : locals.mayHave(address);
    }

    @Override
    public List<InterfaceAddress> places(IpAddress address) {
        List<InterfaceAddress> places = observed.at(address);
        return places.isEmpty() || !plans.isOurs(address)
                ? List.of()
                : places.stream()
                        .filter(place ->
                                managed.contains(place.interfaceName()) && own.mayBeTouched(place, plans.plans()))
                        .toList();
    }

    /** Where an address is that one node alone may have there. */
    private List<InterfaceAddress> lonePlaces(IpAddress address, String virtual) {
        return isVirtualOnOne(address)
                ? places(address)
                : places(address).stream()
                        .filter(place -> !place.interfaceName().equals(virtual))
                        .toList();
    }

    private boolean isVirtualOnOne(IpAddress address) {
        return plan(address)
                .filter(plan -> plan.scope() == AddressPlan.Scope.VIRTUAL_ON_ONE)
                .isPresent();
    }

    /** Where other hosts get an answer for an address that is there. */
    private InterfaceAddress answering(InterfaceAddress place) {
        return isVirtualOnOne(place.address().address())
                ? plans.local()
                        .besideOf(place.address().address())
                        .map(owned -> new InterfaceAddress(owned.iface().name(), place.address()))
                        .orElse(place)
                : place;
    }

    private void listenBeside(Set<IpAddress> replanned) {
        boolean more = false;
        for (IpAddress address : replanned) {
            if (isVirtualOnOne(address)) {
                more |= plans.local()
                        .besideOf(address)
                        .filter(owned -> answeringBeside.add(owned.iface().name()))
                        .isPresent();
            }
        }
        if (more) {
            listen(names(plans.local().subnets()));
        }
    }

    private Set<String> linked(Member self, String virtual) {
        Set<String> linked = seen.interfaces().stream()
                .filter(NodeInterface::carrier)
                .map(NodeInterface::name)
                .collect(Collectors.toSet());
        if (self.besideSubnets().isEmpty()) {
            linked.remove(virtual);
        }
        return linked;
    }

    @Override
    public void placed(InterfaceAddress place, boolean there) {
        own.placed(place, there);
        forms.changed(place);
        if (there) {
            observed.add(place);
        } else {
            observed.remove(place);
        }
    }

    /** The node's own addresses on interfaces, in whose names it asks the LAN there. */
    private Map<String, List<Subnet>> ownAddresses(Set<String> interfaces) {
        return seen.interfaces().stream()
                .filter(iface -> interfaces.contains(iface.name()))
                .collect(Collectors.toMap(
                        NodeInterface::name,
                        iface -> iface.addresses().stream()
                                .filter(address -> !plans.isOurs(address.address()))
                                .toList()));
    }

    private void look(long now, ClusterView wanted) {
        if (kernelChanged || now - lookedAt >= LOOK_AGAIN) {
            // Not cleared when it cannot be read: the next step tries again.
            KernelView before = seen;
            seen = kernel.read();
            renamed.addAll(seen.withOtherMacs(before));
            touchedAll |= own.look(seen, wanted);
            touchedAddresses.addAll(observed.read(seen.addresses().keySet()));
            kernelChanged = false;
            lookedAt = now;
            situationChanged = true;
        }
        if (situationChanged) {
            // A copy that is never copied again.
            announced = List.copyOf(
                    wanted.services().stream().map(ServiceView::announced).toList());
            Set<IpAddress> all = own.all(wanted);
            touchedAll |= !all.equals(nodeAddresses);
            nodeAddresses = all;
            taken.tell(own.taken(), announced);
            situationChanged = false;
            formsChanged = true;
        }
    }

    private void prepare(long now, ClusterView wanted) {
        prepared = true;
        if (kernel.prepare(wanted.settings().virtualInterface(), managed)) {
            kernelChanged = true;
            look(now, wanted);
        }
    }

    private NodeView view(ClusterView wanted, Membership members) {
        return new NodeView(
                node,
                nodeAddresses,
                seen.interfaces(),
                seen.defaultRoutes(),
                wanted.settings(),
                wanted.configuration(),
                announced,
                members,
                knownSubnets.all());
    }

    /** The membership with what this node is now, which the group may not have heard yet. */
    private Membership including(Member self) {
        List<Member> members = new ArrayList<>(membership.members());
        members.removeIf(member -> member.node().equals(node));
        members.add(self);
        return new Membership(members);
    }

    private static Set<String> names(Map<IpFamily, List<OwnedSubnet>> subnets) {
        return subnets.values().stream()
                .flatMap(List::stream)
                .map(owned -> owned.iface().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
