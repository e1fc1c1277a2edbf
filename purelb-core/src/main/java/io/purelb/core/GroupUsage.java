package io.purelb.core;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/**
 * How full a group is.
 *
 * @param group the group
 * @param families counts of each family it has pools of
 * @param services how many Services hold an address of it
 * @param conflicts how many of its addresses are held together by Services that may not share them
 */
public record GroupUsage(ServiceGroup group, Map<IpFamily, Count> families, int services, int conflicts) {
    public GroupUsage {
        families = new TreeMap<>(families);
    }

    /** Exact numbers of addresses; shared ones count once, avoided ones not at all. */
    public record Count(BigInteger size, BigInteger allocated) {
        /** How many addresses are still to be had; never negative. */
        public BigInteger available() {
            return size.subtract(allocated);
        }
    }

    /** Both families together. */
    public Count total() {
        return families.values().stream()
                .reduce(
                        new Count(BigInteger.ZERO, BigInteger.ZERO),
                        (a, b) ->
                                new Count(a.size().add(b.size()), a.allocated().add(b.allocated())));
    }
}
