package io.purelb.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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

    /**
     * Addresses it hands out that cannot work in subnets that nodes are in: IPv4 network and broadcast addresses (RFC 919)
     * and IPv6 subnet-router anycast addresses (RFC 4291 2.6.1). In other subnets they work like any other.
     *
     * @param local subnets of the nodes' local interfaces
     */
    public List<ConfigProblem> warnings(Collection<Subnet> local) {
        List<ConfigProblem> warnings = new ArrayList<>();
        for (Subnet subnet : new TreeSet<>(local)) {
            // Point-to-point subnets have no such addresses (RFC 3021, RFC 6164).
            if (subnet.prefixLength() < subnet.family().bits() - 1) {
                boolean four = subnet.family() == IpFamily.IPV4;
                warn(subnet, subnet.first(), four ? "network" : "subnet-router anycast", warnings);
                if (four) {
                    warn(subnet, subnet.last(), "broadcast", warnings);
                }
            }
        }
        return warnings;
    }

    private void warn(Subnet subnet, IpAddress address, String what, List<ConfigProblem> warnings) {
        poolOf(address).ifPresent(pool -> {
            PoolSpec written = spec.pools().get(pools.indexOf(pool));
            warnings.add(new ConfigProblem(
                    spec.namespace(),
                    spec.name(),
                    written.field() + ".pool",
                    written.pool(),
                    "hands out " + address + ", the " + what + " address of " + subnet.network()
                            + ", which cannot work there because nodes are in that subnet: add it to spec.avoid"));
        });
    }
}
