package io.purelb.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides which addresses Services hold. Pure: a decision reads the ledger and leaves it as it is. */
public final class Allocator {
    /** The group of Services that name none. */
    public static final String DEFAULT_GROUP = "default";

    private Allocator() {}

    /**
     * What a Service should hold. It keeps what it has unless it asks for something else that can be had; what is missing
     * it gets from the group it names. While it is being deleted it keeps what it has and waits for nothing. The same
     * request on the resulting ledger changes nothing.
     */
    public static Decision decide(Ledger ledger, ServiceRequest request) {
        List<Assignment> before = ledger.heldBy(request.service());
        if (request.terminating()) {
            DecisionBuilder kept = new DecisionBuilder(request.service(), before);
            before.forEach(held -> kept.keep(ledger, request, held.address(), held.group()));
            return kept.build();
        }
        DecisionBuilder decision = new DecisionBuilder(request.service(), before);
        request.requested().refusal().ifPresent(decision.refusals::add);
        if (request.families().isEmpty()) {
            decision.refusals.add(new Refusal(
                    Reason.CONFLICTING_REQUEST,
                    "Service " + request.service() + " asks for no address family: name one in ipFamilies"));
        }
        for (IpAddress address : request.requested().addresses()) {
            if (!request.families().isEmpty() && !request.families().contains(address.family())) {
                decision.refusals.add(new Refusal(
                        Reason.CONFLICTING_REQUEST,
                        "Service " + request.service() + " asks for " + address + " but its ipFamilies are "
                                + request.families() + ": correct one of the two"));
            }
        }
        boolean wellFormed = decision.refusals.isEmpty();
        Stream<IpFamily> families = request.families().isEmpty()
                ? before.stream()
                        .map(held -> held.address().family())
                        .distinct()
                        .sorted()
                : request.families().stream();
        List<FamilyChoice> choices = families.map(
                        family -> new FamilyChoice(ledger, request, family, before, wellFormed))
                .toList();
        boolean allOrNone = request.policy() == FamilyPolicy.REQUIRE_DUAL_STACK
                && choices.stream().anyMatch(choice -> choice.refusal.isPresent());
        for (FamilyChoice choice : choices) {
            decision.add(choice, request, allOrNone);
        }
        return decision.build();
    }

    /**
     * Takes over the addresses a Service already has, whatever the groups say and whoever else has them. Adoption never
     * moves an address and its result does not depend on its order; who may not share shows in the conflicts.
     *
     * @param addresses what the Service's status says
     * @param allocatedFrom the groups its annotation names, one for all addresses or one for each, for addresses in no group
     */
    public static Decision adopt(
            Ledger ledger, ServiceRequest request, List<IpAddress> addresses, List<String> allocatedFrom) {
        DecisionBuilder decision = new DecisionBuilder(request.service(), ledger.heldBy(request.service()));
        for (IpAddress address : addresses.stream().distinct().toList()) {
            String group = ledger.configuration()
                    .groupOf(address)
                    .map(ServiceGroup::name)
                    .orElse(allocatedFrom.get(
                            allocatedFrom.size() == addresses.size() ? addresses.indexOf(address) : 0));
            decision.keep(ledger, request, address, group);
        }
        return decision.build();
    }

    /** Gives back all a Service holds. */
    public static Decision release(Ledger ledger, ServiceKey service) {
        return new DecisionBuilder(service, ledger.heldBy(service)).build();
    }

    /** Collects a decision; what was held before and is not held again is released. */
    private static final class DecisionBuilder {
        private final ServiceKey service;
        private final List<Assignment> before;
        private final List<Assignment> held = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();
        private final List<Refusal> conflicts = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();
        private final List<Candidate> trace = new ArrayList<>();

        private DecisionBuilder(ServiceKey service, List<Assignment> before) {
            this.service = service;
            this.before = before;
        }

        private void add(FamilyChoice choice, ServiceRequest request, boolean allOrNone) {
            choice.refusal.ifPresent(refusals::add);
            trace.addAll(choice.trace);
            Optional<Assignment> result = allOrNone ? choice.current : choice.after;
            boolean stays = result.equals(choice.current);
            Stream<Assignment> surplus = stays ? choice.surplus.stream() : Stream.of();
            if (stays) {
                conflicts.addAll(choice.conflicts());
            }
            Stream.concat(result.stream(), surplus)
                    .forEach(
                            assignment -> hold(choice.ledger, assignment.address(), request.claim(assignment.group())));
        }

        /** Holds an address, whoever else has it; who may not share it shows in the conflicts. */
        private void keep(Ledger ledger, ServiceRequest request, IpAddress address, String group) {
            Claim claim = request.claim(group);
            hold(ledger, address, claim);
            SharingRule.blocker(ledger, address, service, claim).ifPresent(conflicts::add);
        }

        private void hold(Ledger ledger, IpAddress address, Claim claim) {
            held.add(new Assignment(address, claim.group()));
            if (!ledger.claim(address, service).equals(Optional.of(claim))) {
                changes.add(new Change.Hold(address, service, claim));
            }
        }

        private Decision build() {
            List<Assignment> released = before.stream()
                    .filter(assignment ->
                            held.stream().noneMatch(kept -> kept.address().equals(assignment.address())))
                    .toList();
            List<Assignment> assigned = held.stream()
                    .filter(assignment ->
                            before.stream().noneMatch(old -> old.address().equals(assignment.address())))
                    .toList();
            List<Change> all = new ArrayList<>();
            released.forEach(assignment -> all.add(new Change.Free(assignment.address(), service)));
            all.addAll(changes);
            return new Decision(service, held, assigned, released, refusals, conflicts, all, trace);
        }
    }
}
