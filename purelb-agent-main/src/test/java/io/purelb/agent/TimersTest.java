package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.AddressOptions;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The three small clocks of the loop: announcements, what is pending, renewals. */
final class TimersTest {
    private static final InterfaceAddress WHERE = new InterfaceAddress("eth0", Subnet.parse("10.0.0.5/24"));

    @Test
    void announcementIsRepeatedAtItsInterval() {
        AnnouncementSchedule schedule = new AnnouncementSchedule();
        schedule.begin(0, WHERE, 2, 500);
        assertEquals(List.of(WHERE), schedule.due(0));
        assertEquals(List.of(), schedule.due(499));
        assertEquals(500, schedule.nextAt());
        assertEquals(List.of(WHERE), schedule.due(500));
        assertEquals(Long.MAX_VALUE, schedule.nextAt());
    }

    @Test
    void lostAddressIsAnnouncedNoMore() {
        AnnouncementSchedule schedule = new AnnouncementSchedule();
        schedule.begin(0, WHERE, 3, 500);
        schedule.retain(Set.of());
        assertEquals(List.of(), schedule.due(0));
    }

    @Test
    void pendingIsAskedForAgainWithGrowingPauses() {
        Pending<String> pending = new Pending<>(100, 300);
        assertTrue(pending.ask(0, "key", "value"));
        assertFalse(pending.ask(99, "key", "value"));
        assertTrue(pending.ask(100, "key", "value"));
        assertFalse(pending.ask(299, "key", "value"));
        assertTrue(pending.ask(300, "key", "value"));
        assertEquals(600, pending.nextAt());
        assertTrue(pending.ask(301, "key", "another value"));
    }

    @Test
    void pendingThatIsDoneStartsAfresh() {
        Pending<String> pending = new Pending<>(100, 300);
        assertTrue(pending.ask(0, "key", "value"));
        pending.retain(Set.of());
        assertTrue(pending.ask(1, "key", "value"));
    }

    @Test
    void finiteLifetimeIsRenewedAtHalf() {
        Renewals renewals = new Renewals();
        AddressOptions finite = new AddressOptions(OptionalLong.of(300), OptionalLong.of(300), false);
        assertEquals(List.of(), renewals.due(0, Map.of(WHERE, finite), Set.of(WHERE)));
        assertEquals(150_000, renewals.nextAt());
        assertEquals(List.of(), renewals.due(149_999, Map.of(WHERE, finite), Set.of()));
        assertEquals(List.of(WHERE), renewals.due(150_000, Map.of(WHERE, finite), Set.of()));
    }

    @Test
    void lifetimeThatBecomesForEverIsSetOnce() {
        Renewals renewals = new Renewals();
        AddressOptions finite = new AddressOptions(OptionalLong.of(300), OptionalLong.of(300), false);
        assertEquals(List.of(WHERE), renewals.due(0, Map.of(WHERE, finite), Set.of()));
        assertEquals(List.of(WHERE), renewals.due(1, Map.of(WHERE, AddressOptions.FOREVER), Set.of()));
        assertEquals(List.of(), renewals.due(2, Map.of(WHERE, AddressOptions.FOREVER), Set.of()));
    }
}
