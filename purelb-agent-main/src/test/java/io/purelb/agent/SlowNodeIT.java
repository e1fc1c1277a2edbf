package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.lab.SlowCable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Machines and networks that are merely slow: agents may be suspected then, but no address moves. */
final class SlowNodeIT extends AgentsIT {
    private static final Duration BAD_TIME = Duration.ofSeconds(10);

    @BeforeAll
    static void filter() {
        requireFilter();
    }

    @Test
    void machineWithoutAnIdleProcessorMovesNoAddress() {
        AtomicBoolean busy = new AtomicBoolean(true);
        assertNothingMoves(
                () -> IntStream.range(0, 2 * Runtime.getRuntime().availableProcessors())
                        .forEach(i -> spin(busy)),
                () -> busy.set(false));
    }

    private static void spin(AtomicBoolean busy) {
        Thread thread = new Thread(
                () -> {
                    while (busy.get()) {
                        Thread.onSpinWait();
                    }
                },
                "busy");
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void agentThatStandsStillForOneAndAHalfSecondsLosesNothing() {
        assertNothingMoves(() -> lan.signal(first, "STOP"), Duration.ofMillis(1_500), () -> lan.signal(first, "CONT"));
    }

    @Test
    void framesThatGetLostMoveNoAddress() {
        assertNothingMoves(
                () -> lan.nodes().forEach(SlowNodeIT::loseFrames),
                () -> lan.nodes().forEach(SlowNodeIT::loseNoFrames));
    }

    private static void loseFrames(String node) {
        nft(
                lan.hosts().namespace(node),
                "add table netdev loss; add chain netdev loss in { type filter hook ingress device eth0 priority 0; };"
                        + " add rule netdev loss in numgen random mod 100 < 5 drop");
    }

    private static void loseNoFrames(String node) {
        nft(lan.hosts().namespace(node), "delete table netdev loss");
    }

    @Test
    void framesThatTakeLongMoveNoAddress() {
        AtomicReference<SlowCable> cable = new AtomicReference<>();
        assertNothingMoves(
                () -> cable.set(lan.hosts().delay(first, Duration.ofMillis(200))),
                () -> cable.get().close());
    }

    private void assertNothingMoves(Runnable begin, Runnable end) {
        assertNothingMoves(begin, BAD_TIME, end);
    }

    private void assertNothingMoves(Runnable begin, Duration time, Runnable end) {
        long since = System.nanoTime();
        begin.run();
        try {
            asker.awaitHolder(first, since + time.toNanos(), SOON);
        } finally {
            end.run();
        }
        asker.awaitHolder(first, System.nanoTime() + QUIET.toNanos(), SOON);
        assertEquals(List.of(first), asker.holders(since));
    }
}
