package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** EndpointSlices as a controller writes them. */
record Slices(KubernetesClient client, String namespace) {
    /** @param pods name to readiness */
    void put(String name, String service, Map<String, Boolean> pods) {
        List<Endpoint> endpoints = new TreeMap<>(pods)
                .entrySet().stream()
                        .map(pod -> new EndpointBuilder()
                                .withAddresses("10.244.0." + (1 + pod.getKey().hashCode() % 200))
                                .withNewConditions()
                                .withReady(pod.getValue())
                                .endConditions()
                                .withNewTargetRef()
                                .withKind("Pod")
                                .withName(pod.getKey())
                                .endTargetRef()
                                .build())
                        .toList();
        client.resource(new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .addToLabels("kubernetes.io/service-name", service)
                        .endMetadata()
                        .withAddressType("IPv4")
                        .withEndpoints(endpoints)
                        .build())
                .createOr(NonDeletingOperation::update);
    }

    void delete(String name) {
        client.discovery()
                .v1()
                .endpointSlices()
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }
}
