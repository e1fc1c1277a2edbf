package io.purelb.core;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes on which a Service has endpoints.
 *
 * @param ready nodes with an endpoint that is ready
 * @param serving nodes with one that is not ready but still serves, because it is terminating
 */
public record EndpointNodes(Set<String> ready, Set<String> serving) {
    /** No endpoint anywhere. */
    public static final EndpointNodes NONE = new EndpointNodes(Set.of(), Set.of());

    public EndpointNodes {
        ready = Set.copyOf(ready);
        serving = Set.copyOf(serving);
    }

    /** Those of all slices of one Service. */
    public static EndpointNodes all(Collection<EndpointNodes> slices) {
        Set<String> ready = new TreeSet<>();
        Set<String> serving = new TreeSet<>();
        for (EndpointNodes slice : slices) {
            ready.addAll(slice.ready);
            serving.addAll(slice.serving);
        }
        return new EndpointNodes(ready, serving);
    }

    /**
     * The nodes that traffic may be sent to: those with a ready endpoint, and only while no node has any, those with one that
     * still serves (KEP-1669).
     */
    public Set<String> receiving() {
        return ready.isEmpty() ? serving : ready;
    }
}
