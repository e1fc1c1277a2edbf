package io.purelb.cli;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.Configuration;
import io.purelb.core.FoundService;
import io.purelb.core.GroupSpec;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.KubeClients;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.Services;
import io.purelb.process.StartException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A cluster's ServiceGroups and load balancers, as the allocator finds them.
 *
 * @param groups by namespace and name
 * @param services those that ask for a load balancer of ours
 */
record ClusterState(Map<ServiceKey, ServiceGroupResource> groups, Map<ServiceKey, FoundService> services) {
    /** So many objects come in one answer: a cluster's Services need not fit into memory as the API has them. */
    private static final long PAGE = 500;

    private ClusterState() {
        this(new TreeMap<>(), new TreeMap<>());
    }

    /**
     * Reads saved objects.
     *
     * @throws InputException naming file, line and fault
     */
    static ClusterState saved(String file) {
        ClusterState state = new ClusterState();
        Manifests.read(file, manifest -> {
            if (manifest.kind().is(ServiceGroupResource.class)) {
                state.add((ServiceGroupResource) manifest.object());
            } else if (manifest.kind().is(Service.class)) {
                state.add((Service) manifest.object());
            }
        });
        return state;
    }

    /**
     * Asks the API server.
     *
     * @throws InputException when it does not answer
     */
    static ClusterState live(Optional<Path> kubeconfig) {
        ClusterState state = new ClusterState();
        try (KubernetesClient client = KubeClients.open(kubeconfig)) {
            client.resources(ServiceGroupResource.class)
                    .inAnyNamespace()
                    .list()
                    .getItems()
                    .forEach(state::add);
            String next = "";
            do {
                ListOptions page = new ListOptionsBuilder()
                        .withLimit(PAGE)
                        .withContinue(next.isEmpty() ? null : next)
                        .build();
                ServiceList services = client.services().inAnyNamespace().list(page);
                services.getItems().forEach(state::add);
                next = Optional.ofNullable(services.getMetadata().getContinue()).orElse("");
            } while (!next.isEmpty());
            return state;
        } catch (StartException e) {
            throw new InputException(String.valueOf(e.getMessage()));
        } catch (KubernetesClientException e) {
            throw new InputException("the API server does not tell its ServiceGroups and Services: " + e.getMessage()
                    + "; name another cluster with --kubeconfig or saved objects with --state");
        }
    }

    /** The groups in force, as an allocator that starts there finds them. */
    Configuration configuration() {
        return Configuration.of(Configuration.EMPTY, ServiceGroups.standings(groups.values()));
    }

    /** Every group as it is written, to be changed. */
    Map<ServiceKey, GroupSpec> specs() {
        Map<ServiceKey, GroupSpec> specs = new TreeMap<>();
        groups.forEach((key, group) -> specs.put(key, ServiceGroups.spec(group)));
        return specs;
    }

    private void add(ServiceGroupResource group) {
        groups.put(Services.key(group), group);
    }

    private void add(Service service) {
        if (Services.isOurs(service, true)) {
            ServiceDefaults.fill(service);
            services.put(Services.key(service), Services.found(service, true));
        }
    }
}
