package io.purelb.core;

import java.util.List;

/**
 * What should become of one Service's addresses. Nothing has happened yet: {@link Ledger#apply} makes it so.
 *
 * @param service the Service it is about
 * @param held all it holds afterwards, in the order of its families: what its status has to say
 * @param assigned those of {@code held} it did not hold before
 * @param released what it held before and does not hold afterwards
 * @param refusals what it asks for and does not get, empty when it has all; it may get it later
 * @param conflicts what is wrong with addresses it keeps all the same
 * @param changes the steps for the ledger
 */
public record Decision(
        ServiceKey service,
        List<Assignment> held,
        List<Assignment> assigned,
        List<Assignment> released,
        List<Refusal> refusals,
        List<Refusal> conflicts,
        List<Change> changes) {
    public Decision {
        held = List.copyOf(held);
        assigned = List.copyOf(assigned);
        released = List.copyOf(released);
        refusals = List.copyOf(refusals);
        conflicts = List.copyOf(conflicts);
        changes = List.copyOf(changes);
    }
}
