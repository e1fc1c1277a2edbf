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
 * @param leaving whether it is cordoned, not ready or being deleted, so that it may go away soon
 * @param labels those of this agent's own node; of others none is needed
 * @param addresses its InternalIPs in the order of its list, of which the first is the primary one
 */
record SeenNode(String name, String uid, boolean leaving, Map<String, String> labels, List<IpAddress> addresses) {
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
        return new SeenNode(name, metadata.path("uid").asText(), leaving(node), labels, List.copyOf(addresses));
    }

    private static boolean leaving(JsonNode node) {
        boolean unready = false;
        for (JsonNode condition : node.path("status").path("conditions")) {
            // Unknown is a kubelet that is silent; one that shuts its node down says False.
            unready |= condition.path("type").asText().equals("Ready")
                    && condition.path("status").asText().equals("False");
        }
        return unready
                || node.path("spec").path("unschedulable").asBoolean()
                || node.path("metadata").has("deletionTimestamp");
    }
}
