package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/** Node ports of a Service: those asked for are checked, those missing allocated. */
final class ServicePorts {
    private final ServiceAddresses addresses;

    ServicePorts(ServiceAddresses addresses) {
        this.addresses = addresses;
    }

    /** Completes the ports; {@code own} are those that the Service holds already. */
    void complete(ObjectNode spec, Set<Integer> own, FieldErrors errors) {
        Set<Integer> asked = ServiceAddresses.ports(Json.object().set("spec", spec));
        int i = 0;
        for (JsonNode port : spec.path("ports")) {
            String field = "spec.ports[" + i++ + "].nodePort";
            if (port instanceof ObjectNode entry && entry.path("nodePort").asInt() == 0) {
                if (ServiceRules.wantsNodePorts(spec)) {
                    allocate(entry, "nodePort", field, asked, errors);
                }
            } else if (!own.contains(port.path("nodePort").asInt())) {
                explicit(field, port.path("nodePort"), errors);
            }
        }
        if (ServiceRules.wantsHealthCheckPort(spec)) {
            JsonNode port = spec.path("healthCheckNodePort");
            if (port.asInt() == 0) {
                allocate(spec, "healthCheckNodePort", "spec.healthCheckNodePort", asked, errors);
            } else if (!own.contains(port.asInt())) {
                explicit("spec.healthCheckNodePort", port, errors);
            }
        }
    }

    private void allocate(ObjectNode owner, String name, String field, Set<Integer> asked, FieldErrors errors) {
        int free = addresses.freePort(asked);
        if (free == 0) {
            errors.invalid(field, owner.path(name), "range is full");
        }
        owner.put(name, free);
        asked.add(free);
    }

    private void explicit(String field, JsonNode port, FieldErrors errors) {
        if (port.asInt() < ServiceAddresses.FIRST_PORT || port.asInt() > ServiceAddresses.LAST_PORT) {
            errors.invalid(
                    field,
                    port,
                    "provided port is not in the valid range. The range of valid ports is "
                            + ServiceAddresses.FIRST_PORT + "-" + ServiceAddresses.LAST_PORT);
        } else if (addresses.isHeld(port.asInt())) {
            errors.invalid(field, port, "provided port is already allocated");
        }
    }
}
