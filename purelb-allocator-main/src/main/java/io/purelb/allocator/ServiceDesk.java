package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Allocations;
import io.purelb.core.Assignment;
import io.purelb.core.Configuration;
import io.purelb.core.Decision;
import io.purelb.core.FoundService;
import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import io.purelb.core.ShownService;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import io.purelb.process.Log;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Between the cluster's Services and core's allocations: whose a Service is, what core decides, what has to be written.
 * Core's state is changed at once; writing comes later. Owned by the loop thread.
 */
final class ServiceDesk {
    private static final Log LOG = Log.of(ServiceDesk.class);

    private final Allocations allocations = new Allocations();
    private final Cluster cluster;
    private final Reports reports;
    private final boolean defaultAnnouncer;
    /** Services that core was told of: most of a cluster's are none of ours, and their news must cost nothing. */
    private final Set<ServiceKey> known = new HashSet<>();
    /** What Services that are not ours any more held, until they say so: a write that fails is decided anew. */
    private final Map<ServiceKey, List<Assignment>> leaving = new HashMap<>();

    private final StillShown stillShown = new StillShown();

    /** @param defaultAnnouncer whether Services of no class are ours */
    ServiceDesk(Cluster cluster, Reports reports, boolean defaultAnnouncer) {
        this.cluster = cluster;
        this.reports = reports;
        this.defaultAnnouncer = defaultAnnouncer;
    }

    /**
     * What came of looking at a Service.
     *
     * @param content what it has to say; empty when it stays untouched
     * @param others Services that were decided anew because of it and have to be written too
     */
    record Outcome(Optional<ServiceWriter.Content> content, List<ServiceKey> others) {}

    /** What may not be given on yet. */
    StillShown stillShown() {
        return stillShown;
    }

    /** The state; only reading it is allowed. */
    Allocations allocations() {
        return allocations;
    }

    /**
     * Puts groups in force and adopts every address that exists, before anything is allocated.
     *
     * @param services all Services
     */
    void start(Configuration configuration, Collection<Service> services) {
        allocations.load(configuration);
        each(services, this::adopt);
    }

    /** Puts other groups in force, and adopts what they newly contain before anything else is decided. */
    void configure(Configuration configuration, Collection<Service> services) {
        start(configuration, services);
        try {
            report(allocations.reconsider());
        } catch (RuntimeException fault) {
            // Whoever it was: all are settled one by one after this.
            LOG.error("not every Service was reconsidered", "error", fault);
        }
    }

    /** Decides what these Services hold, in this order; the writes are left to their own turn. */
    void settle(Collection<Service> services) {
        each(services, this::settle);
    }

    /** One Service that cannot be dealt with must not keep all the others waiting; its own turn tries it again. */
    private static void each(Collection<Service> services, Consumer<Service> work) {
        for (Service service : services) {
            try {
                work.accept(service);
            } catch (RuntimeException fault) {
                LOG.error("a Service is passed over", "service", Services.key(service), "error", fault);
            }
        }
    }

    /** Takes over what a Service shows already, when it is ours and core knows nothing of it. */
    private void adopt(Service service) {
        ServiceKey key = Services.key(service);
        if (stillShown.of(key).containsAll(Services.ingress(service))) {
            return; // it shows nothing, or only what was taken from it and is about to go
        }
        ShownService shown = Services.shown(service, defaultAnnouncer);
        if (allocations.standing(key, shown) == ShownService.Standing.TO_BE_ADOPTED) {
            known.add(key);
            report(allocations.adopt(found(service, shown)).stream().toList());
            reports.alreadyWritten(key);
        }
    }

    /** Takes the addresses that a Service of ours shows into {@code allocations}. */
    static void adopt(Allocations allocations, Service service, boolean defaultAnnouncer) {
        allocations.adopt(found(service, Services.shown(service, defaultAnnouncer)));
    }

    private static FoundService found(Service service, ShownService shown) {
        return new FoundService(requestOrBare(service, shown.addresses()), Services.created(service), shown);
    }

    /** Whatever a Service asks for, nobody else may get what it shows: one that cannot be read has it all to itself. */
    private static ServiceRequest requestOrBare(Service service, List<IpAddress> addresses) {
        try {
            return Services.request(service);
        } catch (RuntimeException fault) {
            LOG.error(
                    "a Service cannot be read and keeps what it has", "service", Services.key(service), "error", fault);
            return ServiceRequest.bare(
                    Services.key(service),
                    addresses.stream().map(IpAddress::family).toList());
        }
    }

    /** Decides what a Service holds. */
    Outcome settle(Service service) {
        ServiceKey key = Services.key(service);
        ShownService.Standing standing = allocations.standing(key, Services.shown(service, defaultAnnouncer));
        if (standing == ShownService.Standing.NOT_OURS) {
            return letGo(service);
        }
        if (standing == ShownService.Standing.SERVED_BY_ANOTHER) {
            return new Outcome(Optional.empty(), gone(key));
        }
        adopt(service);
        known.add(key);
        leaving.remove(key);
        reports.read(service);
        ServiceRequest request = Services.request(service);
        List<Decision> decisions = allocations.put(request, Services.created(service));
        report(decisions);
        return new Outcome(Optional.of(ServiceContents.of(request, decisions.get(0))), others(decisions));
    }

    private Outcome letGo(Service service) {
        ServiceKey key = Services.key(service);
        List<Decision> decisions = remove(key);
        report(decisions);
        if (!decisions.isEmpty()) {
            leaving.put(key, decisions.get(0).released());
        }
        List<Assignment> released = leaving.getOrDefault(key, List.of());
        boolean traces = !released.isEmpty() || Services.isBranded(service) || ServiceWriter.hasCondition(service);
        Configuration groups = allocations.ledger().configuration();
        return new Outcome(
                traces ? Optional.of(ServiceContents.withoutTraces(service, released, groups)) : Optional.empty(),
                others(decisions));
    }

    /** A Service says what came of looking at it. */
    void written(ServiceKey key) {
        leaving.remove(key);
    }

    /** Gives back what a Service held that is gone; the answer is who has to be written because of it. */
    List<ServiceKey> gone(ServiceKey key) {
        leaving.remove(key);
        List<Decision> decisions = remove(key);
        if (!decisions.isEmpty()) {
            reports.gone(key, decisions.get(0).released());
            report(decisions.subList(1, decisions.size()));
        }
        return others(decisions);
    }

    private List<Decision> remove(ServiceKey key) {
        return known.remove(key) ? allocations.remove(key) : List.of();
    }

    private void report(List<Decision> decisions) {
        for (Decision decision : decisions) {
            stillShown.released(decision.service(), decision.released());
            cluster.service(decision.service()).ifPresent(service -> reports.decided(service, decision));
        }
    }

    /** The Services that further decisions are about; the first is about the Service itself. */
    private static List<ServiceKey> others(List<Decision> decisions) {
        return decisions.stream().skip(1).map(Decision::service).distinct().toList();
    }
}
