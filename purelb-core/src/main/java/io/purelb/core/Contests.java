package io.purelb.core;

import io.purelb.core.LocalInterfaces.OwnedSubnet;
import io.purelb.core.Membership.Member;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Who may announce which local address, in one membership. Addresses in the same subnets share one {@link Contest}. */
final class Contests {
    private final String node;
    private final Membership membership;
    private final boolean draining;
    /** Every subnet that some member owns. */
    private final List<Subnet> subnets;

    private final IdentityHashMap<OwnedSubnet, Place> places = new IdentityHashMap<>();
    private final Place elsewhere;

    /** What holds for all addresses in one subnet of this node, or in none. */
    private final class Place {
        private final List<Member> members;
        private final Map<BitSet, Contest> contests = new HashMap<>();

        private Place(Optional<OwnedSubnet> owned) {
            members = members(owned);
        }
    }

    Contests(String node, Membership membership) {
        this.node = node;
        this.membership = membership;
        this.draining =
                membership.members().stream().anyMatch(member -> member.node().equals(node) && member.draining());
        this.subnets = membership.members().stream()
                .flatMap(member -> member.allSubnets().stream())
                .distinct()
                .toList();
        this.elsewhere = new Place(Optional.empty());
    }

    /** Whether an address lies in a subnet of some member. */
    boolean inSubnet(IpAddress address) {
        return contains(subnets, address);
    }

    /** Whether an address lies in one of these. */
    static boolean contains(Iterable<Subnet> subnets, IpAddress address) {
        for (Subnet subnet : subnets) {
            if (subnet.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The contest for an address.
     *
     * @param owned the subnet of this node it lies in
     * @param onlyWithEndpoints nodes with a ready endpoint, where only such may announce
     */
    Contest of(Optional<OwnedSubnet> owned, IpAddress address, Optional<Set<String>> onlyWithEndpoints) {
        Place place = owned.isPresent()
                ? places.computeIfAbsent(owned.get(), mine -> new Place(Optional.of(mine)))
                : elsewhere;
        if (onlyWithEndpoints.isPresent()) {
            return new Contest(Election.candidacies(place.members, address, onlyWithEndpoints));
        }
        BitSet inside = new BitSet(subnets.size());
        for (int i = 0; i < subnets.size(); i++) {
            inside.set(i, subnets.get(i).contains(address));
        }
        return place.contests.computeIfAbsent(
                inside, all -> new Contest(Election.candidacies(place.members, address, Optional.empty())));
    }

    /** The live agents, of which this node knows itself best: its own data may not have come back to it yet. */
    private List<Member> members(Optional<OwnedSubnet> owned) {
        Member self = new Member(
                node,
                owned.map(OwnedSubnet::subnet).stream().toList(),
                List.of(),
                owned.filter(mine -> mine.iface().carrier()).isPresent(),
                draining,
                "");
        List<Member> others = new ArrayList<>(membership.members());
        others.removeIf(member -> member.node().equals(node));
        return Stream.concat(others.stream(), Stream.of(self))
                .sorted(Comparator.comparing(Member::node))
                .toList();
    }
}
