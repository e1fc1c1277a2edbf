package io.purelb.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Annotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What of a Service an agent keeps.
 *
 * @param uid tells it from earlier Services of that name
 * @param addresses those that nodes announce; none when it is not ours (any more)
 * @param localPolicy whether {@code externalTrafficPolicy} is Local
 * @param allowLocal whether it keeps that policy on a local address
 * @param announcements its annotations about who announces it, by their keys
 */
record SeenService(
        ServiceKey key,
        String uid,
        List<IpAddress> addresses,
        boolean localPolicy,
        boolean allowLocal,
        Map<String, String> announcements) {
    private static final List<String> ANNOUNCEMENTS = List.of(
            Annotations.ANNOUNCING_NODE,
            Annotations.ANNOUNCING_INTERFACE,
            Annotations.announcing(IpFamily.IPV4),
            Annotations.announcing(IpFamily.IPV6));

    /** A Service that is announced or still has annotations of ours; empty for any other. */
    static Optional<SeenService> of(JsonNode service) {
        SeenService seen = read(service);
        return seen.addresses.isEmpty() && seen.announcements.isEmpty() ? Optional.empty() : Optional.of(seen);
    }

    /** Any Service. */
    static SeenService read(JsonNode service) {
        JsonNode metadata = service.path("metadata");
        JsonNode annotations = metadata.path("annotations");
        JsonNode spec = service.path("spec");
        boolean ours = spec.path("type").asText().equals("LoadBalancer")
                && annotations.path(Annotations.ALLOCATED_BY).asText().strip().equals(Annotations.BRAND);
        Map<String, String> announcements = new TreeMap<>();
        ANNOUNCEMENTS.stream()
                .filter(annotations::has)
                .forEach(key -> announcements.put(key, annotations.get(key).asText()));
        return new SeenService(
                new ServiceKey(
                        metadata.path("namespace").asText(),
                        metadata.path("name").asText()),
                metadata.path("uid").asText(),
                ours ? addresses(service) : List.of(),
                spec.path("externalTrafficPolicy").asText().equals("Local"),
                annotations.has(Annotations.ALLOW_LOCAL),
                announcements.isEmpty() ? Map.of() : announcements);
    }

    private static List<IpAddress> addresses(JsonNode service) {
        List<IpAddress> found = new ArrayList<>();
        for (JsonNode ingress : service.path("status").path("loadBalancer").path("ingress")) {
            IpAddress.tryParse(ingress.path("ip").asText()).ifPresent(found::add);
        }
        return found;
    }
}
