package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Assignment;
import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Addresses that the ledger has free again while a Service may still show them, because the write that takes them away is to
 * come. Nobody else may show one before: two would show it at a time, and for good if the process ended in between. Owned
 * by the loop thread.
 */
final class StillShown {
    private final Map<ServiceKey, Set<IpAddress>> shown = new HashMap<>();
    /** Who waits for whom to be written. */
    private final Map<ServiceKey, Set<ServiceKey>> waiting = new HashMap<>();

    /** A Service does not hold these any more. */
    void released(ServiceKey service, Collection<Assignment> assignments) {
        if (!assignments.isEmpty()) {
            Set<IpAddress> addresses = shown.computeIfAbsent(service, key -> new HashSet<>());
            assignments.forEach(assignment -> addresses.add(assignment.address()));
        }
    }

    /** What a Service may still show; to be kept with a write that takes it away. */
    Set<IpAddress> of(ServiceKey service) {
        return Set.copyOf(shown.getOrDefault(service, Set.of()));
    }

    /**
     * What may be written of a decision.
     *
     * @return all of it; or nothing yet, because others still show the addresses that are new in it; or, when someone waits
     *     for this Service in turn, all but those addresses
     */
    Optional<ServiceWriter.Content> allowed(Service service, ServiceWriter.Content content) {
        ServiceKey key = Services.key(service);
        List<IpAddress> wanted = content.ingress().orElse(List.of());
        Set<IpAddress> fresh = new LinkedHashSet<>(wanted);
        Services.ingress(service).forEach(fresh::remove);
        Set<IpAddress> early = new HashSet<>();
        shown.forEach((other, addresses) -> {
            if (!other.equals(key) && fresh.stream().anyMatch(addresses::contains)) {
                waiting.computeIfAbsent(other, blocker -> new LinkedHashSet<>()).add(key);
                early.addAll(addresses);
            }
        });
        if (early.isEmpty()) {
            return Optional.of(content);
        }
        if (!waiting.containsKey(key)) {
            return Optional.empty();
        }
        List<IpAddress> rest = wanted.stream()
                .filter(address -> !fresh.contains(address) || !early.contains(address))
                .toList();
        return Optional.of(new ServiceWriter.Content(content.annotations(), Optional.of(rest), content.condition()));
    }

    /** A Service certainly does not show these any more; the answer is who waited for that. */
    List<ServiceKey> gone(ServiceKey service, Set<IpAddress> addresses) {
        Set<IpAddress> left = shown.getOrDefault(service, new HashSet<>());
        left.removeAll(addresses);
        if (!left.isEmpty()) {
            return List.of();
        }
        shown.remove(service);
        Set<ServiceKey> waited = waiting.remove(service);
        return waited == null ? List.of() : List.copyOf(waited);
    }

    /** The same for all that it showed. */
    List<ServiceKey> gone(ServiceKey service) {
        return gone(service, of(service));
    }
}
