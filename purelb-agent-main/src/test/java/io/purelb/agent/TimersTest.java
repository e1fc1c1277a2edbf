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
import org.junit.jupiter.api.Test;

/** The small clocks of the loop: what is pending, renewals. */
final class TimersTest {
    private static final InterfaceAddress WHERE = new InterfaceAddress("eth0", Subnet.parse("10.0.0.5/24"));

    @Test
    void pendingIsAskedForAgainWithGrowingPauses() {
        Pending<String> pending = new Pending<>(100, 300);
        assertTrue(pending.ask(0, "key", "value"));
        assertFalse(pending.ask(99, "key", "value"));
        assertTrue(pending.ask(100, "key", "value"));
        assertFalse(pending.ask(299, "key", "value"));
        assertTrue(pending.ask(300, "key", "value"));
        assertEquals(600, pending.nextAt());
        assertEquals(List.of(), pending.due(599));
        assertEquals(List.of("key"), pending.due(600));
        assertTrue(pending.ask(301, "key", "another value"));
    }

    @Test
    void pendingThatIsDoneStartsAfresh() {
        Pending<String> pending = new Pending<>(100, 300);
        assertTrue(pending.ask(0, "key", "value"));
        pending.forget("key");
        assertTrue(pending.ask(1, "key", "value"));
    }

    @Test
    void finiteLifetimeIsRenewedAtHalf() {
        Renewals renewals = new Renewals();
        AddressOptions finite = new AddressOptions(OptionalLong.of(300), OptionalLong.of(300), false);
        renewals.hold(0, WHERE, finite, true);
        assertEquals(150_000, renewals.nextAt());
        renewals.hold(1, WHERE, finite, false);
        assertEquals(Map.of(), renewals.due(149_999));
        assertEquals(Map.of(WHERE, finite), renewals.due(150_000));
        assertEquals(300_000, renewals.nextAt());
        renewals.forget(WHERE);
        assertEquals(Map.of(), renewals.due(300_000));
    }

    @Test
    void lifetimeThatBecomesForEverIsSetOnce() {
        Renewals renewals = new Renewals();
        AddressOptions finite = new AddressOptions(OptionalLong.of(300), OptionalLong.of(300), false);
        renewals.hold(0, WHERE, finite, false);
        assertEquals(Map.of(WHERE, finite), renewals.due(0));
        renewals.hold(1, WHERE, AddressOptions.FOREVER, false);
        assertEquals(Map.of(WHERE, AddressOptions.FOREVER), renewals.due(1));
        renewals.hold(2, WHERE, AddressOptions.FOREVER, false);
        assertEquals(Map.of(), renewals.due(2));
    }
}
