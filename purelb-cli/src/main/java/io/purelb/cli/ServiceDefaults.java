package io.purelb.cli;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.k8s.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Fills in the families of a Service as the API server would (k8s.io/kubernetes pkg/registry/core/service, alloc.go). */
final class ServiceDefaults {
    private ServiceDefaults() {}

    /** Whether the API server has seen it: then its families are decided. */
    private static boolean isLive(Service service) {
        return service.getMetadata().getUid() != null
                || service.getMetadata().getResourceVersion() != null
                || clusterAddresses(service.getSpec()).findAny().isPresent()
                || Services.hasIngress(service);
    }

    private static Stream<IpAddress> clusterAddresses(ServiceSpec spec) {
        Stream<String> texts =
                spec.getClusterIPs().isEmpty() ? Stream.ofNullable(spec.getClusterIP()) : spec.getClusterIPs().stream();
        return texts.filter(Objects::nonNull).flatMap(text -> IpAddress.tryParse(text).stream());
    }

    /** Families of a Service that is in a cluster, where it does not say them: those of its addresses. */
    static void fill(Service service) {
        ServiceSpec spec = service.getSpec();
        if (spec.getIpFamilies().isEmpty()) {
            List<IpAddress> addresses = clusterAddresses(spec).toList();
            spec.setIpFamilies((addresses.isEmpty() ? Services.ingress(service) : addresses)
                    .stream()
                            .map(address -> address.family().toString())
                            .distinct()
                            .toList());
        }
    }

    /**
     * Families of a Service that may be new.
     *
     * @param cluster the families of the cluster; empty when nothing tells them
     */
    static void fill(Service service, Set<IpFamily> cluster) {
        if (isLive(service)) {
            fill(service);
            return;
        }
        List<String> families = new ArrayList<>(service.getSpec().getIpFamilies());
        if (families.isEmpty()) {
            families.add((cluster.equals(Set.of(IpFamily.IPV6)) ? IpFamily.IPV6 : IpFamily.IPV4).toString());
        }
        String policy = service.getSpec().getIpFamilyPolicy();
        boolean second = "RequireDualStack".equals(policy) || ("PreferDualStack".equals(policy) && cluster.size() != 1);
        if (second && families.size() == 1) {
            families.add(families.get(0).equals("IPv4") ? "IPv6" : "IPv4");
        }
        service.getSpec().setIpFamilies(families);
    }
}
