package io.purelb.netlink;

import io.purelb.core.Subnet;

/**
 * An address to be put on an interface.
 *
 * @param ifindex the interface's {@link Link#index}
 * @param address the address with its prefix length, host bits kept
 * @param validLifetime seconds until the kernel removes it, or {@link #FOREVER}
 * @param preferredLifetime seconds until it is deprecated, at most {@code validLifetime}, or {@link #FOREVER}
 * @param noPrefixRoute whether the kernel adds no connected route for the subnet
 * @param noDad whether an IPv6 address is usable at once, without the kernel's check for duplicates
 * @param protocol who adds it, as {@link Address#protocol} shows it since Linux 5.18; 0 for nobody in particular
 */
public record NewAddress(
        int ifindex,
        Subnet address,
        long validLifetime,
        long preferredLifetime,
        boolean noPrefixRoute,
        boolean noDad,
        int protocol) {
    /** A lifetime without end, INFINITY_LIFE_TIME of the kernel. */
    public static final long FOREVER = 0xffff_ffffL;

    public NewAddress {
        if (validLifetime < 1 || validLifetime > FOREVER) {
            throw new IllegalArgumentException("valid lifetime of " + address + " is " + validLifetime
                    + " s: give 1 to " + FOREVER + " (for ever)");
        }
        if (protocol < 0 || protocol > 255) {
            throw new IllegalArgumentException("protocol of " + address + " is " + protocol + ": give 0 to 255");
        }
        if (preferredLifetime < 0 || preferredLifetime > validLifetime) {
            throw new IllegalArgumentException("preferred lifetime of " + address + " is " + preferredLifetime
                    + " s: give 0 to its valid lifetime, " + validLifetime);
        }
    }

    /** An address for ever, with the kernel's usual route and check for duplicates. */
    public static NewAddress permanent(int ifindex, Subnet address) {
        return new NewAddress(ifindex, address, FOREVER, FOREVER, false, false, 0);
    }
}
