package io.purelb.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param trace the addresses and pools that were looked at, in order, each with why it was passed over
 */
public record Decision(
        ServiceKey service,
        List<Assignment> held,
        List<Assignment> assigned,
        List<Assignment> released,
        List<Refusal> refusals,
        List<Refusal> conflicts,
        List<Change> changes,
        List<Candidate> trace) {
    public Decision {
        held = List.copyOf(held);
        assigned = List.copyOf(assigned);
        released = List.copyOf(released);
        refusals = List.copyOf(refusals);
        conflicts = List.copyOf(conflicts);
        changes = List.copyOf(changes);
        trace = List.copyOf(trace);
    }

    /** Whether the Service has all it asks for, and nothing is wrong with it. */
    public boolean settled() {
        return refusals.isEmpty() && conflicts.isEmpty();
    }

    /** Whether an earlier decision found the same faults. */
    boolean sameComplaints(@Nullable Decision earlier) {
        return earlier == null ? settled() : refusals.equals(earlier.refusals) && conflicts.equals(earlier.conflicts);
    }
}
