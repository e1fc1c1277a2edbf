package io.purelb.k8s.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Time is a number here: no test waits. */
final class DutiesTest {
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    private final List<String> log = new ArrayList<>();
    private final Logger logger = Logger.getLogger(Duties.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            log.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Supplier<List<String>> state = List::of;
    private int looks;
    private long now = START;

    private final Duties duties = new Duties(List.of(new Duty() {
        @Override
        public List<String> fulfil() {
            looks++;
            return state.get();
        }

        @Override
        public String toString() {
            return "Secret ns/name";
        }
    }));

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
    }

    /** Turns so often, each time when it is due; returns the seconds in between. */
    private List<Double> waits(int turns) {
        List<Double> waits = new ArrayList<>();
        for (int i = 0; i < turns; i++) {
            long next = duties.step(now);
            waits.add((next - now) / 1e9);
            now = next;
        }
        return waits;
    }

    @Test
    void fulfilledDutyIsLookedAtEveryHalfMinute() {
        assertEquals(List.of(30.0, 30.0), waits(2));
        assertEquals(2, looks);
        assertEquals(List.of(), log);
    }

    @Test
    void dutyIsNotLookedAtBeforeItIsDue() {
        duties.step(START);
        assertEquals(START + 30_000_000_000L, duties.step(START + 1));
        assertEquals(1, looks);
    }

    @Test
    void faultIsRepeatedWithBackOffAndSaidOnceAndAgainAfterItWasGone() {
        state = () -> List.of("fault");
        assertEquals(List.of(0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0), waits(7));
        assertEquals(List.of("fault"), log);
        state = List::of;
        waits(1);
        state = () -> List.of("fault");
        assertEquals(List.of(0.5), waits(1));
        assertEquals(List.of("fault", "fault"), log);
    }

    @Test
    void refusalIsSaidWithTheObjectAndTheServersWords() {
        state = () -> {
            throw new KubernetesClientException("not for you", 403, null);
        };
        assertEquals(List.of(0.5, 1.0), waits(2));
        assertEquals(List.of("Secret ns/name cannot be seen to, trying again: not for you"), log);
    }

    @Test
    void absenceOfTheApiServerAndAnotherOnesWriteAreNothingToTellOf() {
        state = () -> {
            throw new KubernetesClientException("no answer", new IOException("refused"));
        };
        assertEquals(List.of(0.5), waits(1));
        state = () -> {
            throw new KubernetesClientException("changed", 409, null);
        };
        assertEquals(List.of(1.0), waits(1));
        assertEquals(List.of(), log);
    }

    @Test
    void dutyThatIsBrokenHasItsPauseToo() {
        state = () -> {
            throw new IllegalStateException("broken");
        };
        assertThrows(IllegalStateException.class, () -> duties.step(START));
        assertEquals(START + 500_000_000L, duties.step(START + 1));
        assertEquals(1, looks);
    }

    @Test
    void withoutDutiesThereIsNothingToWaitFor() {
        assertEquals(Long.MAX_VALUE, new Duties(List.of()).step(START));
    }
}
