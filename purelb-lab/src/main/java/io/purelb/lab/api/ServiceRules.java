package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a Service on its way into the store: defaults, what an update keeps, what a change of type drops,
 * families, addresses and node ports. Two-family cluster, IPv4 first. Source: Service API reference; KEP-563 (families),
 * KEP-1860 (ipMode), KEP-1864 (node ports), KEP-1959 (class).
 */
final class ServiceRules implements Rules {
    private final ServiceAddresses addresses = new ServiceAddresses();
    private final ServiceFamilies families = new ServiceFamilies(addresses);
    private final ServicePorts ports = new ServicePorts(addresses);

    @Override
    public void defaults(ObjectNode service) {
        ObjectNode spec = Json.child(service, "spec");
        specDefaults(spec);
        if (isLoadBalancer(spec)) {
            ipModes(service.path("status"));
        }
    }

    @Override
    public void create(ObjectNode service, FieldErrors errors) {
        ObjectNode spec = Json.child(service, "spec");
        specDefaults(spec);
        Json.child(Json.child(service, "status"), "loadBalancer");
        finish(service, null, errors);
    }

    @Override
    public void update(ObjectNode service, ObjectNode old, FieldErrors errors) {
        ObjectNode spec = Json.child(service, "spec");
        JsonNode oldSpec = old.path("spec");
        if (Json.isEmpty(spec.path("type"))) {
            spec.put("type", "ClusterIP");
        }
        keep(spec, oldSpec);
        drop(spec, oldSpec);
        specDefaults(spec);
        ObjectNode status = Json.child(service, "status");
        if (!isLoadBalancer(spec) && isLoadBalancer(oldSpec)) {
            status.putObject("loadBalancer");
        }
        finish(service, old, errors);
        ServiceValidation.unchanged(spec, oldSpec, errors);
    }

    private void finish(ObjectNode service, @Nullable ObjectNode old, FieldErrors errors) {
        ObjectNode spec = Json.child(service, "spec");
        families.complete(spec, old, errors);
        ServiceValidation.check(service, errors);
        if (errors.isEmpty()) {
            ports.complete(spec, old == null ? Set.of() : ServiceAddresses.ports(old), errors);
        }
    }

    @Override
    public void committed(@Nullable ObjectNode before, @Nullable ObjectNode after) {
        if (before != null) {
            addresses.release(before);
        }
        if (after != null) {
            addresses.hold(after);
        }
    }

