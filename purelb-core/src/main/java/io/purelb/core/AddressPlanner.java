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
    private final Contests beside;
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
        this.beside = new Contests(view.node(), view.membership().beside());
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

    /** On the virtual interface, of every node; or of one of those that would answer for it on their LAN. */
    private AddressPlan planVirtual(IpAddress address, List<AnnouncedService> services) {
        boolean everywhere = services.stream().anyMatch(service -> !service.localPolicy());
        Set<String> ready = everywhere
                ? Set.of()
                : services.stream()
                        .flatMap(service -> service.readyNodes().stream())
                        .collect(Collectors.toSet());
        String why = Optional.ofNullable(local.problems().get(address.family()))
                .orElse("no node has a local interface in its subnet");
        Optional<LocalInterfaces.OwnedSubnet> owned = local.besideOf(address);
        if (owned.isPresent()) {
            Contest contest = beside.of(owned, address, everywhere ? Optional.empty() : Optional.of(ready));
            Optional<String> winner = contest.winner(scores, address);
            boolean here = winner.filter(view.node()::equals).isPresent();
            return virtual(
                    address,
                    AddressPlan.Scope.VIRTUAL_ON_ONE,
                    here,
                    winner,
                    why + "; " + contest.reason(winner),
                    services);
        }
        boolean here = everywhere || ready.contains(view.node());
        return virtual(
                address,
                AddressPlan.Scope.VIRTUAL,
                here,
                Optional.empty(),
                here ? why : "externalTrafficPolicy is Local and node " + view.node() + " has no ready endpoint",
                services);
    }

    private AddressPlan virtual(
            IpAddress address,
            AddressPlan.Scope scope,
            boolean here,
            Optional<String> winner,
            String reason,
            List<AnnouncedService> services) {
        int length = view.configuration()
                .poolOf(address)
                .map(found -> found.aggregation().lengthIn(found.subnet()))
                .orElse(address.family().bits());
        return new AddressPlan(
                address,
                scope,
                here
                        ? Optional.of(
                                new InterfaceAddress(view.settings().virtualInterface(), new Subnet(address, length)))
                        : Optional.empty(),
                winner,
                reason,
                services);
    }
}
