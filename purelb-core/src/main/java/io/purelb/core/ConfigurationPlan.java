package io.purelb.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        /** The Service waits for it now and would get it. */
        NEWLY_SATISFIABLE,
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

    /** Whether any address would be left without a group. */
    public boolean orphans() {
        return fates.stream().anyMatch(fate -> fate.outcome() == Outcome.ORPHANED);
    }

    /**
     * Looks ahead. The allocations are used up: they are in the state after the change then.
     *
     * @param allocations the cluster as it is
     * @param next the groups as they would be
     */
    public static ConfigurationPlan of(Allocations allocations, Configuration next) {
        Set<IpAddress> before = new HashSet<>(allocations.ledger().addresses());
        Set<ServiceKey> all = new HashSet<>(allocations.ledger().services());
        allocations.unsettled().forEach(decision -> all.add(decision.service()));
        allocations.configure(next);

        List<Fate> fates = new ArrayList<>();
        Set<IpAddress> orphans = new HashSet<>(allocations.ledger().orphans());
        for (ServiceKey service : all.stream().sorted().toList()) {
            for (Assignment held : allocations.ledger().heldBy(service)) {
                Outcome outcome = orphans.contains(held.address())
                        ? Outcome.ORPHANED
                        : before.contains(held.address()) ? Outcome.KEPT : Outcome.NEWLY_SATISFIABLE;
                fates.add(new Fate(service, outcome, Optional.of(held), Optional.empty()));
            }
            allocations
                    .refusals(service)
                    .forEach(refusal ->
                            fates.add(new Fate(service, Outcome.PENDING, Optional.empty(), Optional.of(refusal))));
        }
        return new ConfigurationPlan(fates, allocations.ledger().usage(), next.problems());
    }
}
