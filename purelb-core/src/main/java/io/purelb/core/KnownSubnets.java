package io.purelb.core;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The subnets that the agents seen since start own, each agent's as it last said: those of an agent that died stay, and
 * those of one that was renumbered are replaced.
 */
public final class KnownSubnets {
    private final Map<String, Set<Subnet>> byNode = new TreeMap<>();
    private Set<Subnet> all = Set.of();
    /** Whether {@link #all} is to be found anew: once for all members of a large group that come together. */
    private boolean stale;

    /**
     * Another agent says what it is. One that owns nothing at the moment has just started, or cannot tell its interface,
     * and keeps what it had.
     */
    public void heard(Membership.Member other) {
        if (!other.allSubnets().isEmpty()) {
            owns(other.node(), other.allSubnets());
        }
    }

    /** A node owns exactly these now. */
    public void owns(String node, Collection<Subnet> subnets) {
        Set<Subnet> now = Set.copyOf(subnets);
        stale |= !now.equals(byNode.put(node, now));
    }

    /** The subnets of all of them. */
    public Set<Subnet> all() {
        if (stale) {
            all = byNode.values().stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
            stale = false;
        }
        return all;
    }
}
