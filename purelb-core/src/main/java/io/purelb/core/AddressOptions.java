package io.purelb.core;

import java.util.OptionalLong;

/**
 * How an address is put on an interface.
 *
 * @param validLifetime seconds after which the kernel removes it; empty for never
 * @param preferredLifetime seconds after which it is deprecated; empty for never
 * @param noPrefixRoute whether the kernel makes no route for its prefix
 */
public record AddressOptions(OptionalLong validLifetime, OptionalLong preferredLifetime, boolean noPrefixRoute) {
    /** Permanent, with a prefix route. */
    public static final AddressOptions FOREVER = new AddressOptions(OptionalLong.empty(), OptionalLong.empty(), false);
}
