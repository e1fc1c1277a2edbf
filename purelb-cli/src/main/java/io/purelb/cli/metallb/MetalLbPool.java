package io.purelb.cli.metallb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pool of MetalLB, whichever of its three forms it was written in.
 *
 * @param title the object, as messages name it
 * @param addresses as written: subnets and from-to ranges
 * @param autoAssign whether Services that name no pool get addresses of it
 * @param avoidBuggy whether IPv4 addresses that end in .0 and .255 are left out
 * @param priority of those with {@code autoAssign} the lowest goes first; 0 is none and goes last
 * @param namespaces whose Services may use it; empty for all
 */
record MetalLbPool(
        String title,
        String name,
        List<String> addresses,
        boolean autoAssign,
        boolean avoidBuggy,
        int priority,
        List<String> namespaces,
        Map<String, String> labels) {

    /** Of {@code IPAddressPool}, and of the older {@code AddressPool}. */
    static MetalLbPool of(String title, JsonNode object, Warnings warnings) {
        JsonNode spec = object.path("spec");
        JsonNode allocation = spec.path("serviceAllocation");
        for (String selector : List.of("namespaceSelectors", "serviceSelectors")) {
            if (!allocation.path(selector).isEmpty()) {
                warnings.add(
                        title,
                        "spec.serviceAllocation." + selector,
                        "has no equivalent and is left out: list namespaces in spec.namespaces of the ServiceGroup, or"
                                + " name the group in annotation purelb.io/service-group of those Services");
            }
        }
        return new MetalLbPool(
                title,
                object.at("/metadata/name").asText(),
                texts(spec.path("addresses")),
                spec.path("autoAssign").asBoolean(true),
                spec.path("avoidBuggyIPs").asBoolean(false),
                allocation.path("priority").asInt(0),
                texts(allocation.path("namespaces")),
                labels(object.at("/metadata/labels")));
    }

    /** Of the older {@code ConfigMap}. */
    static MetalLbPool ofConfig(String title, JsonNode pool) {
        return new MetalLbPool(
                title,
                pool.path("name").asText(),
                texts(pool.path("addresses")),
                pool.path("auto-assign").asBoolean(true),
                pool.path("avoid-buggy-ips").asBoolean(false),
                0,
                List.of(),
                Map.of());
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(element.asText().strip()));
        return texts;
    }

    static Map<String, String> labels(JsonNode map) {
        Map<String, String> labels = new HashMap<>();
        map.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
