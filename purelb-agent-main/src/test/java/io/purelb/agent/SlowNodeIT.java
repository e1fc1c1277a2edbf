package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Machines that are merely slow: agents may be suspected then, but no address moves. */
final class SlowNodeIT extends AgentsIT {
    private static final Duration BAD_TIME = Duration.ofSeconds(10);

    @Test
    void machineWithoutAnIdleProcessorMovesNoAddress() {
        AtomicBoolean busy = new AtomicBoolean(true);
        assertNothingMoves(
                "busy processors",
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
        assertNothingMoves(
                "1.5 s stop",
                () -> lan.signal(first, "STOP"),
                Duration.ofMillis(1_500),
                () -> lan.signal(first, "CONT"));
    }

    private void assertNothingMoves(String name, Runnable begin, Runnable end) {
        assertNothingMoves(name, begin, BAD_TIME, end);
    }

    private void assertNothingMoves(String name, Runnable begin, Duration time, Runnable end) {
        double before = viewChanges();
        long since = System.nanoTime();
        begin.run();
        try {
            asker.awaitHolder(first, since + time.toNanos(), SOON);
        } finally {
            end.run();
        }
        asker.awaitHolder(first, System.nanoTime() + QUIET.toNanos(), SOON);
        System.out.printf(
                "%s: %.0f view changes of %d members, %d ms without an answer%n",
                name,
                viewChanges() - before,
                lan.nodes().size(),
                asker.silence(since).toMillis());
        assertEquals(List.of(first), asker.holders(since));
    }

    private static double viewChanges() {
        return lan.nodes().stream()
                .flatMap(node -> lan.metrics(node).lines())
                .filter(line -> line.startsWith("purelb_election_view_changes_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
