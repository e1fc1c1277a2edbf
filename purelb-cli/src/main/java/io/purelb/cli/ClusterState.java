package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Allocations;
import io.purelb.core.Configuration;
import io.purelb.core.FoundService;
import io.purelb.core.GroupSpec;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.Services;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A cluster's ServiceGroups and load balancers, as the allocator finds them.
 *
 * @param groups by namespace and name
 * @param services those that ask for a load balancer of ours
 */
record ClusterState(Map<ServiceKey, ServiceGroupResource> groups, Map<ServiceKey, FoundService> services) {
    ClusterState() {
        this(new TreeMap<>(), new TreeMap<>());
    }

    /** Reads all there is. */
    static ClusterState of(ClusterOption cluster) {
        ClusterState state = new ClusterState();
        cluster.read(List.of(ServiceGroupResource.class, Service.class), state::add);
        return state;
    }

    /** The groups in force, as an allocator that starts there finds them. */
    Configuration configuration() {
        return Configuration.of(Configuration.EMPTY, ServiceGroups.standings(groups.values()));
    }

    /** Who holds what, as an allocator that starts there adopts it, before anything is decided. */
    Ledger ledger() {
        Allocations allocations = new Allocations();
        allocations.load(configuration());
        services.values().forEach(allocations::adopt);
        return allocations.ledger();
    }

    /** Every group as it is written, to be changed. */
    Map<ServiceKey, GroupSpec> specs() {
        Map<ServiceKey, GroupSpec> specs = new TreeMap<>();
        groups.forEach((key, group) -> specs.put(key, ServiceGroups.spec(group)));
        return specs;
    }

    /** Takes one object; those of other kinds and Services of others play no part. */
    void add(HasMetadata object) {
        if (object instanceof ServiceGroupResource group) {
            groups.put(Services.key(group), group);
        } else if (object instanceof Service service && Services.isOurs(service, true)) {
            ServiceDefaults.fill(service);
            services.put(Services.key(service), Services.found(service, true));
        }
    }
}
