package io.purelb.netlink;

/**
 * A network interface as RTM_GETLINK shows it.
 *
 * @param index the kernel's number for it, never reused while it exists
 * @param name its name; an interface keeps its index when it is renamed
 * @param mac its Ethernet address, lower case with colons; empty for one that is not Ethernet (lo, tunnels)
 * @param up whether it is administratively up (IFF_UP)
 * @param carrier whether it is up and has a carrier (IFF_LOWER_UP)
 * @param noArp whether it neither asks nor answers for neighbours (IFF_NOARP)
 * @param kind the driver's rtnetlink kind, such as {@code dummy} or {@code veth}; empty for hardware and lo
 * @param mtu in bytes
 * @param master index of the bridge, bond or the like that it is a part of; 0 for none
 * @param promoteSecondaries whether deleting a primary IPv4 address makes its first secondary primary, instead of
 *     deleting all of them with it (sysctl promote_secondaries of this interface; the kernel also looks at {@code all})
 */
public record Link(
        int index,
        String name,
        String mac,
        boolean up,
        boolean carrier,
        boolean noArp,
        String kind,
        int mtu,
        int master,
        boolean promoteSecondaries) {}
