package io.purelb.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What one family of one Service should hold: computed on construction, then only read. */
final class FamilyChoice {
    final Ledger ledger;
    /** What it holds now. */
    final Optional<Assignment> current;
    /** What it should hold. */
    final Optional<Assignment> after;
    /** Why it does not get what it asks for. */
    final Optional<Refusal> refusal;
    /** Further addresses of this family, which only adoption gives: kept as long as the first one is and none is named. */
    final List<Assignment> surplus;
    /** What was looked at. */
    final List<Candidate> trace = new ArrayList<>();

    private final ServiceRequest request;
    private final IpFamily family;

    /** Either an address or the reason why there is none. */
    private record Outcome(Optional<Assignment> assignment, Optional<Refusal> refusal) {
        private static Outcome of(IpAddress address, String group) {
            return new Outcome(Optional.of(new Assignment(address, group)), Optional.empty());
        }

        private static Outcome refused(Reason reason, String message) {
            return refused(new Refusal(reason, message));
        }

        private static Outcome refused(Refusal refusal) {
            return new Outcome(Optional.empty(), Optional.of(refusal));
        }
    }

    FamilyChoice(Ledger ledger, ServiceRequest request, IpFamily family, List<Assignment> before, boolean wellFormed) {
        this.ledger = ledger;
        this.request = request;
        this.family = family;
        List<Assignment> held = before.stream()
                .filter(assignment -> assignment.address().family() == family)
                .map(this::mapped)
                .toList();
        this.current = held.stream().findFirst();
        Optional<IpAddress> requested = request.requested().of(family);
        if (!wellFormed || (current.isPresent() && keeps(current.get(), requested))) {
            this.after = current;
            this.refusal = Optional.empty();
            current.ifPresent(kept -> trace.add(Candidate.taken(kept.address(), kept.group())));
        } else {
            Outcome outcome = requested.map(this::specific).orElseGet(this::fromGroup);
            this.after = outcome.assignment().or(() -> current);
            this.refusal = outcome.refusal();
        }
        this.surplus = requested.isEmpty() ? held.stream().skip(1).toList() : List.of();
    }

    /** What is wrong with the addresses it has now, for when it keeps them. */
    List<Refusal> conflicts() {
        return Stream.concat(current.stream(), surplus.stream())
                .flatMap(
                        assignment -> SharingRule.blocker(
                                ledger, assignment.address(), request.service(), request.claim(assignment.group()))
                                .stream())
                .toList();
    }

    /** An address that has come to lie in the group that is asked for counts as allocated from there. */
    private Assignment mapped(Assignment held) {
        return ledger.configuration()
                .groupOf(held.address())
                .map(ServiceGroup::name)
                .filter(name -> request.group().equals(Optional.of(name)))
                .map(name -> new Assignment(held.address(), name))
                .orElse(held);
    }

    /** Whether what it holds is what it asks for: a Service that asks for nothing in particular keeps what it has. */
    private boolean keeps(Assignment held, Optional<IpAddress> requested) {
        boolean rightAddress = requested.isEmpty() || requested.get().equals(held.address());
        boolean rightGroup = request.group().isEmpty() || request.group().get().equals(held.group());
        return rightAddress && rightGroup;
    }

    private Outcome specific(IpAddress address) {
        Optional<ServiceGroup> group = ledger.configuration().groupOf(address);
        if (group.isEmpty()) {
            return Outcome.refused(Reason.NOT_IN_ANY_GROUP, "requested address " + address + " " + homeless(address));
        }
        String name = group.get().name();
        if (request.group().filter(wanted -> !wanted.equals(name)).isPresent()) {
            return Outcome.refused(
                    Reason.WRONG_GROUP,
                    "requested address " + address + " belongs to ServiceGroup \"" + name + "\", not "
                            + UserText.quoted(request.group().get())
                            + ": correct purelb.io/service-group or the address");
        }
        return admitted(group.get()).orElseGet(() -> share(address, name));
    }

    /** Why an address can be had from no group in force. */
    private String homeless(IpAddress address) {
        Configuration groups = ledger.configuration();
        return groups.avoiding(address)
                .map(group -> "is avoided by ServiceGroup \"" + group.name()
                        + "\": request another one, or take it out of spec.avoid")
                .or(() -> groups.refusedAt(address)
                        .map(refused -> "lies in ServiceGroup \""
                                + refused.spec().name() + "\", which is not in force"
                                + (groups.group(refused.spec().name()).isPresent() ? " as it is written now: " : ": ")
                                + refused.why()))
                .orElse("belongs to no ServiceGroup: request one that does, or add it to a group");
    }

    /** Why there is no group of a name in force. */
    private String missing(String name) {
        return ledger.configuration()
                .refused(name)
                .map(refused -> "ServiceGroup " + UserText.quoted(name) + " is not in force: " + refused.why())
                .orElse("there is no ServiceGroup " + UserText.quoted(name)
                        + ": create it or correct purelb.io/service-group");
    }

    /** Where a group is in force as it was: that it may be otherwise in its present text. */
    private String staleness(String name) {
        return ledger.configuration()
                .refused(name)
                .map(refused -> "; what is written now is not in force: " + refused.why())
                .orElse("");
    }

    private Outcome fromGroup() {
        String name = request.group().orElse(Allocator.DEFAULT_GROUP);
        Optional<ServiceGroup> group = ledger.configuration().group(name);
        if (group.isEmpty()) {
            return Outcome.refused(Reason.UNKNOWN_GROUP, missing(name));
        }
        if (!group.get().has(family)) {
            return Outcome.refused(
                    Reason.FAMILY_UNAVAILABLE,
                    "ServiceGroup \"" + name + "\" has no " + family + " pool: add one or change ipFamilies"
                            + staleness(name));
        }
        return admitted(group.get())
                .orElseGet(() -> request.sharingKey()
                        .flatMap(key -> ledger.sharedAddress(group.get(), family, key, request.service()))
                        .map(address -> share(address, name))
                        .orElseGet(() -> lowestFree(name)));
    }

    private Outcome lowestFree(String group) {
        return ledger.lowestFree(group, family, trace)
                .map(address -> Outcome.of(address, group))
                .orElseGet(() -> Outcome.refused(
                        Reason.EXHAUSTED,
                        "ServiceGroup \"" + group + "\" has no free " + family
                                + " address: enlarge its pools or release a Service" + staleness(group)));
    }

    private Optional<Outcome> admitted(ServiceGroup group) {
        String namespace = request.service().namespace();
        return group.admits(namespace)
                ? Optional.empty()
                : Optional.of(Outcome.refused(
                        Reason.NAMESPACE_DENIED,
                        "ServiceGroup \"" + group.name() + "\" is not open to namespace \"" + namespace
                                + "\": add it to spec.namespaces or choose another group"
                                + staleness(group.name())));
    }

    private Outcome share(IpAddress address, String group) {
        Optional<Refusal> blocker = SharingRule.blocker(ledger, address, request.service(), request.claim(group));
        trace.add(new Candidate(new AddressRange(address, address), group, blocker));
        return blocker.map(Outcome::refused).orElseGet(() -> Outcome.of(address, group));
    }
}
