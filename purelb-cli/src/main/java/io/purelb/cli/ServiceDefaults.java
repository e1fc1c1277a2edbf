package io.purelb.cli;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.ArrayList;
import java.util.List;

/** Does to a Service that no API server has seen yet what one would in a dual-stack cluster, as far as it matters here. */
final class ServiceDefaults {
    private ServiceDefaults() {}

    /**
     * Fills in its families.
     *
     * @throws InputException for a port without number
     */
    static void fill(Service service, String name) {
        List<ServicePort> ports = service.getSpec().getPorts();
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).getPort() == null) {
                throw new InputException(name + ": spec.ports[" + i + "] has no port");
            }
        }
        List<String> families = new ArrayList<>(service.getSpec().getIpFamilies());
        if (families.isEmpty() && service.getSpec().getClusterIP() == null) {
            families.add("IPv4");
        }
        String policy = service.getSpec().getIpFamilyPolicy();
        boolean dual = "PreferDualStack".equals(policy) || "RequireDualStack".equals(policy);
        if (dual && families.size() == 1) {
            families.add(families.get(0).equals("IPv4") ? "IPv6" : "IPv4");
        }
        service.getSpec().setIpFamilies(families);
    }
}
