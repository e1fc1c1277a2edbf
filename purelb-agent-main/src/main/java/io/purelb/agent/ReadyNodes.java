package io.purelb.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.EndpointNodes;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Api;
import io.purelb.k8s.Mirror;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The nodes on which each Service has endpoints, out of all EndpointSlices. Any thread. */
final class ReadyNodes implements AutoCloseable {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private record Slice(ServiceKey service, EndpointNodes nodes) {}

    private final Mirror<Slice> slices;
    private final Map<Mirror.Key, ServiceKey> services = new HashMap<>();
    private final Map<ServiceKey, Set<Mirror.Key>> byService = new HashMap<>();

    ReadyNodes(Api api) {
        slices = new Mirror<>(api, "endpointslices", "/apis/discovery.k8s.io/v1/endpointslices", ReadyNodes::slice);
    }

    private static Optional<Slice> slice(JsonNode slice) {
        JsonNode metadata = slice.path("metadata");
        JsonNode service = metadata.path("labels").path(SERVICE_LABEL);
        Set<String> ready = new HashSet<>();
        Set<String> serving = new HashSet<>();
        for (JsonNode endpoint : slice.path("endpoints")) {
            JsonNode conditions = endpoint.path("conditions");
            String node = endpoint.path("nodeName").asText("").intern();
            if (node.isEmpty()) {
                continue;
            }
            // Absent means ready (discovery/v1); one that ends may still serve.
            if (conditions.path("ready").asBoolean(true)) {
                ready.add(node);
            } else if (conditions.path("serving").asBoolean(false)) {
                serving.add(node);
            }
        }
        EndpointNodes nodes = new EndpointNodes(ready, serving);
        return service.isMissingNode() || nodes.equals(EndpointNodes.NONE)
                ? Optional.empty()
                : Optional.of(
                        new Slice(new ServiceKey(metadata.path("namespace").asText(), service.asText()), nodes));
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

    /** Names of the nodes that traffic to a Service may be sent to. */
    synchronized Set<String> of(ServiceKey service) {
        return EndpointNodes.all(byService.getOrDefault(service, Set.of()).stream()
                        .flatMap(key -> slices.get(key).stream())
                        .map(seen -> seen.value().nodes())
                        .toList())
                .receiving();
    }

    @Override
    public void close() {
        slices.close();
    }
}
