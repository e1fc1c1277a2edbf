package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.purelb.k8s.EventRecorder;
import io.purelb.k8s.KubeClients;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events are counted, not repeated, and hold up nothing (specification, 2.8). */
final class EventsIT extends OnRealApi {
    @Test
    void sameEventAgainIsCountedWithItsFirstAndLastTime() {
        Service service = create(draft("web"));
        try (EventRecorder events = new EventRecorder(client, "test", "", Clock.systemUTC())) {
            for (int i = 0; i < 4; i++) {
                events.normal(service, "Tried", "It was tried");
            }
            await(() -> eventsAbout("web"), all -> all.size() == 1 && all.get(0).getCount() == 4);
        }
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(43));
        Event before = eventsAbout("web").get(0);
        assertEquals("test", before.getSource().getComponent());
        assertNull(before.getSource().getHost());
        client.resource(service).delete();
        Service again = create(draft("web"));
        try (EventRecorder events = new EventRecorder(client, "test", "", new Jump(Clock.systemUTC(), later))) {
            for (int i = 0; i < 5; i++) {
                events.normal(again, "Tried", "It was tried");
            }
        }
        Event counted = await(
                () -> eventsAbout("web").stream()
                        .filter(event -> event.getInvolvedObject()
                                .getUid()
                                .equals(again.getMetadata().getUid()))
                        .findFirst()
                        .orElse(null),
                event -> event.getCount() == 5);
        Duration over =
                Duration.between(Instant.parse(counted.getFirstTimestamp()), Instant.parse(counted.getLastTimestamp()));
        assertTrue(over.toSeconds() >= 42 && over.toSeconds() <= 45, "x5 over " + over.toSeconds() + "s");
        assertEquals(4, before.getCount(), "another object of the same name has an event of its own");
    }

    /** The first look shows one time, all others another. */
    private static final class Jump extends Clock {
        private final Clock first;
        private final Clock then;
        private boolean looked;

        private Jump(Clock first, Clock then) {
            this.first = first;
            this.then = then;
        }

        @Override
        public Instant instant() {
            Instant now = (looked ? then : first).instant();
            looked = true;
            return now;
        }

        @Override
        public java.time.ZoneId getZone() {
            return first.getZone();
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void eventsThatAreRefusedOrNeverAnsweredDoNotHoldUpAllocation() {
        group("default", "10.0.0.0/24");
        Config account = Plane.allocatorAccount();
        try (FaultProxy proxy = new FaultProxy(account)) {
            allocator(proxy.through(account), true);
            FaultProxy.Rule refused = proxy.strike(2, FaultProxy.Call::isEvent, exchange -> exchange.answer(500, ""));
            create(draft("first"));
            served("first");
            awaitTrue(() -> refused.struck() == 2);
            awaitEvent("first", "Normal IPAllocated: Assigned IP 10.0.0.0 from pool default");
            FaultProxy.Rule hanging = proxy.strike(FaultProxy.Call::isEvent, FaultProxy.Exchange::never);
            for (int i = 0; i < 20; i++) {
                create(draft("w" + i));
            }
            for (int i = 0; i < 20; i++) {
                served("w" + i);
            }
            assertTrue(hanging.struck() < 10, "no Service waits for its own event: " + hanging.struck());
        }
    }

    @Test
    void eventWhoseAnswerIsLostIsThereOnce() {
        group("default", "10.0.0.0/24");
        Config account = Plane.allocatorAccount();
        try (FaultProxy proxy = new FaultProxy(account)) {
            allocator(proxy.through(account), true);
            FaultProxy.Rule lost = proxy.strike(1, FaultProxy.Call::isEvent, FaultProxy.Exchange::lose);
            create(draft("web"));
            served("web");
            awaitTrue(() ->
                    lost.struck() == 1 && proxy.calls(FaultProxy.Call::isEvent).size() == 2);
            create(draft("next"));
            awaitEvent("next", "Normal IPAllocated: Assigned IP 10.0.0.1 from pool default");
            assertEquals(List.of("Normal IPAllocated: Assigned IP 10.0.0.0 from pool default"), events("web"));
        }
    }

    @Test
    void recorderSurvivesAnApiServerThatIsAwayWhenItBegins() {
        Service service = create(draft("web"));
        Config admin = Plane.server().config();
        try (FaultProxy proxy = new FaultProxy(admin);
                var through = KubeClients.open(proxy.through(admin));
                EventRecorder events = new EventRecorder(through, "test", "", Clock.systemUTC())) {
            FaultProxy.Rule away = proxy.strike(call -> true, FaultProxy.Exchange::cut);
            events.warning(service, "Early", "It was early");
            awaitTrue(() -> away.struck() > 0);
            away.end();
            awaitEvent("web", "Warning Early: It was early");
        }
    }
}
