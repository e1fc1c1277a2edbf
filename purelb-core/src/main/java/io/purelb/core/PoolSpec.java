package io.purelb.core;

import java.util.Optional;

/**
 * One pool of a service group as its author wrote it.
 *
 * @param field where it stands in the object, such as {@code spec.local.v4pools[0]}
 * @param family the family that place is for; empty where either may stand
 * @param subnet text of the subnet
 * @param pool text of the range
 * @param aggregation text of the aggregation, empty for the default
 */
public record PoolSpec(String field, Optional<IpFamily> family, String subnet, String pool, String aggregation) {
    /** What stands for the pools of a group that older versions had an external IPAM for. */
    public static final PoolSpec NETBOX = new PoolSpec("spec.netbox", Optional.empty(), "", "", "");
}
