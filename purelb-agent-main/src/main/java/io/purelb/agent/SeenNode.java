package io.purelb.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.IpAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of a Node an agent keeps.
 *
 * @param uid tells it from earlier nodes of that name
 * @param labels those of this agent's own node; of others none is needed
 * @param addresses its InternalIPs in the order of its list, of which the first is the primary one
 */
record SeenNode(String name, String uid, Map<String, String> labels, List<IpAddress> addresses) {
    static SeenNode of(JsonNode node, String own) {
        JsonNode metadata = node.path("metadata");
        String name = metadata.path("name").asText();
        Map<String, String> labels = new TreeMap<>();
        if (name.equals(own)) {
            metadata.path("labels")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asText()));
        }
        Set<IpAddress> addresses = new LinkedHashSet<>();
        for (JsonNode address : node.path("status").path("addresses")) {
            if (address.path("type").asText().equals("InternalIP")) {
                IpAddress.tryParse(address.path("address").asText()).ifPresent(addresses::add);
            }
        }
        return new SeenNode(name, metadata.path("uid").asText(), labels, List.copyOf(addresses));
    }
}
