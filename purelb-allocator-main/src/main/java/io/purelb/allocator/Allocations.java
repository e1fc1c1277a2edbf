package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Allocator;
import io.purelb.core.Assignment;
import io.purelb.core.Change;
import io.purelb.core.Configuration;
import io.purelb.core.Decision;
import io.purelb.core.IpAddress;
import io.purelb.core.Ledger;
import io.purelb.core.Reason;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The ledger, and which Services wait for an address. Settling a Service decides what it holds and applies it at once;
 * writing comes later. Owned by the loop thread.
 */
final class Allocations {
    private final Ledger ledger = new Ledger();
    private final Reports reports;
    private final boolean defaultAnnouncer;
    private final Map<ServiceKey, Pending> pending = new HashMap<>();
    /** Services that share an address with one that changed: they need another look. */
    private final Set<ServiceKey> touched = new HashSet<>();

    private boolean spaceFreed;

    /** A Service that did not get all it asks for. */
    private record Pending(Instant created, Reason reason) {}

    /** @param defaultAnnouncer whether Services of no class are ours */
    Allocations(Reports reports, boolean defaultAnnouncer) {
        this.reports = reports;
        this.defaultAnnouncer = defaultAnnouncer;
    }

    /** For reading; {@link Allocations} alone changes it. */
    Ledger ledger() {
        return ledger;
    }

    /** Puts other groups in force; every Service must be adopted and settled afterwards. */
    void configure(Configuration configuration) {
        ledger.configure(configuration);
        spaceFreed = true;
    }

    /** Takes over what a Service shows already, when it is ours and nothing is known of it. */
    void adopt(Service service) {
        ServiceKey key = Services.key(service);
        if (Services.isOurs(service, defaultAnnouncer)
                && ledger.heldBy(key).isEmpty()
                && Services.hasIngress(service)
                && !isForeign(service)) {
            List<IpAddress> addresses = Services.ingress(service);
            String from = Services.annotation(service, Annotations.ALLOCATED_FROM)
                    .map(text -> text.split(",", 2)[0])
                    .orElse(Allocator.DEFAULT_GROUP);
            ledger.apply(Allocator.adopt(ledger, Services.request(service), addresses, from)
                    .changes());
        }
    }

    /** Whether another controller serves it: an ingress without our brand that is not all ours. */
    private boolean isForeign(Service service) {
        List<IpAddress> addresses = Services.ingress(service);
        return !Services.isBranded(service)
                && Services.hasIngress(service)
                && (addresses.isEmpty()
                        || addresses.stream()
                                .anyMatch(address ->
                                        ledger.configuration().groupOf(address).isEmpty()));
    }

    /**
     * Decides what a Service holds, and makes it so in the ledger.
     *
     * @return what the Service has to say; empty when it is none of ours and stays untouched
     */
    Optional<ServiceWriter.Content> settle(Service service) {
        if (!Services.isOurs(service, defaultAnnouncer)) {
            return letGo(service);
        }
        adopt(service);
        ServiceRequest request = Services.request(service);
        if (isForeign(service) && ledger.heldBy(request.service()).isEmpty()) {
            pending.remove(request.service());
            return Optional.empty();
        }
        Decision decision = Allocator.decide(ledger, request);
        apply(decision);
        if (decision.refusals().isEmpty()) {
            pending.remove(request.service());
        } else {
            Reason reason = decision.refusals().get(0).reason();
            pending.put(request.service(), new Pending(Services.created(service), reason));
        }
        String asked = request.group().orElse(Allocator.DEFAULT_GROUP);
        reports.decided(
                service,
                decision,
                ledger.configuration().group(asked).isPresent() ? asked : "");
        return Optional.of(ServiceContents.of(decision));
    }

    private Optional<ServiceWriter.Content> letGo(Service service) {
        ServiceKey key = Services.key(service);
        pending.remove(key);
        Decision decision = Allocator.release(ledger, key);
        boolean ours = !decision.released().isEmpty()
                || Services.isBranded(service)
                || ServiceWriter.hasCondition(service);
        if (!ours) {
            return Optional.empty();
        }
        apply(decision);
        reports.decided(service, decision, "");
        return Optional.of(
                ServiceContents.withoutTraces(service, decision.released(), ledger.configuration()));
    }

    /** Gives back what a Service held that is gone. */
    void gone(ServiceKey key) {
        pending.remove(key);
        Decision decision = Allocator.release(ledger, key);
        apply(decision);
        reports.gone(key, decision.released());
    }

    private void apply(Decision decision) {
        boolean freed = !decision.released().isEmpty();
        boolean claimsChanged = decision.changes().size() > decision.assigned().size();
        for (Change change : decision.changes()) {
            ledger.claims(change.address()).keySet().stream()
                    .filter(other -> !other.equals(decision.service()))
                    .forEach(touched::add);
        }
        ledger.apply(decision.changes());
        spaceFreed |= freed || claimsChanged;
    }

    /** Whether something was freed since the last call, so that pending Services may have a chance. */
    boolean takeSpaceFreed() {
        boolean freed = spaceFreed;
        spaceFreed = false;
        return freed;
    }

    /** The Services to look at again because a neighbour on their address changed, since the last call. */
    List<ServiceKey> takeTouched() {
        List<ServiceKey> again = touched.stream().sorted().toList();
        touched.clear();
        return again;
    }

    /** Services that wait, oldest first. */
    List<ServiceKey> pendingOldestFirst() {
        return pending.entrySet().stream()
                .sorted(Comparator.comparing(
                                (Map.Entry<ServiceKey, Pending> entry) -> entry.getValue().created())
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Services that wait, and why, sorted. */
    Map<ServiceKey, Reason> pending() {
        Map<ServiceKey, Reason> reasons = new TreeMap<>();
        pending.forEach((key, waiting) -> reasons.put(key, waiting.reason()));
        return reasons;
    }

    /** What a Service holds. */
    List<Assignment> heldBy(ServiceKey key) {
        return ledger.heldBy(key);
    }
}
