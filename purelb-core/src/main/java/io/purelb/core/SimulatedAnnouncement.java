package io.purelb.core;

import java.util.Comparator;

/** An address that a node has on an interface. Ordered by address, node and interface. */
public record SimulatedAnnouncement(String node, InterfaceAddress placement, AddressPlan.Scope scope)
        implements Comparable<SimulatedAnnouncement> {
    private static final Comparator<SimulatedAnnouncement> ORDER = Comparator.comparing(SimulatedAnnouncement::address)
            .thenComparing(SimulatedAnnouncement::node)
            .thenComparing(SimulatedAnnouncement::placement);

    /** The address that is announced. */
    public IpAddress address() {
        return placement.address().address();
    }

    @Override
    public int compareTo(SimulatedAnnouncement other) {
        return ORDER.compare(this, other);
    }
}
