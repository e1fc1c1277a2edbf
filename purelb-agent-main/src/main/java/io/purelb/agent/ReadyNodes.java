package io.purelb.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Api;
import io.purelb.k8s.Mirror;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The nodes on which each Service has a ready endpoint, out of all EndpointSlices. Any thread. */
final class ReadyNodes implements AutoCloseable {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private record Slice(ServiceKey service, Set<String> nodes) {}

    private final Mirror<Slice> slices;
    private final Map<Mirror.Key, ServiceKey> services = new HashMap<>();
    private final Map<ServiceKey, Set<Mirror.Key>> byService = new HashMap<>();

    ReadyNodes(Api api) {
        slices = new Mirror<>(api, "endpointslices", "/apis/discovery.k8s.io/v1/endpointslices", ReadyNodes::slice);
    }

    private static Optional<Slice> slice(JsonNode slice) {
        JsonNode metadata = slice.path("metadata");
        JsonNode service = metadata.path("labels").path(SERVICE_LABEL);
        Set<String> nodes = new TreeSet<>();
        for (JsonNode endpoint : slice.path("endpoints")) {
            JsonNode conditions = endpoint.path("conditions");
            // Absent means ready (discovery/v1); one that ends may still serve.
            boolean ready = conditions.path("ready").asBoolean(true)
                    || conditions.path("serving").asBoolean(false);
            if (ready && endpoint.hasNonNull("nodeName")) {
                nodes.add(endpoint.get("nodeName").asText().intern());
            }
        }
        return service.isMissingNode() || nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Slice(
                        new ServiceKey(metadata.path("namespace").asText(), service.asText()), Set.copyOf(nodes)));
    }

    /** Begins to follow; {@code changed} is told whose nodes may have changed. */
    void start(Consumer<ServiceKey> changed, Runnable complete) {
        slices.start(key -> index(key).forEach(changed), complete);
    }

    private synchronized Set<ServiceKey> index(Mirror.Key key) {
        Set<ServiceKey> touched = new HashSet<>();
        Optional<ServiceKey> now = slices.get(key).map(seen -> seen.value().service());
        Optional<ServiceKey> before =
                Optional.ofNullable(now.isPresent() ? services.put(key, now.get()) : services.remove(key));
        before.ifPresent(service -> {
            touched.add(service);
            Set<Mirror.Key> left = byService.get(service);
            left.remove(key);
            if (left.isEmpty()) {
                byService.remove(service);
            }
        });
        now.ifPresent(service -> {
            touched.add(service);
            byService.computeIfAbsent(service, s -> new HashSet<>()).add(key);
        });
        return touched;
    }

    boolean synced() {
        return slices.synced();
    }

    /** Names of the nodes that have an endpoint of a Service which is ready, or still serving while it ends. */
    synchronized Set<String> of(ServiceKey service) {
        Set<String> nodes = new TreeSet<>();
        byService
                .getOrDefault(service, Set.of())
                .forEach(key -> slices.get(key)
                        .ifPresent(seen -> nodes.addAll(seen.value().nodes())));
        return nodes;
    }

    @Override
    public void close() {
        slices.close();
    }
}
