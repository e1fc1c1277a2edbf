package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.purelb.core.ServiceKey;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads EndpointSlices. */
public final class EndpointSlices {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private EndpointSlices() {}

    /** The Service a slice belongs to; empty for slices of nobody. */
    public static Optional<ServiceKey> service(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        return Optional.ofNullable(labels == null ? null : labels.get(SERVICE_LABEL))
                .map(name -> new ServiceKey(slice.getMetadata().getNamespace(), name));
    }

    /** Names of the nodes that have an endpoint which is ready, or still serving while it ends. */
    public static Set<String> readyNodes(Collection<EndpointSlice> slices) {
        return endpoints(slices)
                .filter(endpoint -> isReady(endpoint) || isServing(endpoint))
                .map(Endpoint::getNodeName)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** How many pods are ready; one that has an address of each family counts once. */
    public static int readyCount(Collection<EndpointSlice> slices) {
        return (int) endpoints(slices)
                .filter(EndpointSlices::isReady)
                .map(endpoint -> endpoint.getTargetRef() == null
                        ? String.valueOf(endpoint.getAddresses())
                        : endpoint.getTargetRef().getName())
                .distinct()
                .count();
    }

    private static Stream<Endpoint> endpoints(Collection<EndpointSlice> slices) {
        return slices.stream()
                .flatMap(slice -> slice.getEndpoints() == null ? Stream.of() : slice.getEndpoints().stream());
    }

    /** Absent means ready (discovery/v1). */
    private static boolean isReady(Endpoint endpoint) {
        EndpointConditions conditions = endpoint.getConditions();
        return conditions == null || conditions.getReady() == null || conditions.getReady();
    }

    private static boolean isServing(Endpoint endpoint) {
        EndpointConditions conditions = endpoint.getConditions();
        return conditions != null && Boolean.TRUE.equals(conditions.getServing());
    }
}
