package io.purelb.core;

import java.time.Instant;
import java.util.List;

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
}
