package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which Services the real server refuses, as far as a load balancer's users meet it. */
final class ServiceValidation {
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    static final String BAD_ADDRESS = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private ServiceValidation() {}

    static void check(JsonNode service, FieldErrors errors) {
        JsonNode spec = service.path("spec");
        oneOf(spec, "type", TYPES, errors);
        oneOf(spec, "sessionAffinity", List.of("ClientIP", "None"), errors);
        oneOf(spec, "externalTrafficPolicy", List.of("Cluster", "Local"), errors);
        oneOf(spec, "internalTrafficPolicy", List.of("Cluster", "Local"), errors);
        oneOf(spec, "ipFamilyPolicy", List.of("SingleStack", "PreferDualStack", "RequireDualStack"), errors);
        if (Json.text(spec, "type").equals("ExternalName") && Json.isEmpty(spec.path("externalName"))) {
            errors.required("spec.externalName", "");
        }
        ports(spec, errors);
        typeDependent(spec, errors);
        ingress(service, errors);
    }

    /** What may not change once it is set. */
    static void unchanged(JsonNode spec, JsonNode old, FieldErrors errors) {
        boolean address = ServiceRules.wantsClusterIp(spec) && ServiceRules.wantsClusterIp(old);
        String first = Json.text(old, "clusterIP");
        if (address && !first.isEmpty() && !first.equals(Json.text(spec, "clusterIP"))) {
            errors.invalid("spec.clusterIPs[0]", spec.path("clusterIPs"), "may not change once set");
        }
        boolean both = ServiceRules.isLoadBalancer(spec) && ServiceRules.isLoadBalancer(old);
        JsonNode name = spec.path("loadBalancerClass");
        if (both && !Json.text(old, "loadBalancerClass").equals(name.asText(""))) {
            errors.invalid("spec.loadBalancerClass", name, "may not change once set");
        }
    }

    private static void oneOf(JsonNode spec, String field, List<String> values, FieldErrors errors) {
        if (!Json.isEmpty(spec.path(field)) && !values.contains(Json.text(spec, field))) {
            errors.unsupported("spec." + field, spec.path(field), values);
        }
    }

