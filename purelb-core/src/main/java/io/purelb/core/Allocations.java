package io.purelb.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All Services of a cluster, the ledger of what they hold, and who still waits for something: the allocator's state. Each
 * call returns the decisions that have been applied to the ledger and still have to be told to the world, in order. Not
 * thread-safe: one thread owns it.
 */
public final class Allocations {
    private static final Comparator<Entry> BY_AGE = Comparator.comparing(Entry::created)
            .thenComparing(entry -> entry.request().service());

    private final Ledger ledger = new Ledger();
    private final Map<ServiceKey, Entry> services = new HashMap<>();
    /** Services whose last decision left something to be wished, with that decision. */
    private final Map<ServiceKey, Decision> unsettled = new HashMap<>();

    private record Entry(ServiceRequest request, Instant created) {}

    /** The state of an allocator that has just started in a cluster: all is adopted, then decided by age. */
    public static Allocations of(Configuration groups, Collection<FoundService> services) {
        Allocations allocations = new Allocations();
        allocations.load(groups);
        services.forEach(allocations::adopt);
        services.stream()
                .sorted(Comparator.comparing(FoundService::created).thenComparing(FoundService::key))
                .forEach(allocations::settle);
        return allocations;
    }

    /** What is held. Only reading it is allowed. */
    public Ledger ledger() {
        return ledger;
    }

    /** The last decision of every Service that does not have all it asks for, sorted by Service. */
    public List<Decision> unsettled() {
        return unsettled.values().stream()
                .sorted(Comparator.comparing(Decision::service))
                .toList();
    }

    /** What a Service asks for and does not get. */
    public List<Refusal> refusals(ServiceKey service) {
        Decision last = unsettled.get(service);
        return last == null ? List.of() : last.refusals();
    }

    /** What a Service holds, in the order of the families it asks for: as its status says it. */
    public List<Assignment> held(ServiceKey service) {
        Entry entry = services.get(service);
        List<IpFamily> order = entry == null ? List.of() : entry.request().families();
        return ledger.heldBy(service).stream()
                .sorted(Comparator.comparing(
                        held -> order.indexOf(held.address().family())))
                .toList();
    }

    /** Takes over what a Service already has, before anything is decided; see {@link Allocator#adopt}. */
    public Decision adopt(
            ServiceRequest request, Instant created, List<IpAddress> addresses, List<String> allocatedFrom) {
        services.put(request.service(), new Entry(request, created));
        Decision decision = Allocator.adopt(ledger, request, addresses, allocatedFrom);
        ledger.apply(decision.changes());
        return decision;
    }

    /** How the allocator stands to a Service now: one that holds something is never another's. */
    public ShownService.Standing standing(ServiceKey service, ShownService shown) {
        boolean holds = !ledger.heldBy(service).isEmpty();
        return holds && shown.ours() ? ShownService.Standing.TO_BE_SERVED : shown.among(ledger.configuration());
    }

    /** Takes over what a Service shows, if that is ours and it holds nothing yet. */
    public Optional<Decision> adopt(FoundService found) {
        if (standing(found.key(), found.shown()) != ShownService.Standing.TO_BE_ADOPTED) {
            return Optional.empty();
        }
        return Optional.of(adopt(
                found.request(),
                found.created(),
                found.shown().addresses(),
                found.shown().allocatedFrom()));
    }

    /** A Service is new or has changed, and may be anybody's: adopts, decides or lets go. */
    public List<Decision> settle(FoundService found) {
        ShownService.Standing standing = standing(found.key(), found.shown());
        if (standing == ShownService.Standing.NOT_OURS || standing == ShownService.Standing.SERVED_BY_ANOTHER) {
            return services.containsKey(found.key()) ? remove(found.key()) : List.of();
        }
        adopt(found);
        return put(found.request(), found.created());
    }

    /** Puts other groups in force and reconsiders every Service, oldest first. */
    public List<Decision> configure(Configuration configuration) {
        load(configuration);
        return reconsider();
    }

    /** Puts other groups in force; until {@link #reconsider()} nothing is decided anew, so that their addresses can be adopted. */
    public void load(Configuration configuration) {
        ledger.configure(configuration);
    }

    /** Decides again about every Service, oldest first. */
    public List<Decision> reconsider() {
        List<Decision> outcomes = new ArrayList<>();
        reconsider(services.keySet(), outcomes);
        return outcomes;
    }

    /** A Service is new or has changed. The first decision is about itself. */
    public List<Decision> put(ServiceRequest request, Instant created) {
        services.put(request.service(), new Entry(request, created));
        Decision decision = decide(request);
        List<Decision> outcomes = new ArrayList<>(List.of(decision));
        Set<ServiceKey> due = neighbours(decision);
        if (mayHelpOthers(decision)) {
            due.addAll(unsettled.keySet());
        }
        due.remove(request.service());
        reconsider(due, outcomes);
        return outcomes;
    }

    /** A Service is gone, or is not ours any more. The first decision is about itself. */
    public List<Decision> remove(ServiceKey service) {
        services.remove(service);
        unsettled.remove(service);
        Decision decision = Allocator.release(ledger, service);
        ledger.apply(decision.changes());
        List<Decision> outcomes = new ArrayList<>(List.of(decision));
        if (mayHelpOthers(decision)) {
            reconsider(unsettled.keySet(), outcomes);
        }
        return outcomes;
    }

    private Decision decide(ServiceRequest request) {
        Decision decision = Allocator.decide(ledger, request);
        ledger.apply(decision.changes());
        if (decision.settled()) {
            unsettled.remove(request.service());
        } else {
            unsettled.put(request.service(), decision);
        }
        return decision;
    }

    /** Whether there is an address to be had now that could not be had before: a free one, or one to share. */
    private static boolean mayHelpOthers(Decision decision) {
        return decision.changes().size() > decision.assigned().size()
                || decision.changes().stream()
                        .anyMatch(change -> change instanceof Change.Hold hold
                                && hold.claim().sharingKey().isPresent());
    }

    /** Whom a change of what a Service uses of an address it keeps may bring into conflict, or out of it. */
    private Set<ServiceKey> neighbours(Decision decision) {
        Set<ServiceKey> neighbours = new HashSet<>();
        for (Change change : decision.changes()) {
            boolean kept = change instanceof Change.Hold
                    && decision.assigned().stream()
                            .noneMatch(assigned -> assigned.address().equals(change.address()));
            if (kept) {
                ledger.holdings(change.address()).forEach(holding -> neighbours.add(holding.service()));
            }
        }
        return neighbours;
    }

    /** Decides again about these Services, oldest first, and as long as one helps another about all who wait. */
    private void reconsider(Set<ServiceKey> first, List<Decision> outcomes) {
        Set<ServiceKey> due = first;
        while (!due.isEmpty()) {
            boolean helped = false;
            List<Entry> entries = due.stream()
                    .flatMap(service -> Stream.ofNullable(services.get(service)))
                    .sorted(BY_AGE)
                    .toList();
            for (Entry entry : entries) {
                helped |= mayHelpOthers(reconsider(entry.request(), outcomes));
            }
            due = helped ? unsettled.keySet() : Set.of();
        }
    }

    /** Decides again, and tells only what is new. */
    private Decision reconsider(ServiceRequest request, List<Decision> outcomes) {
        Decision before = unsettled.get(request.service());
        Decision decision = decide(request);
        if (!decision.changes().isEmpty() || !decision.sameComplaints(before)) {
            outcomes.add(decision);
        }
        return decision;
    }
}