    private static void specDefaults(ObjectNode spec) {
        putIfEmpty(spec, "type", "ClusterIP");
        putIfEmpty(spec, "sessionAffinity", "None");
        if (Json.text(spec, "sessionAffinity").equals("ClientIP")) {
            ObjectNode config = Json.child(Json.child(spec, "sessionAffinityConfig"), "clientIP");
            config.put("timeoutSeconds", config.path("timeoutSeconds").asInt(10800));
        } else {
            spec.remove("sessionAffinityConfig");
        }
        String type = Json.text(spec, "type");
        if (!type.equals("ExternalName")) {
            putIfEmpty(spec, "internalTrafficPolicy", "Cluster");
        }
        if (isExternal(spec) || (type.equals("ClusterIP") && !Json.isEmpty(spec.path("externalIPs")))) {
            putIfEmpty(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer") && !spec.hasNonNull("allocateLoadBalancerNodePorts")) {
            spec.put("allocateLoadBalancerNodePorts", true);
        }
        for (JsonNode port : spec.path("ports")) {
            if (port instanceof ObjectNode entry) {
                if (entry.path("nodePort").asText().equals("0")) {
                    entry.remove("nodePort");
                }
                putIfEmpty(entry, "protocol", "TCP");
                if (!entry.hasNonNull("port")) {
                    entry.put("port", 0);
                }
                JsonNode target = entry.path("targetPort");
                if (Json.isEmpty(target) || target.asText().equals("0")) {
                    entry.set("targetPort", entry.path("port"));
                }
            }
        }
    }

    private static void putIfEmpty(ObjectNode object, String field, String value) {
        if (Json.isEmpty(object.path(field))) {
            object.put(field, value);
        }
    }

    /** An update that does not mention what the server once allocated keeps it. */
    private static void keep(ObjectNode spec, JsonNode old) {
        if (wantsClusterIp(spec) && wantsClusterIp(old)) {
            for (String field : List.of("clusterIP", "ipFamilies", "ipFamilyPolicy")) {
                copyIfEmpty(spec, old, field);
            }
            if (spec.path("clusterIP").equals(old.path("clusterIP"))) {
                copyIfEmpty(spec, old, "clusterIPs");
            }
        }
        if (wantsNodePorts(spec) && wantsNodePorts(old)) {
            for (JsonNode port : spec.path("ports")) {
                for (JsonNode oldPort : old.path("ports")) {
                    boolean same = port.path("port").equals(oldPort.path("port"))
                            && port.path("protocol").asText("TCP").equals(Json.text(oldPort, "protocol"));
                    if (same && port instanceof ObjectNode entry) {
                        copyIfEmpty(entry, oldPort, "nodePort");
                    }
                }
            }
        }
        if (wantsHealthCheckPort(spec) && wantsHealthCheckPort(old)) {
            copyIfEmpty(spec, old, "healthCheckNodePort");
        }
    }

    private static void copyIfEmpty(ObjectNode to, JsonNode from, String field) {
        boolean empty = Json.isEmpty(to.path(field)) || to.path(field).asText().equals("0");
        if (empty && from.has(field)) {
            to.set(field, from.get(field).deepCopy());
        }
    }

    /** What belonged to the old type goes with it, unless the update changes it explicitly. */
    private static void drop(ObjectNode spec, JsonNode old) {
        List<String> fields = new ArrayList<>();
        if (wantsClusterIp(old) && !wantsClusterIp(spec)) {
            fields.addAll(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"));
        }
        if (wantsHealthCheckPort(old) && !wantsHealthCheckPort(spec)) {
            fields.add("healthCheckNodePort");
        }
        if (isExternal(old) && !isExternal(spec)) {
            fields.add("externalTrafficPolicy");
        }
        if (isLoadBalancer(old) && !isLoadBalancer(spec)) {
            fields.addAll(List.of("allocateLoadBalancerNodePorts", "loadBalancerClass"));
        }
        fields.removeIf(field -> !spec.path(field).equals(old.path(field)));
        spec.remove(fields);
        if (isExternal(old) && !isExternal(spec)) {
            Set<Integer> oldPorts = ServiceAddresses.ports(Json.object().set("spec", old));
            for (JsonNode port : spec.path("ports")) {
                if (port instanceof ObjectNode entry
                        && oldPorts.contains(entry.path("nodePort").asInt())) {
                    entry.remove("nodePort");
                }
            }
        }
    }

    static boolean wantsClusterIp(JsonNode spec) {
        return !Json.text(spec, "type").equals("ExternalName");
    }

    static boolean isLoadBalancer(JsonNode spec) {
        return Json.text(spec, "type").equals("LoadBalancer");
    }

    /** True if the Service is reached from outside through nodes. */
    static boolean isExternal(JsonNode spec) {
        return isLoadBalancer(spec) || Json.text(spec, "type").equals("NodePort");
    }

    static boolean wantsNodePorts(JsonNode spec) {
        return Json.text(spec, "type").equals("NodePort")
                || (isLoadBalancer(spec)
                        && spec.path("allocateLoadBalancerNodePorts").asBoolean(true));
    }

    static boolean wantsHealthCheckPort(JsonNode spec) {
        return isLoadBalancer(spec) && Json.text(spec, "externalTrafficPolicy").equals("Local");
    }

    private static void ipModes(JsonNode status) {
        for (JsonNode ingress : Json.at(status, "loadBalancer", "ingress")) {
            if (ingress instanceof ObjectNode entry && !Json.isEmpty(entry.path("ip")) && !entry.hasNonNull("ipMode")) {
                entry.put("ipMode", "VIP");
            }
        }
    }
}
