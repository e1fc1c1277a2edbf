package io.purelb.core;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A valid service group: pools that overlap neither each other nor another group's.
 *
 * @param spec the text it was made from
 * @param pools its pools in the written order
 * @param namespaces namespaces whose Services may use it; empty for all
 * @param avoid ranges that are never handed out
 */
public record ServiceGroup(GroupSpec spec, List<AddressPool> pools, Set<String> namespaces, List<AddressRange> avoid) {
    public ServiceGroup {
        pools = List.copyOf(pools);
        namespaces = Set.copyOf(namespaces);
        avoid = List.copyOf(avoid);
    }

    /** The name by which Services ask for it. */
    public String name() {
        return spec.name();
    }

    /** Whose Services may share an address of it. */
    public SharingScope sharing() {
        return spec.sharing();
    }

    /** Whether Services of this namespace may use the group. */
    public boolean admits(String namespace) {
        return namespaces.isEmpty() || namespaces.contains(namespace);
    }

    /** Whether it has a pool of a family, full or not. */
    public boolean has(IpFamily family) {
        return pools.stream().anyMatch(pool -> pool.family() == family);
    }

    /** Whether an address is never handed out. */
    boolean avoids(IpAddress address) {
        return avoid.stream().anyMatch(range -> range.contains(address));
    }

    /** The pool an address lies in; empty for addresses outside and for avoided ones. */
    public Optional<AddressPool> poolOf(IpAddress address) {
        if (avoids(address)) {
            return Optional.empty();
        }
        return pools.stream().filter(pool -> pool.range().contains(address)).findFirst();
    }

    /** How many addresses of a family it can hand out, exactly. */
    public BigInteger size(IpFamily family) {
        return pools.stream()
                .filter(pool -> pool.family() == family)
                .flatMap(pool -> FreeRanges.without(pool.range(), avoid).stream())
                .map(AddressRange::size)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }
}
