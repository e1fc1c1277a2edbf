package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a change of the service groups would do to the Services of a cluster.
 *
 * @param fates what would become of each address or missing address, sorted by Service
 * @param groups how full the groups would be, sorted by name
 * @param problems what is wrong with the groups as they would be
 */
public record ConfigurationPlan(List<Fate> fates, List<GroupUsage> groups, List<ConfigProblem> problems) {
    /** What becomes of a Service's address. */
    public enum Outcome {
        /** It stays in a group. */
        KEPT,
        /** It stays with its Service, but no group would hand it out any more. */
        ORPHANED,
        /** No group hands it out now, nor would one then: it stays with its Service. */
        ORPHANED_BEFORE,
        /** Nobody knows of it now; it would be taken over because it comes to lie in a group. */
        ADOPTED,
        /** The Service waits for it now and would get it. */
        NEWLY_SATISFIABLE,
        /** The Service holds it now and would give it back. */
        RELEASED,
        /** The Service waits now and would go on waiting. */
        PENDING
    }

    /**
     * One address of one Service, or none when it would go on waiting.
     *
     * @param refusal why it waits
     */
    public record Fate(
            ServiceKey service, Outcome outcome, Optional<Assignment> assignment, Optional<Refusal> refusal) {}

    /** Whether the change would leave any address without a group that has one now. */
    public boolean orphans() {
        return fates.stream().anyMatch(fate -> fate.outcome() == Outcome.ORPHANED);
    }

    /**
     * Looks ahead, by what the allocator does at its start and when groups change.
     *
     * @param now the groups in force
     * @param next the groups as they would be
     * @param services every Service there is, anybody's
     */
    public static ConfigurationPlan of(Configuration now, Configuration next, Collection<FoundService> services) {
        Allocations allocations = Allocations.of(now, services);
        Map<ServiceKey, List<Assignment>> before = new HashMap<>();
        services.forEach(found -> before.put(found.key(), allocations.ledger().heldBy(found.key())));
        Set<IpAddress> orphansBefore = new HashSet<>(allocations.ledger().orphans());

        allocations.load(next);
        Set<ServiceKey> adopted = services.stream()
                .filter(found -> allocations.adopt(found).isPresent())
                .map(FoundService::key)
                .collect(Collectors.toSet());
        allocations.reconsider();

        Set<IpAddress> orphans = new HashSet<>(allocations.ledger().orphans());
        List<Fate> fates = new ArrayList<>();
        for (ServiceKey service : before.keySet().stream().sorted().toList()) {
            Set<IpAddress> held = addresses(before.get(service));
            List<Assignment> holds = allocations.ledger().heldBy(service);
            for (Assignment assignment : holds) {
                IpAddress address = assignment.address();
                Outcome outcome;
                if (orphans.contains(address)) {
                    outcome = orphansBefore.contains(address) ? Outcome.ORPHANED_BEFORE : Outcome.ORPHANED;
                } else if (held.contains(address)) {
                    outcome = Outcome.KEPT;
                } else {
                    outcome = adopted.contains(service) ? Outcome.ADOPTED : Outcome.NEWLY_SATISFIABLE;
                }
                fates.add(new Fate(service, outcome, Optional.of(assignment), Optional.empty()));
            }
            Set<IpAddress> kept = addresses(holds);
            before.get(service).stream()
                    .filter(gone -> !kept.contains(gone.address()))
                    .forEach(gone ->
                            fates.add(new Fate(service, Outcome.RELEASED, Optional.of(gone), Optional.empty())));
            allocations
                    .refusals(service)
                    .forEach(refusal ->
                            fates.add(new Fate(service, Outcome.PENDING, Optional.empty(), Optional.of(refusal))));
        }
        return new ConfigurationPlan(fates, allocations.ledger().usage(), next.problems());
    }

    private static Set<IpAddress> addresses(List<Assignment> assignments) {
        return assignments.stream().map(Assignment::address).collect(Collectors.toSet());
    }
}