    private static void ports(JsonNode spec, FieldErrors errors) {
        JsonNode ports = spec.path("ports");
        boolean headless = Json.text(spec, "clusterIP").equals("None");
        if (Json.isEmpty(ports) && !headless && ServiceRules.wantsClusterIp(spec)) {
            errors.required("spec.ports", "");
        }
        if (!ports.isMissingNode() && !ports.isNull() && !(ports instanceof ArrayNode)) {
            errors.type("spec.ports", "object", "array");
            return;
        }
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String field = "spec.ports[" + i + "]";
            name(port.path("name"), field + ".name", ports.size() > 1, names, errors);
            JsonNode number = port.path("port");
            if (!number.isInt() || number.asInt() < 1 || number.asInt() > 65535) {
                errors.invalid(field + ".port", number, "must be between 1 and 65535, inclusive");
            }
            oneOfProtocols(port.path("protocol"), field + ".protocol", errors);
            if (!numbers.add(Json.text(port, "protocol") + number)) {
                errors.duplicate(field, port);
            }
            target(port.path("targetPort"), field + ".targetPort", errors);
        }
    }

    private static void oneOfProtocols(JsonNode protocol, String field, FieldErrors errors) {
        List<String> protocols = List.of("SCTP", "TCP", "UDP");
        if (!protocols.contains(protocol.asText())) {
            errors.unsupported(field, protocol, protocols);
        }
    }

    private static void name(JsonNode name, String field, boolean needed, Set<String> names, FieldErrors errors) {
        if (Json.isEmpty(name)) {
            if (needed) {
                errors.required(field, "");
            }
        } else if (!PORT_NAME.matcher(name.asText()).matches()) {
            errors.invalid(field, name, Names.LABEL_RULE);
        } else if (!names.add(name.asText())) {
            errors.duplicate(field, name);
        }
    }

    private static void target(JsonNode target, String field, FieldErrors errors) {
        if (target.isNumber() && (target.asInt() < 1 || target.asInt() > 65535)) {
            errors.invalid(field, target, "must be between 1 and 65535, inclusive");
        }
    }

    private static void typeDependent(JsonNode spec, FieldErrors errors) {
        boolean balanced = ServiceRules.isLoadBalancer(spec);
        if (balanced && spec.hasNonNull("loadBalancerClass")) {
            Names.labelKey("spec.loadBalancerClass", Json.text(spec, "loadBalancerClass"), errors);
        }
        if (!balanced && spec.hasNonNull("loadBalancerClass")) {
            errors.forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'");
        }
        if (!balanced && spec.hasNonNull("allocateLoadBalancerNodePorts")) {
            errors.forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'");
        }
        if (!balanced && !Json.isEmpty(spec.path("loadBalancerSourceRanges"))) {
            errors.forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'");
        }
        JsonNode policy = spec.path("externalTrafficPolicy");
        if (!ServiceRules.isExternal(spec) && !Json.isEmpty(policy) && Json.isEmpty(spec.path("externalIPs"))) {
            errors.invalid("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services");
        }
        if (!ServiceRules.isExternal(spec)) {
            int i = 0;
            for (JsonNode port : spec.path("ports")) {
                String field = "spec.ports[" + i++ + "].nodePort";
                if (port.path("nodePort").asInt() != 0) {
                    errors.forbidden(field, "may not be used when `type` is '" + Json.text(spec, "type") + "'");
                }
            }
        }
        sourceRanges(balanced ? spec.path("loadBalancerSourceRanges") : Json.array(), errors);
        JsonNode seconds = Json.at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds");
        if (seconds.isInt() && (seconds.asInt() < 1 || seconds.asInt() > 86400)) {
            errors.invalid(
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                    seconds,
                    "must be greater than 0 and less than 86400");
        }
        int i = 0;
        for (JsonNode ip : spec.path("externalIPs")) {
            valid("spec.externalIPs[" + i++ + "]", ip, errors);
        }
    }

    private static void sourceRanges(JsonNode ranges, FieldErrors errors) {
        for (int i = 0; i < ranges.size(); i++) {
            String range = ranges.get(i).asText();
            if (!range.contains("/") || Subnet.tryParse(range).isEmpty()) {
                errors.invalid(
                        "spec.LoadBalancerSourceRanges[" + i + "]",
                        ranges.get(i),
                        "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
        }
    }

    private static void ingress(JsonNode service, FieldErrors errors) {
        JsonNode ingress = Json.at(service, "status", "loadBalancer", "ingress");
        if (!Json.isEmpty(ingress) && !ServiceRules.isLoadBalancer(service.path("spec"))) {
            errors.forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        for (int i = 0; i < ingress.size(); i++) {
            JsonNode entry = ingress.get(i);
            String field = "status.loadBalancer.ingress[" + i + "]";
            boolean hasIp = !Json.isEmpty(entry.path("ip"));
            if (hasIp) {
                valid(field + ".ip", entry.path("ip"), errors);
            }
            if (hasIp && !entry.hasNonNull("ipMode")) {
                errors.required(field + ".ipMode", "must be specified when `ip` is set");
            } else if (!hasIp && entry.hasNonNull("ipMode")) {
                errors.forbidden(field + ".ipMode", "may not be specified when `ip` is not set");
            } else if (hasIp && !List.of("VIP", "Proxy").contains(Json.text(entry, "ipMode"))) {
                errors.unsupported(field + ".ipMode", entry.path("ipMode"), List.of("Proxy", "VIP"));
            }
            if (!Json.isEmpty(entry.path("hostname"))) {
                hostname(field + ".hostname", entry.path("hostname"), errors);
            }
        }
    }

    private static void hostname(String field, JsonNode name, FieldErrors errors) {
        if (!Names.SUBDOMAIN.matcher(name.asText()).matches()) {
            errors.invalid(field, name, Names.SUBDOMAIN_RULE);
        }
        if (IpAddress.tryParse(name.asText()).isPresent()) {
            errors.invalid(field, name, "must be a DNS name, not an IP address");
        }
    }

    private static void valid(String field, JsonNode ip, FieldErrors errors) {
        if (IpAddress.tryParse(ip.asText()).isEmpty()) {
            errors.invalid(field, ip, BAD_ADDRESS);
        }
    }
}
