package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.purelb.core.EndpointNodes;
import io.purelb.core.ServiceKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
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

    /** The nodes on which a slice has endpoints. */
    public static EndpointNodes nodes(EndpointSlice slice) {
        return new EndpointNodes(
                names(slice, EndpointSlices::isReady),
                names(slice, endpoint -> !isReady(endpoint) && isServing(endpoint)));
    }

    private static Set<String> names(EndpointSlice slice, Predicate<Endpoint> which) {
        return endpoints(List.of(slice))
                .filter(which)
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
