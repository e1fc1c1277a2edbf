package io.purelb.core;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides about single addresses from one view of a node; the Services of the view play no part in it. */
final class AddressPlanner {
    private final NodeView view;
    private final LocalInterfaces local;

    AddressPlanner(NodeView view) {
        this.view = view;
        this.local = LocalInterfaces.choose(view);
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
        boolean known = owned.isPresent()
                || Stream.concat(
                                view.knownSubnets().stream(),
                                view.membership().members().stream().flatMap(member -> member.subnets().stream()))
                        .anyMatch(subnet -> subnet.contains(address));
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
        List<Election.Candidacy> candidacies = Election.candidacies(members(owned), address, onlyWithEndpoints);
        List<String> candidates = candidacies.stream()
                .filter(candidacy -> candidacy.objection().isEmpty())
                .map(Election.Candidacy::node)
                .toList();
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
                        .orElseGet(() -> "no node can announce it: "
                                + candidacies.stream()
                                        .map(candidacy -> candidacy.node() + " "
                                                + candidacy.objection().orElseThrow())
                                        .collect(Collectors.joining(", "))),
                services);
    }

    /** The live agents, of which this node knows itself best: its own data may not have come back to it yet. */
    private List<Membership.Member> members(Optional<LocalInterfaces.OwnedSubnet> owned) {
        boolean draining = view.membership().members().stream()
                .anyMatch(member -> member.node().equals(view.node()) && member.draining());
        Membership.Member self = new Membership.Member(
                view.node(),
                owned.stream().map(LocalInterfaces.OwnedSubnet::subnet).toList(),
                List.of(),
                owned.filter(mine -> mine.iface().carrier()).isPresent(),
                draining,
                "");
        return Stream.concat(
                        view.membership().members().stream()
                                .filter(member -> !member.node().equals(view.node())),
                        Stream.of(self))
                .sorted(Comparator.comparing(Membership.Member::node))
                .toList();
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
