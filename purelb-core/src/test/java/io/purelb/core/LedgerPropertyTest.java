package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.testkit.Command;
import io.purelb.core.testkit.Scenarios;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds of a ledger beyond what can be seen of {@link Allocations}, which the test kit's properties are about. */
class LedgerPropertyTest {
    @Provide
    Arbitrary<List<Command>> commands() {
        return Scenarios.commands();
    }

    @Provide
    Arbitrary<ServiceRequest> requests() {
        return Scenarios.requests();
    }

    @Provide
    Arbitrary<Configuration> configurations() {
        return Scenarios.configurations();
    }

    private static Ledger after(List<Command> commands) {
        Ledger ledger = new Ledger();
        for (Command command : commands) {
            if (command instanceof Command.Allocate allocate) {
                ledger.apply(Allocator.decide(ledger, allocate.request()).changes());
            } else if (command instanceof Command.Release release) {
                ledger.apply(Allocator.release(ledger, release.service()).changes());
            } else if (command instanceof Command.Configure configure) {
                ledger.configure(configure.configuration());
            }
        }
        return ledger;
    }

    private static Map<IpAddress, Map<ServiceKey, Claim>> contents(Ledger ledger) {
        Map<IpAddress, Map<ServiceKey, Claim>> contents = new TreeMap<>();
        ledger.addresses().forEach(address -> contents.put(address, ledger.claims(address)));
        return contents;
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void decidingLeavesTheLedgerAsItIsAndAppliedOnceNothingIsLeftToDo(
            @ForAll("commands") List<Command> commands, @ForAll("requests") ServiceRequest request) {
        Ledger ledger = after(commands);
        Map<IpAddress, Map<ServiceKey, Claim>> before = contents(ledger);
        Decision first = Allocator.decide(ledger, request);
        assertEquals(before, contents(ledger));
        ledger.apply(first.changes());
        assertEquals(
                first.held(),
                request.families().isEmpty()
                        ? Allocator.decide(ledger, request).held()
                        : request.families().stream()
                                .flatMap(family -> ledger.heldBy(request.service()).stream()
                                        .filter(held -> held.address().family() == family))
                                .toList());
        Decision second = Allocator.decide(ledger, request);
        assertEquals(List.of(), second.changes());
        assertEquals(first.refusals(), second.refusals());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void otherGroupsLeaveEveryClaimAsItIs(
            @ForAll("commands") List<Command> commands, @ForAll("configurations") Configuration next) {
        Ledger ledger = after(commands);
        Map<IpAddress, Map<ServiceKey, Claim>> before = contents(ledger);
        ledger.configure(next);
        assertEquals(before, contents(ledger));
        ledger.orphans().forEach(orphan -> assertEquals(Optional.empty(), next.groupOf(orphan)));
    }
}
