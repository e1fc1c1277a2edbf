package io.purelb.core;

import java.util.List;

/**
 * What a Service shows of load balancers before anything is decided about it: whose it is, and what it is to be seen with.
 *
 * @param ours whether it asks for a load balancer of ours
 * @param branded whether it says that its addresses are ours
 * @param addresses the addresses in its status, in order
 * @param anythingElse whether its status has entries that are no plain address, such as host names: never ours
 * @param allocatedFrom the groups that it says its addresses came from, one for all or one for each
 */
public record ShownService(
        boolean ours, boolean branded, List<IpAddress> addresses, boolean anythingElse, List<String> allocatedFrom) {
    public ShownService {
        addresses = List.copyOf(addresses);
        allocatedFrom = List.copyOf(allocatedFrom);
    }

    /** How the allocator stands to a Service that holds nothing. */
    public enum Standing {
        /** It asks for no load balancer, or for another's: what it held it gives back, and nothing else is touched. */
        NOT_OURS,
        /** Another controller serves it: left alone for as long as it shows anything of that. */
        SERVED_BY_ANOTHER,
        /** It shows addresses that nobody else may get: they are taken over before anything is decided. */
        TO_BE_ADOPTED,
        /** Nobody serves it, and we may. */
        TO_BE_SERVED
    }

    /** A Service of ours that shows nothing. */
    public static ShownService nothing() {
        return new ShownService(true, false, List.of(), false, List.of(Allocator.DEFAULT_GROUP));
    }

    /**
     * How the allocator stands to it while these groups are in force. What our brand is on is ours wherever it lies; without
     * it, addresses are ours only if there is nothing else and groups hand out every one of them.
     */
    public Standing among(Configuration groups) {
        if (!ours) {
            return Standing.NOT_OURS;
        }
        boolean foreign = anythingElse
                || addresses.stream()
                        .anyMatch(address -> groups.groupOf(address).isEmpty());
        if (foreign && !branded) {
            return Standing.SERVED_BY_ANOTHER;
        }
        return addresses.isEmpty() ? Standing.TO_BE_SERVED : Standing.TO_BE_ADOPTED;
    }
}
