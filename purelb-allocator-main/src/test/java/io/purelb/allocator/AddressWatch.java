package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Sees every change of every Service, in order, and notes each moment in which two show one address. */
final class AddressWatch implements AutoCloseable {
    private final SharedIndexInformer<Service> informer;
    private final Map<String, List<String>> shown = new TreeMap<>();
    private final Set<String> served = new HashSet<>();
    private final List<String> doubles = new ArrayList<>();

    AddressWatch(KubernetesClient client) {
        informer = client.services().inAnyNamespace().inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Service service) {
                seen(service, addresses(service));
            }

            @Override
            public void onUpdate(Service before, Service after) {
                seen(after, addresses(after));
            }

            @Override
            public void onDelete(Service service, boolean unknown) {
                seen(service, List.of());
            }
        });
    }

    static List<String> addresses(Service service) {
        return service.getStatus() == null
                        || service.getStatus().getLoadBalancer() == null
                        || service.getStatus().getLoadBalancer().getIngress() == null
                ? List.of()
                : service.getStatus().getLoadBalancer().getIngress().stream()
                        .map(LoadBalancerIngress::getIp)
                        .toList();
    }

    private synchronized void seen(Service service, List<String> addresses) {
        String name = service.getMetadata().getName();
        shown.put(name, addresses);
        if (!addresses.isEmpty()) {
            served.add(name);
        }
        for (String address : addresses) {
            shown.forEach((other, theirs) -> {
                if (!other.equals(name) && theirs.contains(address)) {
                    doubles.add(address + " of " + name + " and " + other + " at version "
                            + service.getMetadata().getResourceVersion());
                }
            });
        }
    }

    synchronized List<String> doubles() {
        return List.copyOf(doubles);
    }

    synchronized boolean isServed(String name) {
        return served.contains(name);
    }

    @Override
    public void close() {
        informer.close();
    }
}
