package io.purelb.cli.metallb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How MetalLB announces the addresses of some pools.
 *
 * @param layer2 by ARP and neighbour discovery; otherwise by BGP
 * @param pools names of the pools
 * @param selectors what else chooses pools, by their labels; none and no names: all pools
 * @param length of the routes of IPv4 addresses
 * @param lengthV6 of those of IPv6 addresses
 */
record Advertisement(boolean layer2, List<String> pools, List<JsonNode> selectors, int length, int lengthV6) {
    private static final int HOST = 32;
    private static final int HOST_V6 = 128;

    /** Of {@code L2Advertisement} and {@code BGPAdvertisement}. */
    static Advertisement of(String title, boolean layer2, JsonNode spec, Warnings warnings) {
        if (!spec.path("nodeSelectors").isEmpty()) {
            warnings.add(
                    title,
                    "spec.nodeSelectors",
                    "has no equivalent: label the other nodes node.kubernetes.io/exclude-from-external-load-balancers, or run"
                            + " agents on the chosen nodes only (lbnodeagent.nodeSelector of the chart)");
        }
        if (!spec.path("interfaces").isEmpty()) {
            warnings.add(
                    title,
                    "spec.interfaces",
                    "belongs in spec.local.localint of the LBNodeAgent, as a regular expression: "
                            + String.join("|", MetalLbPool.texts(spec.path("interfaces"))));
        }
        attributes(title, "spec.", spec, List.of("communities", "localPref", "peers"), warnings);
        List<JsonNode> selectors = new ArrayList<>();
        spec.path("ipAddressPoolSelectors").forEach(selectors::add);
        return new Advertisement(
                layer2,
                MetalLbPool.texts(spec.path("ipAddressPools")),
                selectors,
                spec.path("aggregationLength").asInt(HOST),
                spec.path("aggregationLengthV6").asInt(HOST_V6));
    }

    /** One of a pool's own, of the older forms. */
    static Advertisement ofPool(String title, String pool, String field, JsonNode written, Warnings warnings) {
        attributes(title, field + ".", written, List.of("communities", "localpref", "localPref", "peers"), warnings);
        return new Advertisement(
                false,
                List.of(pool),
                List.of(),
                written.path("aggregation-length")
                        .asInt(written.path("aggregationLength").asInt(HOST)),
                written.path("aggregation-length-v6")
                        .asInt(written.path("aggregationLengthV6").asInt(HOST_V6)));
    }

    private static void attributes(
            String title, String prefix, JsonNode written, List<String> fields, Warnings warnings) {
        for (String field : fields) {
            if (written.has(field)) {
                warnings.add(
                        title,
                        prefix + field,
                        "is for the routing software on the nodes to say (BIRD, FRR ...): set it there for the routes of"
                                + " kube-lb0");
            }
        }
    }

    boolean selects(MetalLbPool pool) {
        return (pools.isEmpty() && selectors.isEmpty())
                || pools.contains(pool.name())
                || selectors.stream().anyMatch(selector -> matches(selector, pool.labels()));
    }

    private static boolean matches(JsonNode selector, Map<String, String> labels) {
        Set<Map.Entry<String, String>> wanted =
                MetalLbPool.labels(selector.path("matchLabels")).entrySet();
        if (!labels.entrySet().containsAll(wanted)) {
            return false;
        }
        for (JsonNode term : selector.path("matchExpressions")) {
            String value = labels.get(term.path("key").asText());
            List<String> values = MetalLbPool.texts(term.path("values"));
            boolean fits = switch (term.path("operator").asText()) {
                case "In" -> value != null && values.contains(value);
                case "NotIn" -> value == null || !values.contains(value);
                case "Exists" -> value != null;
                default -> value == null;
            };
            if (!fits) {
                return false;
            }
        }
        return true;
    }
}
