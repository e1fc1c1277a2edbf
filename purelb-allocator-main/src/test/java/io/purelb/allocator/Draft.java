package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Service as a user writes it: a load balancer of our class on port 80, unless said otherwise. */
final class Draft {
    private final String name;
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private final List<ServicePort> ports = new ArrayList<>();
    private List<String> families = List.of();
    private @Nullable String policy;
    private @Nullable String lbClass = "purelb.io/purelb";
    private @Nullable String requested;
    private @Nullable String traffic;
    private boolean headless;
    private String type = "LoadBalancer";

    private Draft(String name) {
        this.name = name;
    }

    static Draft draft(String name) {
        return new Draft(name);
    }

    Draft annotated(String key, String value) {
        annotations.put(key, value);
        return this;
    }

    Draft group(String group) {
        return annotated("purelb.io/service-group", group);
    }

    Draft asking(String addresses) {
        return annotated("purelb.io/addresses", addresses);
    }

    Draft sharing(String key) {
        return annotated("purelb.io/allow-shared-ip", key);
    }

    /** By {@code spec.loadBalancerIP}, the field of old. */
    Draft loadBalancerIp(String address) {
        requested = address;
        return this;
    }

    Draft port(int number) {
        return port("TCP", number);
    }

    Draft port(String protocol, int number) {
        ports.add(new ServicePortBuilder()
                .withName("p" + ports.size())
                .withProtocol(protocol)
                .withPort(number)
                .build());
        return this;
    }

    Draft families(String ipFamilyPolicy, String... ipFamilies) {
        policy = ipFamilyPolicy;
        families = List.of(ipFamilies);
        return this;
    }

    Draft ofClass(@Nullable String loadBalancerClass) {
        lbClass = loadBalancerClass;
        return this;
    }

    Draft localPolicy() {
        traffic = "Local";
        return this;
    }

    Draft clusterIp() {
        type = "ClusterIP";
        lbClass = null;
        return this;
    }

    /** One that costs the API server no cluster IP. */
    Draft headless() {
        headless = true;
        return clusterIp();
    }

    Service in(String namespace) {
        boolean balancer = type.equals("LoadBalancer");
        if (ports.isEmpty()) {
            port(80);
        }
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withAnnotations(annotations.isEmpty() ? null : annotations)
                .endMetadata()
                .withNewSpec()
                .withType(type)
                .withLoadBalancerClass(lbClass)
                .withLoadBalancerIP(requested)
                .withExternalTrafficPolicy(traffic)
                .withAllocateLoadBalancerNodePorts(balancer ? false : null)
                .withIpFamilyPolicy(policy)
                .withIpFamilies(families)
                .withPorts(ports)
                .withClusterIP(headless ? "None" : null)
                .endSpec()
                .build();
    }
}
