package io.purelb.core;

import java.util.List;
import java.util.Optional;

/**
 * What one node should do about one address.
 *
 * @param address the address
 * @param scope how it is announced in the cluster
 * @param placement where this node should have it; empty when this node should not
 * @param winner the node that should announce an address that one node has; empty when no node can
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
    /** The kinds of addresses. */
    public enum Scope {
        /** In a subnet of some node: one node announces it, on its own interface. */
        LOCAL,
        /** In no node's subnet: every eligible node has it on the virtual interface. */
        VIRTUAL,
        /**
         * In no local subnet, but in one on another interface of this node, which would answer for it there. Of all
         * nodes of which this is so one has it, on its virtual interface.
         */
        VIRTUAL_ON_ONE;

        /** Whether only one of the nodes that could answer for it may have it. */
        public boolean exclusive() {
            return this != VIRTUAL;
        }
    }
}
