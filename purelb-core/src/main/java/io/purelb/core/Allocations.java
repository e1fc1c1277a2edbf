package io.purelb.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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

    /** Takes over what a Service already has, before anything is decided; see {@link Allocator#adopt}. */
    public Decision adopt(ServiceRequest request, Instant created, List<IpAddress> addresses, String allocatedFrom) {
        services.put(request.service(), new Entry(request, created));
        Decision decision = Allocator.adopt(ledger, request, addresses, allocatedFrom);
        ledger.apply(decision.changes());
        return decision;
    }

    /** Puts other groups in force and reconsiders every Service, oldest first. */
    public List<Decision> configure(Configuration configuration) {
        ledger.configure(configuration);
        List<Decision> outcomes = new ArrayList<>();
        services.values().stream().sorted(BY_AGE).toList().forEach(entry -> reconsider(entry.request(), outcomes));
        serveWaiting(outcomes);
        return outcomes;
    }

    /** A Service is new or has changed. The first decision is about itself. */
    public List<Decision> put(ServiceRequest request, Instant created) {
        services.put(request.service(), new Entry(request, created));
        Decision decision = decide(request);
        List<Decision> outcomes = new ArrayList<>(List.of(decision));
        afterwards(decision, outcomes);
        return outcomes;
    }

    /** A Service is gone, or is not ours any more. The first decision is about itself. */
    public List<Decision> remove(ServiceKey service) {
        services.remove(service);
        unsettled.remove(service);
        Decision decision = Allocator.release(ledger, service);
        Set<ServiceKey> neighbours = neighbours(decision);
        ledger.apply(decision.changes());
        List<Decision> outcomes = new ArrayList<>(List.of(decision));
        neighbours.forEach(neighbour -> reconsider(neighbour, outcomes));
        serveWaiting(outcomes);
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

    /** Whoever shares an address with a Service that changed may be in conflict now, or no longer. */
    private void afterwards(Decision decision, List<Decision> outcomes) {
        if (decision.changes().isEmpty()) {
            return;
        }
        neighbours(decision).forEach(neighbour -> reconsider(neighbour, outcomes));
        if (mayHelpOthers(decision)) {
            serveWaiting(outcomes);
        }
    }

    /** Whether there is an address to be had now that could not be had before: a free one, or one to share. */
    private static boolean mayHelpOthers(Decision decision) {
        return decision.changes().size() > decision.assigned().size()
                || decision.changes().stream()
                        .anyMatch(change -> change instanceof Change.Hold hold
                                && hold.claim().sharingKey().isPresent());
    }

    private Set<ServiceKey> neighbours(Decision decision) {
        Set<ServiceKey> neighbours = new LinkedHashSet<>();
        for (Change change : decision.changes()) {
            neighbours.addAll(ledger.claims(change.address()).keySet());
        }
        neighbours.remove(decision.service());
        return neighbours;
    }

    /** Space may have appeared: those who wait are served oldest first, again as long as one helps another. */
    private void serveWaiting(List<Decision> outcomes) {
        boolean again = true;
        while (again) {
            again = false;
            Set<Entry> waiting = new TreeSet<>(BY_AGE);
            unsettled.keySet().forEach(service -> waiting.add(services.get(service)));
            for (Entry entry : waiting) {
                again |= mayHelpOthers(reconsider(entry.request(), outcomes));
            }
        }
    }

    private void reconsider(ServiceKey service, List<Decision> outcomes) {
        Entry entry = services.get(service);
        if (entry != null) {
            reconsider(entry.request(), outcomes);
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
