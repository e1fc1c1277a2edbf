package io.purelb.agent;

import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of other hosts that answer or ask for an address which this node would like to have. Times are
 * milliseconds of the loop's clock.
 */
final class Rivals {
    /** How long the word of another agent about an address holds. */
    private static final long TRUSTED = 1_000;

    private record Statement(String node, IpAddress address) {}

    private final String node;
    private final Fellows fellows;
    /** Which node has a hardware address, of every agent ever seen: a partition hides agents, but not their probes. */
    private final Map<String, String> owners = new HashMap<>();

    private final Map<IpAddress, Long> released = new HashMap<>();
    private final Map<Statement, Long> notHeld = new HashMap<>();
    private Set<String> live = Set.of();

    Rivals(String node, Fellows fellows) {
        this.node = node;
        this.fellows = fellows;
    }

    void membership(Membership members) {
        live = members.nodes();
        members.members().forEach(member -> member.macs().forEach(mac -> owners.put(mac, member.node())));
    }

    /** The node that has a hardware address, if an agent ever ran there. */
    Optional<String> nodeOf(String mac) {
        return Optional.ofNullable(owners.get(mac));
    }

    void released(long now, IpAddress address) {
        released.values().removeIf(at -> now - at > TRUSTED);
        released.put(address, now);
    }

    boolean isReleased(long now, IpAddress address) {
        Long at = released.get(address);
        return at != null && now - at <= TRUSTED;
    }

    void doesNotHold(long now, String other, IpAddress address) {
        notHeld.values().removeIf(at -> now - at > TRUSTED);
        notHeld.put(new Statement(other, address), now);
    }

    /**
     * Whether this node has to stay away from the address for now. Of two agents that ask at the same time, the one
     * that the election prefers goes on, or of two that do not know each other the one with the lower hardware address.
     * A live agent that answers without having the address (its kernel also answers for addresses on other interfaces)
     * does not count once it has said so.
     */
    boolean counts(long now, IpAddress address, String mac, boolean asking, List<String> ownMacs) {
        Optional<String> other = nodeOf(mac);
        if (asking) {
            return other.map(name ->
                            !Election.winner(List.of(node, name), address).equals(Optional.of(node)))
                    .orElseGet(() -> ownMacs.stream().allMatch(own -> mac.compareTo(own) < 0));
        }
        if (other.filter(live::contains).isEmpty()) {
            return true;
        }
        Long at = notHeld.get(new Statement(other.get(), address));
        if (at != null && now - at <= TRUSTED) {
            return false;
        }
        fellows.whoHolds(address);
        return true;
    }
}
