package io.purelb.lab.api;

import java.util.HashMap;
import java.util.Map;

/**
 * Which lists a strategic merge patch merges, and by which field of their items: the {@code patchMergeKey} of the API
 * reference. Lists that are not named here are replaced as a whole, as the real server does with them (a Node's taints,
 * a Service's ingress addresses).
 */
final class MergeKeys {
    /** Stands for lists of plain values, merged as a set. */
    static final String VALUE = "";

    private static final Map<String, Map<String, String>> BY_KIND = Map.of(
            "Service", Map.of("spec.ports", "port", "status.conditions", "type"),
            "Namespace", Map.of("status.conditions", "type"),
            "Node", Map.of("spec.podCIDRs", VALUE, "status.addresses", "type", "status.conditions", "type"),
            "ServiceAccount", Map.of("secrets", "name"),
            "Pod", pod());

    private MergeKeys() {}

    /** From the path of a list, without indexes, to its key. */
    static Map<String, String> of(String kind) {
        Map<String, String> keys = new HashMap<>(BY_KIND.getOrDefault(kind, Map.of()));
        keys.put("metadata.ownerReferences", "uid");
        keys.put("metadata.finalizers", VALUE);
        return keys;
    }

    private static Map<String, String> pod() {
        Map<String, String> keys = new HashMap<>();
        keys.put("status.conditions", "type");
        keys.put("status.podIPs", "ip");
        keys.put("spec.volumes", "name");
        keys.put("spec.imagePullSecrets", "name");
        keys.put("spec.hostAliases", "ip");
        keys.put("spec.topologySpreadConstraints", "topologyKey");
        for (String containers : new String[] {"spec.containers", "spec.initContainers", "spec.ephemeralContainers"}) {
            keys.put(containers, "name");
            keys.put(containers + ".env", "name");
            keys.put(containers + ".ports", "containerPort");
            keys.put(containers + ".volumeMounts", "mountPath");
            keys.put(containers + ".volumeDevices", "devicePath");
        }
        return keys;
    }
}
