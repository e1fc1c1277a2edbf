package io.purelb.core;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a node knows of the other agents, of those too that it does not see any more. */
final class OtherAgents {
    private final String node;
    /** Which node has a hardware address, of every agent ever seen: a partition hides agents, but not their frames. */
    private final Map<String, String> owners = new HashMap<>();

    /** How long a vanished agent is expected back. */
    private static final long EXPECTED = 3_600_000;

    private final Map<String, Missing> missing = new TreeMap<>();
    private Membership membership = Membership.EMPTY;
    private Set<String> live = Set.of();
    private Set<String> ownMacs = Set.of();

    private record Missing(Membership.Member member, long since) {}

    OtherAgents(String node) {
        this.node = node;
    }

    /** The live agents are these now. Who is gone may still hold addresses. */
    void membership(long now, Membership members) {
        members.members().forEach(member -> member.macs().forEach(mac -> owners.put(mac, member.node())));
        live = members.nodes();
        membership.members().stream()
                .filter(member ->
                        !live.contains(member.node()) && !member.node().equals(node))
                .forEach(member -> missing.put(member.node(), new Missing(member, now)));
        missing.keySet().removeAll(live);
        membership = members;
    }

    void ownMacs(Collection<String> macs) {
        ownMacs = Set.copyOf(macs);
    }

    boolean isOwn(String mac) {
        return ownMacs.contains(mac);
    }

    boolean isLive(String other) {
        return live.contains(other);
    }

    /** Agents that have vanished, by name. */
    List<Membership.Member> missing(long now) {
        missing.values().removeIf(gone -> now - gone.since() > EXPECTED);
        return missing.values().stream().map(Missing::member).toList();
    }

    /** The node that has a hardware address, if an agent ever ran there. */
    Optional<String> nodeOf(String mac) {
        return Optional.ofNullable(owners.get(mac));
    }

    /** Whether another node comes before this one for an address. */
    boolean outranks(String other, IpAddress address) {
        return !other.equals(node)
                && Election.winner(List.of(node, other), address).equals(Optional.of(other));
    }

    /** Whether this node comes before a stranger: the lower hardware address does. */
    boolean isFirst(String mac) {
        return ownMacs.stream().allMatch(own -> own.compareTo(mac) < 0);
    }
}
