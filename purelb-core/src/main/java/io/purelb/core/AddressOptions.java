package io.purelb.core;

import java.util.OptionalLong;

/**
 * How an address is put on an interface.
 *
 * @param validLifetime seconds after which the kernel removes it; empty for never
 * @param preferredLifetime seconds after which it is deprecated; empty for what is usual: never, but at once for an IPv6
 *     address on a local interface
 * @param noPrefixRoute whether the kernel makes no route for its prefix
 */
public record AddressOptions(OptionalLong validLifetime, OptionalLong preferredLifetime, boolean noPrefixRoute) {
    /** Number of seconds without end, INFINITY_LIFE_TIME of the kernel. */
    public static final long NEVER = 0xffff_ffffL;

    /** Permanent, with a prefix route. */
    public static final AddressOptions FOREVER = new AddressOptions(OptionalLong.empty(), OptionalLong.empty(), false);

    /**
     * The same with what is usual on a local interface: an IPv6 address is deprecated from the beginning, so that the
     * node takes it as the source of none of its own connections (RFC 6724, rule 3). IPv4 has no such rule; there the node's
     * own address is the source because it is the primary one.
     */
    public AddressOptions onLocalInterface(IpFamily family) {
        return family == IpFamily.IPV6 && preferredLifetime.isEmpty()
                ? new AddressOptions(validLifetime, OptionalLong.of(0), noPrefixRoute)
                : this;
    }

    /** The same without a prefix route. */
    public AddressOptions withoutPrefixRoute() {
        return noPrefixRoute ? this : new AddressOptions(validLifetime, preferredLifetime, true);
    }

    /** Whether it is deprecated from the beginning. */
    public boolean deprecatedAtOnce() {
        return preferredLifetime.orElse(NEVER) == 0;
    }

    /** Whether it is deprecated at some time, unless it is renewed. */
    public boolean mayBeDeprecated() {
        return preferredLifetime.orElse(NEVER) < NEVER || validLifetime.isPresent();
    }
}
