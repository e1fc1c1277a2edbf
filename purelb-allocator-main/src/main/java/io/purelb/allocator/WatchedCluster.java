package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.EndpointSlices;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.Watched;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The cluster by caches that follow the API server, from {@link #watch} on. */
final class WatchedCluster implements Cluster, AutoCloseable {
    private final Watched<Service> services;
    private final Watched<ServiceGroupResource> groups;
    private final Watched<EndpointSlice> endpoints;

    /** Caches of what {@code client} shows, still empty. */
    WatchedCluster(KubernetesClient client) {
        services = new Watched<>("services", client.services().inAnyNamespace());
        groups = new Watched<>(
                "servicegroups", client.resources(ServiceGroupResource.class).inAnyNamespace());
        endpoints = new Watched<>(
                "endpointslices",
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                slice -> EndpointSlices.service(slice).map(ServiceKey::toString));
    }

    /**
     * Begins to list and watch.
     *
     * @param onService told of each Service that came, changed or went, on threads of the client
     * @param onGroups told that some group did
     * @param onSynced told when {@link #synced} may have become true
     */
    void watch(Consumer<? super Service> onService, Runnable onGroups, Runnable onSynced) {
        services.start(onService).thenRun(onSynced);
        groups.start(changed -> onGroups.run()).thenRun(onSynced);
        endpoints.start(changed -> {});
    }

    @Override
    public boolean synced() {
        return services.synced() && groups.synced();
    }

    @Override
    public Optional<Service> service(ServiceKey key) {
        return services.get(key.namespace(), key.name());
    }

    @Override
    public List<Service> services() {
        return services.list();
    }

    @Override
    public List<ServiceGroupResource> groups() {
        return groups.list();
    }

    @Override
    public int readyEndpoints(ServiceKey key) {
        return EndpointSlices.readyCount(endpoints.indexed(key.toString()));
    }

    @Override
    public void close() {
        services.close();
        groups.close();
        endpoints.close();
    }
}
