package io.purelb.allocator;

import static io.purelb.allocator.Scenario.group;
import static io.purelb.allocator.Scenario.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.IpAddress;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.ServiceWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A new leader whose predecessor may have writes on their way, on an API server in memory. */
final class TakeoverTest {
    /** Of a Service that was half written. */
    private static final Map<String, String> BRAND = Map.of(Annotations.ALLOCATED_BY, "PureLB");

    private final Scenario scenario = new Scenario(true);
    private final FakeApi api = scenario.api;
    private final List<Writes.Outcome> lateOutcomes = new ArrayList<>();

    /** What the deposed leader decided on a version that it saw: an address for a Service. */
    private void lateWrite(Service seen, String address) {
        api.service(
                seen,
                new ServiceWriter.Content(
                        Map.of(Annotations.ALLOCATED_BY, Optional.of("PureLB")),
                        Optional.of(List.of(IpAddress.parse(address))),
                        Optional.of(new ServiceWriter.Allocated(true, "Allocated", "as the deposed one says"))),
                result -> lateOutcomes.add(result.outcome()));
    }

    private Service seen(String name) {
        return Serialization.clone(api.stored(name));
    }

    @Test
    void openServicesGetAnotherVersionBeforeAnythingIsGiven() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("one", 0, BRAND));
        api.put(service("two", 1, BRAND));
        scenario.run();
        assertEquals(
                List.of("TakenOver one", "TakenOver two"),
                api.written.subList(0, 2).stream().sorted().toList());
        assertEquals(List.of("10.0.0.0"), scenario.addresses("one"));
        assertEquals(List.of("10.0.0.1"), scenario.addresses("two"));
    }

    @Test
    void whoEndsInTheMiddleOfTakingOverLeavesItToTheNext() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0, BRAND));
        api.nextOutcomes.add(Writes.Outcome.FAILED);
        scenario.run(Duration.ofMillis(100));
        assertFalse(scenario.loop.tookOver());
        scenario.run();
        assertTrue(scenario.loop.tookOver());
        assertTrue(new Scenario().loop.tookOver(), "there was nobody to take over from");
    }

    @Test
    void lateWriteOfTheDeposedIsRefused() {
        api.putGroup(group("default", "10.0.0.0/32"));
        api.put(service("poor", 5, BRAND));
        Service before = seen("poor");
        api.put(service("rich", 0));
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("rich"));
        lateWrite(before, "10.0.0.0");
        assertEquals(List.of(Writes.Outcome.STALE), lateOutcomes);
        assertEquals(List.of(), scenario.addresses("poor"));
    }

    @Test
    void lateWriteThatComesFirstIsAdopted() {
        api.putGroup(group("default", "10.0.0.0/32"));
        api.put(service("poor", 5, BRAND));
        Service before = seen("poor");
        api.put(service("rich", 0));
        // The cache shows both as they were; the late write is carried out before the new leader's.
        api.cacheFollows = false;
        lateWrite(before, "10.0.0.0");
        scenario.run();
        assertFalse(scenario.loop.started(), "what was refused as stale is awaited");
        assertEquals(List.of(), scenario.addresses("rich"));
        api.catchUp();
        scenario.run();
        assertEquals(List.of(Writes.Outcome.WRITTEN), lateOutcomes);
        assertEquals(List.of("10.0.0.0"), scenario.addresses("poor"));
        assertEquals(List.of(), scenario.addresses("rich"), "the address is taken");
    }

    @Test
    void failedWriteIsRepeatedAndNothingIsGivenBefore() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0, BRAND));
        api.nextOutcomes.addAll(List.of(Writes.Outcome.FAILED, Writes.Outcome.FAILED));
        scenario.run(Duration.ofMillis(900));
        assertEquals(List.of(), api.written);
        assertFalse(scenario.loop.started());
        scenario.run(Duration.ofMillis(900));
        assertTrue(scenario.loop.started());
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
    }

    @Test
    void settledForeignAndFreshServicesAreLeftAlone() {
        Scenario first = new Scenario();
        first.api.putGroup(group("default", "10.0.0.0/30"));
        first.api.put(service("web", 0));
        first.run();
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(first.api.stored("web"));
        Service foreign = service("foreign", 1);
        foreign.getSpec().setLoadBalancerClass("example.com/other");
        api.put(foreign);
        api.put(service("fresh", 2));
        scenario.run();
        assertTrue(scenario.loop.started());
        assertEquals(
                List.of("Service fresh", "ServiceGroup default"), api.written, "a fresh one is branded first, anyway");
    }

    @Test
    void serviceDeletedMeanwhileHoldsNothingUp() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("gone", 0, BRAND));
        api.put(service("web", 1));
        api.cacheFollows = false;
        api.nextOutcomes.add(Writes.Outcome.GONE);
        scenario.run();
        assertFalse(scenario.loop.started());
        api.delete("gone");
        api.catchUp();
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
    }
}
