package io.purelb.netlink;

import io.purelb.core.Subnet;

/**
 * An address on an interface as RTM_GETADDR shows it.
 *
 * @param ifindex the interface's {@link Link#index}
 * @param address the interface's own address with its prefix length
 * @param flags IFA_F_* of linux/if_addr.h
 * @param scope RT_SCOPE_* of linux/rtnetlink.h: 0 global, 253 link, 254 host
 * @param validLifetime seconds left, or {@link NewAddress#FOREVER}
 * @param preferredLifetime seconds left, or {@link NewAddress#FOREVER}
 * @param protocol who added it (IFA_PROTO, since Linux 5.18): 0 unspecified, 1 loopback, 2 router advertisement, 3
 *     link-local, or what {@link NewAddress#protocol} said
 * @param routeMetric metric of its prefix route (IFA_RT_PRIORITY); 0 for the kernel's usual one
 */
public record Address(
        int ifindex,
        Subnet address,
        int flags,
        int scope,
        long validLifetime,
        long preferredLifetime,
        int protocol,
        long routeMetric) {
    private static final int SECONDARY = 0x01;
    private static final int DAD_FAILED = 0x08;
    private static final int DEPRECATED = 0x20;
    private static final int TENTATIVE = 0x40;
    private static final int PERMANENT = 0x80;
    private static final int NO_PREFIX_ROUTE = 0x200;

    /** An IPv4 address with an earlier one of the same subnet before it, or a temporary IPv6 address. */
    public boolean secondary() {
        return (flags & SECONDARY) != 0;
    }

    /** Another host has this IPv6 address, so it is not in use here. */
    public boolean dadFailed() {
        return (flags & DAD_FAILED) != 0;
    }

    /** Its preferred lifetime is over: not used for new connections from here. */
    public boolean deprecated() {
        return (flags & DEPRECATED) != 0;
    }

    /** An IPv6 address still being checked for duplicates: not answered for yet. */
    public boolean tentative() {
        return (flags & TENTATIVE) != 0;
    }

    /** Without a valid lifetime that ends. */
    public boolean permanent() {
        return (flags & PERMANENT) != 0;
    }

    /** The kernel made no connected route for it. */
    public boolean noPrefixRoute() {
        return (flags & NO_PREFIX_ROUTE) != 0;
    }
}
