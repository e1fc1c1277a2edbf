package io.purelb.core;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides about single addresses from one view of a node; the Services of the view play no part in it. */
final class AddressPlanner {
    private final NodeView view;
    private final LocalInterfaces local;
    private final Contests contests;
    private final Scores scores;

    AddressPlanner(NodeView view) {
        this(view, LocalInterfaces.choose(view), new Scores());
    }

    /**
     * A planner that goes on with what an earlier one knows.
     *
     * @param local the node's choice of interfaces in this view
     */
    AddressPlanner(NodeView view, LocalInterfaces local, Scores scores) {
        this.view = view;
        this.local = local;
        this.contests = new Contests(view.node(), view.membership());
        this.scores = scores;
    }

    /** The node it decides for. */
    String node() {
        return view.node();
    }

    /** What the node should do about one address of these Services. */
    AddressPlan plan(IpAddress address, List<AnnouncedService> services) {
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
        boolean known =
                owned.isPresent() || Contests.contains(view.knownSubnets(), address) || contests.inSubnet(address);
        if (!known) {
            return planVirtual(address, services);
        }
        AddressPlan plan = planLocal(owned, address, services);
        // A node that cannot tell its interface serves the address as well as it can while nobody does it better.
        return plan.winner().isEmpty() && local.problems().containsKey(address.family())
                ? planVirtual(address, services)
                : plan;
    }

    private AddressPlan planLocal(
            Optional<LocalInterfaces.OwnedSubnet> owned, IpAddress address, List<AnnouncedService> services) {
        Optional<Set<String>> onlyWithEndpoints = services.stream()
                .filter(service -> service.localPolicy() && service.allowLocal())
                .map(AnnouncedService::readyNodes)
                .reduce((one, other) -> one.stream().filter(other::contains).collect(Collectors.toSet()));
        Contest contest = contests.of(owned, address, onlyWithEndpoints);
        Optional<String> winner = contest.winner(scores, address);
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
                contest.reason(winner),
                services);
    }

    private AddressPlan planVirtual(IpAddress address, List<AnnouncedService> services) {
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
}
