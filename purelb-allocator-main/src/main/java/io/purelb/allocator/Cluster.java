package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.ServiceGroupResource;
import java.util.List;
import java.util.Optional;

/** The cluster as last seen: a port, with {@link WatchedCluster} as its real side. Calls never block. */
interface Cluster {
    /** Whether Services and groups were listed completely once. */
    boolean synced();

    Optional<Service> service(ServiceKey key);

    /** All Services, sorted by namespace and name. */
    List<Service> services();

    /** All groups, sorted by namespace and name. */
    List<ServiceGroupResource> groups();

    /** How many pods behind a Service are ready. */
    int readyEndpoints(ServiceKey key);
}
