package io.purelb.netlink;

import io.purelb.core.IpAddress;

/**
 * What one ARP or neighbour discovery frame of another host says about an address.
 *
 * @param mac the host's Ethernet address, lower case with colons
 * @param kind what the host says
 */
public record NeighborSighting(IpAddress address, String mac, Kind kind) {
    /** What a host says about an address. */
    public enum Kind {
        /** It has the address: any ARP frame with it as sender (RFC 5227 2.1.1), or a neighbour advertisement. */
        HOLDS,
        /** It would like to have the address and asks whether it is free, as {@link NeighborSocket#probe} does. */
        PROBES
    }
}
