package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Allocator;
import io.purelb.core.Assignment;
import io.purelb.core.ConfigProblem;
import io.purelb.core.Decision;
import io.purelb.core.Ledger;
import io.purelb.core.Reason;
import io.purelb.core.Refusal;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.Events;
import io.purelb.k8s.Services;
import io.purelb.process.Log;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what happened, once per change: as events, log lines and counters. Owned by the loop thread. */
final class Reports {
    private static final Log LOG = Log.of(Reports.class);

    private final Events events;
    private final AllocatorMetrics metrics;
    private final NameReports names;
    private final Map<ServiceKey, List<Refusal>> refusals = new HashMap<>();
    private final Map<ServiceKey, List<Refusal>> conflicts = new HashMap<>();
    private final Map<ServiceKey, Set<Assignment>> unwritten = new HashMap<>();
    private Set<String> orphans = Set.of();
    private Set<ConfigProblem> problems = Set.of();

    Reports(Events events, AllocatorMetrics metrics) {
        this.events = events;
        this.metrics = metrics;
        this.names = new NameReports(events);
    }

    /** An object is dealt with, as it is now. */
    void read(HasMetadata object) {
        names.look(object);
    }

    /** A decision is in force. */
    void decided(Service service, Decision decision) {
        ServiceKey key = decision.service();
        String asked = Services.annotation(service, Annotations.SERVICE_GROUP).orElse(Allocator.DEFAULT_GROUP);
        Set<Assignment> waiting = unwritten.computeIfAbsent(key, k -> new LinkedHashSet<>());
        waiting.addAll(decision.assigned());
        decision.released().forEach(gone -> {
            waiting.remove(gone);
            events.normal(service, EventReasons.IP_RELEASED, EventReasons.released(gone.address(), gone.group()));
            logReleased(key, gone);
        });
        if (waiting.isEmpty()) {
            unwritten.remove(key);
        }
        changed(refusals, key, decision.refusals()).forEach(refusal -> {
            // A label for each text that users may write would never end.
            metrics.rejected(refusal.reason() == Reason.UNKNOWN_GROUP ? "" : asked, refusal.reason());
            events.warning(service, EventReasons.ALLOCATION_FAILED, text(refusal));
            LOG.warn(refusal.message(), "service", key, "reason", refusal.reason(), "pool", asked);
        });
        changed(conflicts, key, decision.conflicts()).forEach(conflict -> {
            events.warning(service, EventReasons.SHARING_CONFLICT, text(conflict));
            LOG.warn(conflict.message(), "service", key, "reason", conflict.reason());
        });
    }

    private static String text(Refusal refusal) {
        return refusal.reason() + ": " + refusal.message();
    }

    private static void logReleased(ServiceKey key, Assignment gone) {
        LOG.info("released", "service", key, "ip", gone.address(), "pool", gone.group());
    }

    /** Remembers what holds now and returns what did not hold before. */
    private static List<Refusal> changed(Map<ServiceKey, List<Refusal>> remembered, ServiceKey key, List<Refusal> now) {
        List<Refusal> before = remembered.getOrDefault(key, List.of());
        if (now.isEmpty()) {
            remembered.remove(key);
        } else {
            remembered.put(key, now);
        }
        return now.stream()
                .distinct()
                .filter(refusal -> !before.contains(refusal))
                .toList();
    }

    /** An adopted Service needs no news of the addresses it shows. */
    void alreadyWritten(ServiceKey key) {
        unwritten.remove(key);
    }

    /**
     * A Service says what was decided: its new addresses are in force.
     *
     * @return whether there are any
     */
    boolean written(Service service) {
        Set<Assignment> assigned = unwritten.remove(Services.key(service));
        if (assigned == null) {
            return false;
        }
        for (Assignment assignment : assigned) {
            metrics.allocated(assignment.group());
            events.normal(
                    service,
                    EventReasons.IP_ALLOCATED,
                    EventReasons.allocated(assignment.address(), assignment.group()));
            LOG.info(
                    "allocated",
                    "service",
                    Services.key(service),
                    "ip",
                    assignment.address(),
                    "pool",
                    assignment.group());
        }
        return true;
    }

    /** A Service is gone, with the addresses it held; there is no object left for an event. */
    void gone(ServiceKey key, List<Assignment> released) {
        released.forEach(assignment -> logReleased(key, assignment));
        unwritten.remove(key);
        names.gone(key);
        refusals.remove(key);
        conflicts.remove(key);
    }

    /** Another configuration is in force. */
    void configured(Ledger ledger, Cluster cluster) {
        LOG.info(
                "configuration loaded",
                "groups",
                ledger.configuration().groups().size(),
                "problems",
                ledger.configuration().problems().size());
        for (ConfigProblem problem : ledger.configuration().problems()) {
            if (!problems.contains(problem)) {
                LOG.warn(problem.message(), "pool", problem.name(), "reason", problem.reason());
                cluster.groups().stream()
                        .filter(group -> group.getMetadata().getNamespace().equals(problem.namespace())
                                && group.getMetadata().getName().equals(problem.name()))
                        .forEach(group -> events.warning(group, EventReasons.CONFIG_ERROR, problem.message()));
            }
        }
        problems = new HashSet<>(ledger.configuration().problems());
        Set<String> now = new HashSet<>();
        ledger.orphans()
                .forEach(address -> ledger.claims(address).keySet().forEach(key -> {
                    now.add(key + " " + address);
                    if (!orphans.contains(key + " " + address)) {
                        String message = EventReasons.orphaned(key, address);
                        LOG.warn(message, "service", key, "ip", address);
                        cluster.service(key)
                                .ifPresent(service -> events.warning(service, EventReasons.ADDRESS_ORPHANED, message));
                    }
                }));
        orphans = now;
    }
}
