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

/** The cluster by caches that follow the API server. */
final class WatchedCluster implements Cluster, AutoCloseable {
    private final Watched<Service> services;
    private final Watched<ServiceGroupResource> groups;
    private final Watched<EndpointSlice> endpoints;

    /**
     * Begins to watch.
     *
     * @param onService told of each Service that came, changed or went, on threads of the client
     * @param onGroups told that some group did
     * @param onSynced told when {@link #synced} has become true
     */
    WatchedCluster(
            KubernetesClient client, Consumer<? super Service> onService, Runnable onGroups, Runnable onSynced) {
        services = Watched.start("services", client.services().inAnyNamespace(), onService);
        groups = Watched.start(
                "servicegroups",
                client.resources(ServiceGroupResource.class).inAnyNamespace(),
                changed -> onGroups.run());
        endpoints = Watched.start(
                "endpointslices",
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                slice -> EndpointSlices.service(slice).map(ServiceKey::toString),
                changed -> {});
        services.whenSynced().thenRun(onSynced);
        groups.whenSynced().thenRun(onSynced);
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
