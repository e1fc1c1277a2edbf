package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SettingsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void largerGroupsTakeLonger() {
        List<Timing> timings = IntStream.rangeClosed(1, 101)
                .mapToObj(Timing::forMembers)
                .distinct()
                .toList();
        assertEquals(List.of(Timing.SMALL, Timing.MEDIUM, Timing.LARGE, Timing.HUGE, Timing.VAST), timings);
        assertEquals(Timing.SMALL, Timing.forMembers(8));
        assertEquals(Timing.VAST, Timing.forMembers(101));
        for (int i = 1; i < timings.size(); i++) {
            assertTrue(timings.get(i).timeout().compareTo(timings.get(i - 1).timeout()) > 0);
        }
    }

    @Test
    void aTimingThatCannotWorkIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Timing(SECOND, SECOND, SECOND, SECOND));
        assertThrows(IllegalArgumentException.class, () -> new Timing(SECOND, Duration.ZERO, SECOND, SECOND));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Timing(SECOND, Duration.ofMillis(100), Duration.ZERO, SECOND));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Timing(SECOND, Duration.ofMillis(100), SECOND, Duration.ofMillis(99)));
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        InetAddress node = Addresses.of("172.30.250.101");
        InetAddress any = Addresses.of("0.0.0.0");
        assertThrows(IllegalArgumentException.class, () -> new GroupSettings("", node));
        assertThrows(IllegalArgumentException.class, () -> new GroupSettings("n", any));
        assertThrows(IllegalArgumentException.class, () -> new GroupSettings("n", node, 0, List.of()));
        GroupSettings settings = new GroupSettings("n", node);
        assertThrows(IllegalArgumentException.class, () -> settings.withSecret(new byte[0]));
        assertEquals(7934, settings.port());
    }
}
