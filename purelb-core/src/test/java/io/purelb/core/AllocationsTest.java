package io.purelb.core;

import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.ip;
import static io.purelb.core.Samples.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AllocationsTest {
    private final Allocations allocations = new Allocations();

    @BeforeEach
    void twoAddresses() {
        allocations.configure(configuration(group("default", "10.0.0.0/31")));
    }

    private List<Decision> put(String name, int age) {
        return put(service(name), age);
    }

    private List<Decision> put(Samples.RequestBuilder request, int age) {
        return allocations.put(request.build(), Samples.LONG_AGO.minusSeconds(age));
    }

    private static List<String> told(List<Decision> outcomes) {
        return outcomes.stream()
                .map(outcome -> outcome.service().name() + Samples.addresses(outcome))
                .toList();
    }

    private List<String> waiting() {
        return allocations.unsettled().stream()
                .map(decision -> decision.service().name())
                .toList();
    }

    @Test
    void deletedServiceThatWaitsIsPassedOverAndTheNextOneIsServed() {
        put("holder", 9);
        put("second", 8);
        put("dying", 7);
        put("alive", 6);
        assertEquals(List.of("alive", "dying"), waiting().stream().sorted().toList());
        allocations.put(service("dying").build().whileTerminating(), Samples.LONG_AGO.minusSeconds(7));
        assertEquals(List.of("alive"), waiting());
        assertEquals(
                List.of("holder[]", "alive[10.0.0.0]"),
                told(allocations.remove(service("holder").build().service())));
    }

    @Test
    void deletedServiceKeepsItsAddressWhateverItAsksFor() {
        put("dying", 9);
        Decision decision = allocations
                .put(service("dying").asking("10.0.0.1").build().whileTerminating(), Samples.LONG_AGO)
                .get(0);
        assertEquals(List.of(), decision.changes());
        assertEquals("10.0.0.0", decision.held().get(0).address().toString());
        assertEquals(List.of(), decision.refusals());
    }

    @Test
    void whoWaitsIsServedOldestFirstWhenAnAddressIsReleased() {
        put("a", 9);
        put("b", 8);
        put("young", 1);
        put("old", 5);
        assertEquals(List.of("old", "young"), waiting());
        assertEquals(List.of("a[]", "old[10.0.0.0]"), told(allocations.remove(new ServiceKey("test", "a"))));
        assertEquals(List.of("young"), waiting());
    }

    @Test
    void whoWaitsIsServedWhenThePoolGrows() {
        put("a", 9);
        put("b", 8);
        put("c", 7);
        assertEquals(
                List.of("c[10.0.0.2]"), told(allocations.configure(configuration(group("default", "10.0.0.0/30")))));
        assertEquals(List.of(), waiting());
    }

    @Test
    void aMoveLetsAnotherWaitingServiceMoveIntoWhatItLeft() {
        put(service("a").asking("10.0.0.0"), 9);
        put(service("b").asking("10.0.0.1"), 8);
        put(service("b").asking("10.0.0.0"), 8);
        put(service("c").asking("10.0.0.1"), 7);
        assertEquals(List.of("b", "c"), waiting());
        assertEquals(
                List.of("a[]", "b[10.0.0.0]", "c[10.0.0.1]"), told(allocations.remove(new ServiceKey("test", "a"))));
        assertEquals(List.of(), waiting());
    }

    @Test
    void aChangeOfOneSharerIsToldToTheOthersOnceAndTakenBackWhenMended() {
        put(service("a").key("web"), 9);
        put(service("b").key("web").ports(443), 8);
        assertEquals(
                List.of("b[10.0.0.0]", "a[10.0.0.0]"),
                told(put(service("b").key("web").ports(443).local(), 8)));
        assertEquals(List.of("a", "b"), waiting());
        assertEquals(
                List.of("b[10.0.0.0]", "a[10.0.0.0]"),
                told(put(service("b").key("web").ports(443), 8)));
        assertEquals(List.of(), waiting());
    }

    @Test
    void whoWaitsInAFullPoolJoinsAnAddressThatIsSharedLater() {
        put("a", 9);
        put("b", 8);
        put(service("c").key("web"), 7);
        assertEquals(List.of("c"), waiting());
        allocations.remove(new ServiceKey("test", "a"));
        put("d", 6);
        put(service("e").key("web").ports(443), 5);
        assertEquals(List.of("d"), waiting());
    }

    @Test
    void nothingIsToldTwice() {
        put("a", 9);
        put("b", 8);
        put("c", 7);
        assertEquals(List.of(), allocations.configure(configuration(group("default", "10.0.0.0/31"))));
    }

    @Test
    void adoptedAddressesAreKeptBeforeAnythingIsGiven() {
        Allocations fresh = new Allocations();
        fresh.configure(configuration(group("default", "10.0.0.0/31")));
        fresh.adopt(service("a").build(), Samples.LONG_AGO, List.of(ip("10.0.0.0")), List.of("default"));
        List<Decision> outcomes = fresh.put(service("b").build(), Samples.LONG_AGO);
        assertEquals(List.of("b[10.0.0.1]"), told(outcomes));
    }

    @Test
    void theTraceNamesWhatWasPassedOver() {
        allocations.configure(configuration(group("default", "10.0.0.0", "10.0.0.2-10.0.0.3")));
        put("a", 9);
        Decision decision = put("b", 8).get(0);
        assertEquals(2, decision.trace().size());
        assertEquals(
                Reason.EXHAUSTED,
                decision.trace().get(0).refusal().orElseThrow().reason());
        assertTrue(decision.trace().get(1).toString().contains("10.0.0.2 of default: taken"));
    }

    @Test
    void whatIsFreedGoesToTheOldestEvenWhenAYoungerOneSharedWithWhoLeft() {
        allocations.configure(configuration(group("default", "10.0.0.0/31", "fd00::1")));
        put(service("leaver").key("web").families(FamilyPolicy.PREFER_DUAL_STACK, IpFamily.IPV4, IpFamily.IPV6), 9);
        put(service("sharer").key("web").ports(81), 8);
        put(
                service("sharer")
                        .key("web")
                        .ports(81)
                        .asking("fd00::1")
                        .local()
                        .families(FamilyPolicy.PREFER_DUAL_STACK, IpFamily.IPV4, IpFamily.IPV6),
                1);
        put(service("oldest").families(FamilyPolicy.SINGLE_STACK, IpFamily.IPV6), 5);
        allocations.remove(new ServiceKey("test", "leaver"));
        assertEquals(
                List.of("fd00::1"),
                allocations.ledger().heldBy(new ServiceKey("test", "oldest")).stream()
                        .map(held -> held.address().toString())
                        .toList());
    }
}
