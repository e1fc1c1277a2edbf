package io.purelb.cli;

import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;

/** Fills in the families of a Service that no API server has seen yet, as one would in a dual-stack cluster. */
final class ServiceDefaults {
    private ServiceDefaults() {}

    static void fill(Service service) {
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
