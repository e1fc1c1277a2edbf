package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.ShownService.Standing;
import io.purelb.core.testkit.Scenarios;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whose Services are, whatever they show and whatever the groups say. */
class AdoptionPropertyTest {
    @Provide
    Arbitrary<Configuration> configurations() {
        return Scenarios.configurations();
    }

    private static Arbitrary<ShownService> shown() {
        Arbitrary<IpAddress> address = Arbitraries.of("10.0.0.", "10.0.1.", "203.0.113.")
                .flatMap(net -> Arbitraries.integers().between(0, 9).map(host -> IpAddress.parse(net + host)));
        return Combinators.combine(
                        Arbitraries.of(true, true, true, false),
                        Arbitraries.of(true, false),
                        address.list().ofMaxSize(2).uniqueElements(),
                        Arbitraries.of(false, false, true))
                .as((ours, branded, addresses, more) ->
                        new ShownService(ours, branded, addresses, more, List.of("default")));
    }

    @Provide
    Arbitrary<List<FoundService>> services() {
        return Combinators.combine(Scenarios.requests(), shown())
                .as((request, shown) -> new FoundService(request, Samples.LONG_AGO, shown))
                .list()
                .ofMaxSize(8)
                .uniqueElements(FoundService::key);
    }

    private static Map<IpAddress, Map<ServiceKey, Claim>> adopted(Configuration groups, List<FoundService> services) {
        Allocations allocations = new Allocations();
        allocations.load(groups);
        services.forEach(allocations::adopt);
        Map<IpAddress, Map<ServiceKey, Claim>> held = new TreeMap<>();
        allocations
                .ledger()
                .addresses()
                .forEach(address -> held.put(address, allocations.ledger().claims(address)));
        return held;
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void adoptionDependsOnNoOrder(
            @ForAll("configurations") Configuration groups,
            @ForAll("services") List<FoundService> services,
            @ForAll Random random) {
        List<FoundService> shuffled = new ArrayList<>(services);
        Collections.shuffle(shuffled, random);
        assertEquals(adopted(groups, services), adopted(groups, shuffled));
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void whatWasAdoptedStaysAndAnothersGetsNothing(
            @ForAll("configurations") Configuration groups, @ForAll("services") List<FoundService> services) {
        Allocations allocations = new Allocations();
        allocations.load(groups);
        List<Standing> before =
                services.stream().map(found -> found.shown().among(groups)).toList();
        services.forEach(allocations::adopt);
        services.forEach(allocations::settle);
        IntStream.range(0, services.size()).forEach(i -> {
            FoundService found = services.get(i);
            List<IpAddress> held = allocations.ledger().heldBy(found.key()).stream()
                    .map(Assignment::address)
                    .toList();
            switch (before.get(i)) {
                case NOT_OURS, SERVED_BY_ANOTHER -> assertEquals(List.of(), held);
                case TO_BE_ADOPTED ->
                    assertTrue(
                            found.request().requested().addresses().size() > 0
                                    || found.request().group().isPresent()
                                    || held.containsAll(wanted(found)),
                            () -> found + " holds " + held);
                case TO_BE_SERVED -> assertTrue(held.size() <= 2);
            }
        });
    }

    /** Of the families that it asks for. */
    private static List<IpAddress> wanted(FoundService found) {
        return found.shown().addresses().stream()
                .filter(address -> found.request().families().contains(address.family()))
                .toList();
    }
}
