package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.AgentMessage;
import io.purelb.core.Announcer;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.KnownSubnets;
import io.purelb.core.LocalInterfaces;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.NodePlan;
import io.purelb.core.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The agent's state and its one step: look, decide, ask the LAN, change the kernel, tell. One thread calls all of it;
 * time arrives as milliseconds of a monotonic clock.
 */
final class AgentLoop {
    /** The kernel is read again after this long even when it reported no change. */
    private static final long LOOK_AGAIN = 60_000;

    /** How long after the group was joined nothing is changed, so that all members' subnets are known by then. */
    private static final long SETTLE = 200;

    /** How long a node that goes waits for others to be ready for its addresses. */
    private static final long DRAIN = 1_000;

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
    private final Set<String> managed = new TreeSet<>();

    private Optional<ClusterView> cluster = Optional.empty();
    private Membership membership = Membership.EMPTY;
    private Optional<Member> published = Optional.empty();
    private boolean draining;
    private KernelView seen = KernelView.EMPTY;
    private boolean kernelChanged = true;
    private long lookedAt;
    private OptionalLong actsFrom = OptionalLong.empty();
    private AgentState state = AgentState.EMPTY;

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
        this.lan = lan;
        this.fellows = fellows;
        this.locals = new LocalAddresses(node, lan, fellows);
        this.changes = new AddressChanges(kernel, lan, locals, metrics);
        this.announcements = new Announcements(node, notes, metrics);
        this.winners = new Winners(node, metrics);
    }

    /** The API server says something new. */
    void cluster(ClusterView view) {
        cluster = Optional.of(view);
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

    /** Gives the local addresses to others and takes none any more; without waiting for them for longer than a second. */
    void drain(long now) {
        draining = true;
        locals.leave(now + DRAIN);
    }

    /** Whether {@link #drain} has come to its end. */
    boolean drained() {
        return draining && (!ready() || (published.filter(Member::draining).isPresent() && state.localHeld() == 0));
    }

    /** What this node does and why, as of the last step. */
    AgentState state() {
        return state;
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
        LocalInterfaces local = LocalInterfaces.choose(view(wanted, membership));
        if (ready() && actsFrom.isEmpty()) {
            actsFrom = OptionalLong.of(now + SETTLE);
        }
        boolean settling = actsFrom.isEmpty() || now < actsFrom.getAsLong();
        // Until it acts, the others keep what they have.
        Member self = local.member(node, draining || wanted.excluded() || settling, version);
        if (!published.equals(Optional.of(self))) {
            published = Optional.of(self);
            knownSubnets.owns(node, self.subnets());
            fellows.publish(self);
        }
        Set<String> localNames = names(local);
        lan.listen(localNames);
        if (settling) {
            return actsFrom.orElse(now + LOOK_AGAIN);
        }
        managed.addAll(localNames);
        managed.add(wanted.settings().virtualInterface());
        prepare(now, wanted);
        NodeView view = view(wanted, including(self));
        return act(now, wanted, view, local);
    }

    private long act(long now, ClusterView wanted, NodeView view, LocalInterfaces local) {
        Map<IpAddress, AddressPlan> plans = NodePlan.desired(view);
        winners.observe(plans);
        Predicate<IpAddress> ours = view.ours();
        List<InterfaceAddress> observed = seen.addresses().stream()
                .filter(address -> managed.contains(address.interfaceName())
                        && ours.test(address.address().address())
                        && own.mayBeTouched(address, plans))
                .toList();
        Announcer.Step claim = locals.step(
                now,
                plans,
                observed.stream()
                        .filter(found ->
                                !found.interfaceName().equals(wanted.settings().virtualInterface()))
                        .toList(),
                published.get(),
                wanted.settings().probe());
        Set<InterfaceAddress> targets = new TreeSet<>(locals.mayHave().values());
        plans.values().stream()
                .filter(plan -> plan.scope() == AddressPlan.Scope.VIRTUAL)
                .forEach(plan -> plan.placement().ifPresent(targets::add));
        boolean changed = changes.apply(now, wanted.settings(), plans, targets, observed);
        kernelChanged |= changed;
        changes.added()
                .forEach(target -> winners.configured(now, target.address().address()));
        announcements.report(now, wanted.services(), membership.nodes(), plans, local.problems(), changes);
        claim.conflicts()
                .forEach(conflict -> announcements.conflict(plans.get(conflict.address()), conflict, membership));
        state = new AgentState(
                plans,
                changes.held(),
                observed,
                including(published.get()),
                locals.mayHave().keySet());
        return kernelChanged
                ? now
                : Stream.of(claim.wakeAt(), changes.nextAt(), announcements.nextAt(), lookedAt + LOOK_AGAIN)
                        .min(Long::compare)
                        .get();
    }

    private void look(long now, ClusterView wanted) {
        if (kernelChanged || now - lookedAt >= LOOK_AGAIN) {
            // Not cleared when it cannot be read: the next step tries again.
            seen = kernel.read();
            own.look(seen, wanted);
            kernelChanged = false;
            lookedAt = now;
        }
    }

    private void prepare(long now, ClusterView wanted) {
        if (kernel.prepare(wanted.settings().virtualInterface(), managed)) {
            kernelChanged = true;
            look(now, wanted);
        }
    }

    private NodeView view(ClusterView wanted, Membership members) {
        return new NodeView(
                node,
                own.all(wanted),
                seen.interfaces(),
                seen.defaultRoutes(),
                wanted.settings(),
                wanted.configuration(),
                wanted.services().stream().map(ServiceView::announced).toList(),
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

    private static Set<String> names(LocalInterfaces local) {
        return local.subnets().values().stream()
                .flatMap(List::stream)
                .map(owned -> owned.iface().name())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
