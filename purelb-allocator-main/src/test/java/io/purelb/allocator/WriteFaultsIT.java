package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that fail are repeated, nothing is lost, nothing is written twice (specification, 2.7). */
final class WriteFaultsIT extends OnRealApi {
    private final Config account = Plane.allocatorAccount();
    private FaultProxy proxy;

    @BeforeEach
    void startBehindProxy() {
        proxy = new FaultProxy(account);
        group("default", "10.0.0.0/24");
        allocator(proxy.through(account), true);
        create(draft("warm-up"));
        assertEquals(List.of("10.0.0.0"), served("warm-up"));
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    /** How often the API server carried out a write on a Service of this name or an event about it. */
    private Map<String, Long> done(String name) {
        String object = " " + namespace + "/" + name;
        return requests(request -> (request.contains(object + " ") || request.contains(object + "."))
                        && request.matches(".* 20[01]"))
                .stream()
                .map(request -> request.substring(0, request.indexOf(' ', request.indexOf(' ') + 1)))
                .filter(request -> !request.startsWith("get"))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private void assertWrittenOnce(String name) {
        awaitTrue(() -> events(name).size() == 1);
        assertEquals(Map.of("patch services", 1L, "patch services/status", 1L, "create events", 1L), done(name));
    }

    @Test
    void serviceThatIsLeftInPeaceCostsTwoPatchesAndOneEvent() {
        IntStream.range(0, 20).forEach(i -> create(draft("w" + i)));
        IntStream.range(0, 20).forEach(i -> served("w" + i));
        barrier();
        IntStream.range(0, 20).forEach(i -> assertWrittenOnce("w" + i));
        assertTrue(requests(request -> !request.matches(".* (20[01]|0)")).stream()
                .noneMatch(request -> request.contains(namespace + "/w")));
    }

    private void assertServedDespite(FaultProxy.Fault fault) {
        FaultProxy.Rule metadata = proxy.strike(2, FaultProxy.Call::writesService, fault);
        FaultProxy.Rule status = proxy.strike(2, call -> call.writesService("/status"), fault);
        create(draft("web"));
        assertEquals(List.of("10.0.0.1"), served("web"));
        assertEquals(2, metadata.struck());
        assertEquals(2, status.struck());
        barrier();
        assertWrittenOnce("web");
    }

    @Test
    void conflictIsReadAgainAndRepeated() {
        assertServedDespite(exchange -> exchange.answer(409, ""));
    }

    @Test
    void tooManyRequestsIsRepeated() {
        assertServedDespite(exchange -> exchange.answer(429, ""));
    }

    @Test
    void internalErrorIsRepeated() {
        assertServedDespite(exchange -> exchange.answer(500, ""));
    }

    @Test
    void unavailableServerIsAskedAgain() {
        assertServedDespite(exchange -> exchange.answer(503, "no endpoints available"));
    }

    @Test
    void missingRightIsTriedAgain() {
        assertServedDespite(exchange -> exchange.answer(403, ""));
    }

    @Test
    void brokenConnectionIsMadeAgain() {
        assertServedDespite(FaultProxy.Exchange::cut);
    }

    @Test
    void writeIsRepeatedNoSoonerThanTheServerSays() {
        FaultProxy.Rule busy = proxy.strike(
                1,
                FaultProxy.Call::writesService,
                exchange -> exchange.answer(429, "Too many requests", "Retry-After", "2"));
        create(draft("web"));
        served("web");
        List<FaultProxy.Call> calls =
                proxy.calls(call -> call.writesService() && call.path().contains("/web"));
        assertEquals(1, busy.struck());
        assertTrue(
                calls.get(1).at() - calls.get(0).at() >= Duration.ofSeconds(2).toNanos(), "" + calls);
    }

    @Test
    void writeWhoseAnswerIsLostIsNotDoneTwice() {
        proxy.strike(1, call -> call.writesService("/web"), FaultProxy.Exchange::lose);
        proxy.strike(1, call -> call.writesService("/web/status"), FaultProxy.Exchange::lose);
        create(draft("web"));
        assertEquals(List.of("10.0.0.1"), served("web"));
        barrier();
        assertWrittenOnce("web");
    }

    @Test
    void writeThatIsNeverAnsweredIsGivenUpAndRepeated() {
        FaultProxy.Rule hanging = proxy.strike(1, call -> call.writesService("/web"), FaultProxy.Exchange::never);
        FaultProxy.Rule stalled = proxy.strike(1, call -> call.writesService("/half"), FaultProxy.Exchange::stall);
        create(draft("web"));
        create(draft("half"));
        awaitTrue(() -> hanging.struck() + stalled.struck() == 2);
        assertEquals(1, served("web").size());
        assertEquals(1, served("half").size());
        assertWrittenOnce("web");
        assertWrittenOnce("half");
    }

    /** One after the other they would hang for longer than anybody here waits. */
    @Test
    void sevenWritesThatAreNeverAnsweredHoldUpNobodyElse() {
        FaultProxy.Rule hanging = proxy.strike(
                call -> call.writesService() && call.path().contains("/hanging-"), FaultProxy.Exchange::never);
        IntStream.range(0, 7).forEach(i -> create(draft("hanging-" + i)));
        awaitTrue(() -> hanging.struck() >= 7);
        create(draft("other"));
        assertEquals(1, served("other").size());
        hanging.end();
        IntStream.range(0, 7)
                .forEach(i -> assertEquals(1, served("hanging-" + i).size()));
    }

    @Test
    void longerFaultIsAnsweredWithLongerPauses() {
        FaultProxy.Rule broken =
                proxy.strike(7, call -> call.writesService("/web"), exchange -> exchange.answer(500, ""));
        create(draft("web"));
        served("web");
        List<Long> at = proxy.calls(call -> call.writesService("/web")).stream()
                .map(FaultProxy.Call::at)
                .toList();
        assertEquals(7, broken.struck());
        for (int i = 1; i < at.size(); i++) {
            long pause = at.get(i) - at.get(i - 1);
            assertTrue(
                    pause >= Duration.ofMillis(50L << (i - 1)).toNanos(),
                    "pause " + i + ": " + pause / 1_000_000 + " ms");
        }
        assertWrittenOnce("web");
    }

    @Test
    void anotherWriterAtTheSameServicesAllTheTimeHoldsUpNobodyAndLosesNothing() throws InterruptedException {
        AtomicBoolean storm = new AtomicBoolean(true);
        int services = 10;
        IntStream.range(0, services).forEach(i -> create(draft("w" + i).clusterIp()));
        Thread other = new Thread(() -> {
            for (int round = 0; storm.get(); round++) {
                for (int i = 0; i < services; i++) {
                    annotate("w" + i, "example.com/round", String.valueOf(round));
                }
            }
            for (int i = 0; i < services; i++) {
                annotate("w" + i, "example.com/round", "last");
            }
        });
        other.start();
        try {
            IntStream.range(0, services)
                    .forEach(
                            i -> edit(
                                    "w" + i,
                                    "{'spec':{'type':'LoadBalancer','loadBalancerClass':'purelb.io/purelb','allocateLoadBalancerNodePorts':false}}"));
            IntStream.range(0, services).forEach(i -> served("w" + i));
        } finally {
            storm.set(false);
            other.join();
        }
        barrier();
        assertEquals(
                services,
                IntStream.range(0, services)
                        .mapToObj(i -> addresses("w" + i))
                        .distinct()
                        .count());
        IntStream.range(0, services).forEach(i -> {
            assertEquals("last", annotation(get("w" + i), "example.com/round"));
            assertWrittenOnce("w" + i);
        });
    }

    /** With pauses that double they would take longer than anybody here waits. */
    @Test
    void manyConflictsInARowAreRepeatedWithoutLongPauses() {
        FaultProxy.Rule conflicts = proxy.strike(25, call -> call.writesService("/web/status"), exchange -> {
            annotate("web", "example.com/note", String.valueOf(System.nanoTime()));
            exchange.pass();
        });
        create(draft("web"));
        served("web");
        assertEquals(25, conflicts.struck());
        assertWrittenOnce("web");
    }

    @Test
    void cacheThatLagsBehindCausesNoSecondWrite() {
        proxy.strike(1, call -> call.writesService("/web"), exchange -> {
            // From here on the allocator sees none of its own writes.
            proxy.silenceWatches("services");
            exchange.pass();
        });
        create(draft("web"));
        served("web");
        awaitTrue(() -> events("web").size() == 1);
        // Every Service is looked at again, as it was before the writes.
        group("default", "10.0.0.0/24", "10.1.0.0/24");
        awaitGroup("default", group -> "512".equals(group.getStatus().size()));
        proxy.cutWatches();
        barrier();
        assertEquals(
                List.of(),
                requests(request -> request.contains(" " + namespace + "/web ") && request.endsWith(" 409")));
        assertWrittenOnce("web");
    }

    @Test
    void addressNeverShowsWithoutItsBrandAndAHalfDoneWriteIsFinishedAfterAKill() throws Exception {
        cleanUpAllocators();
        FaultProxy.Rule held = proxy.strike(call -> call.writesService("/web/status"), FaultProxy.Exchange::never);
        try (ChildAllocator child = new ChildAllocator(proxy.through(account))) {
            create(draft("web"));
            awaitTrue(() -> held.struck() == 1);
            assertEquals("PureLB", annotation(get("web"), "purelb.io/allocated-by"));
            assertEquals(List.of(), addresses("web"));
            child.kill();
        }
        held.end();
        create(draft("a-rival"));
        try (ChildAllocator next = new ChildAllocator(proxy.through(account))) {
            assertEquals(1, served("web").size());
            assertEquals(
                    2,
                    List.of(served("web"), served("a-rival")).stream()
                            .distinct()
                            .count());
            assertTrue(next.isAlive());
        }
        barrierOfOwnAllocator();
        // The first makes void what the killed one had on its way.
        assertEquals(2L, done("web").get("patch services/status"));
    }

    private void barrierOfOwnAllocator() {
        allocator();
        barrier();
    }

    @Test
    void releaseThatWasKilledHalfwayIsFinished() throws Exception {
        cleanUpAllocators();
        try (ChildAllocator child = new ChildAllocator(proxy.through(account))) {
            FaultProxy.Rule held = proxy.strike(call -> call.writesService("/warm-up"), FaultProxy.Exchange::never);
            edit("warm-up", "{'spec':{'type':'ClusterIP'}}");
            awaitTrue(() -> held.struck() == 1);
            child.kill();
            held.end();
        }
        assertEquals("PureLB", annotation(get("warm-up"), "purelb.io/allocated-by"));
        create(draft("heir"));
        barrierOfOwnAllocator();
        assertEquals(List.of("10.0.0.0"), served("heir"));
        assertNull(annotation(get("warm-up"), "purelb.io/allocated-by"));
    }
}
