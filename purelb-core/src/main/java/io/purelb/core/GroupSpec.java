package io.purelb.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A service group as its author wrote it, not yet validated.
 *
 * @param namespace namespace of the object
 * @param name name of the object, by which Services ask for it
 * @param created when it was created: of two groups that overlap the older one is kept
 * @param pools its pools in the written order
 * @param sharing who may share an address of it
 * @param namespaces namespaces whose Services may use it; empty for all
 * @param avoid texts of addresses and ranges that are never handed out
 */
public record GroupSpec(
        String namespace,
        String name,
        Instant created,
        List<PoolSpec> pools,
        SharingScope sharing,
        List<String> namespaces,
        List<String> avoid) {
    public GroupSpec {
        pools = List.copyOf(pools);
        namespaces = List.copyOf(namespaces);
        avoid = List.copyOf(avoid);
    }

    /** A group that is open to all, of pools that are subnets, such as {@code 192.0.2.0/24}. */
    public static GroupSpec of(String name, String... subnets) {
        List<PoolSpec> pools = IntStream.range(0, subnets.length)
                .mapToObj(i -> new PoolSpec("pools[" + i + "]", Optional.empty(), subnets[i], subnets[i], ""))
                .toList();
        return new GroupSpec("", name, Instant.EPOCH, pools, SharingScope.CLUSTER, List.of(), List.of());
    }
}
