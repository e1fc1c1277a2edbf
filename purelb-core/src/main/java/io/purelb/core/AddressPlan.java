package io.purelb.core;

import java.util.List;
import java.util.Optional;

/**
 * What one node should do about one address.
 *
 * @param address the address
 * @param scope how it is announced in the cluster
 * @param placement where this node should have it; empty when this node should not
 * @param winner the node that should announce a local address; empty when no node can, and for virtual ones
 * @param reason why it is so, for people
 * @param services the Services that have it, sorted
 */
public record AddressPlan(
        IpAddress address,
        Scope scope,
        Optional<InterfaceAddress> placement,
        Optional<String> winner,
        String reason,
        List<AnnouncedService> services) {
    /** The two kinds of addresses. */
    public enum Scope {
        /** In a subnet of some node: one node announces it, on its own interface. */
        LOCAL,
        /** In no node's subnet: every eligible node has it on the virtual interface. */
        VIRTUAL
    }
}
