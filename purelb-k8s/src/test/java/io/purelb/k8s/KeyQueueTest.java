package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Time is a number here: no test waits. */
final class KeyQueueTest {
    private static final long MS = 1_000_000;

    private final AtomicInteger wakes = new AtomicInteger();
    private final KeyQueue<String> queue =
            new KeyQueue<>(wakes::incrementAndGet, Duration.ofMillis(100), Duration.ofSeconds(1));

    @Test
    void keyAddedTwiceIsHandedOutOnce() {
        queue.add("a");
        queue.add("a");
        queue.add("b");
        assertEquals(2, queue.depth());
        assertEquals(Optional.of("a"), queue.poll(0));
        assertEquals(Optional.of("b"), queue.poll(0));
        assertEquals(Optional.empty(), queue.poll(0));
    }

    @Test
    void keyAddedWhileItRunsIsReadyAgainOnlyWhenDone() {
        queue.add("a");
        queue.poll(0);
        queue.add("a");
        assertEquals(Optional.empty(), queue.poll(0));
        queue.done("a");
        assertEquals(Optional.of("a"), queue.poll(0));
        queue.done("a");
        assertEquals(Optional.empty(), queue.poll(0));
    }

    @Test
    void failedKeyWaitsTwiceAsLongEachTimeUpToTheLongest() {
        List<Long> waits = new ArrayList<>();
        long now = 0;
        queue.add("a");
        for (int i = 0; i < 6; i++) {
            assertEquals(Optional.of("a"), queue.poll(now));
            queue.retry("a", now);
            long due = queue.nextDue(now);
            assertEquals(Optional.empty(), queue.poll(due - 1));
            waits.add((due - now) / MS);
            now = due;
        }
        assertEquals(List.of(100L, 200L, 400L, 800L, 1000L, 1000L), waits);
    }

    @Test
    void successForgetsEarlierFailures() {
        queue.add("a");
        queue.poll(0);
        queue.retry("a", 0);
        queue.poll(100 * MS);
        queue.done("a");
        queue.add("a");
        queue.poll(200 * MS);
        queue.retry("a", 200 * MS);
        assertEquals(300 * MS, queue.nextDue(200 * MS));
    }

    @Test
    void failedKeyWaitsThoughItWasAddedMeanwhile() {
        queue.add("a");
        queue.poll(0);
        queue.add("a");
        queue.retry("a", 0);
        assertEquals(Optional.empty(), queue.poll(99 * MS));
        assertEquals(Optional.of("a"), queue.poll(100 * MS));
    }

    @Test
    void newsEndTheWaitOfAFailedKey() {
        queue.add("a");
        queue.poll(0);
        queue.retry("a", 0);
        queue.add("a");
        assertEquals(Optional.of("a"), queue.poll(1));
        queue.done("a");
        assertEquals(Optional.empty(), queue.poll(1000 * MS));
        assertEquals(Long.MAX_VALUE, queue.nextDue(1000 * MS));
    }

    @Test
    void runOnOldDataIsRepeatedAtOnceWhenThereAreNewsAndElseWaits() {
        for (int i = 0; i < 12; i++) {
            queue.add("a");
            assertEquals(Optional.of("a"), queue.poll(0));
            queue.add("a");
            queue.retryOnNews("a", 0);
            assertEquals(Optional.of("a"), queue.poll(0));
            queue.done("a");
        }
        queue.add("a");
        queue.poll(0);
        queue.retryOnNews("a", 0);
        assertEquals(Optional.empty(), queue.poll(0));
        assertEquals(Optional.of("a"), queue.poll(queue.nextDue(0)));
    }

    @Test
    void earlierOfTwoDelaysCounts() {
        queue.addAfter("a", Duration.ofMillis(50), 0);
        queue.addAfter("a", Duration.ofMillis(20), 0);
        queue.addAfter("a", Duration.ofMillis(80), 0);
        assertEquals(1, queue.depth());
        assertEquals(20 * MS, queue.nextDue(0));
        assertEquals(Optional.of("a"), queue.poll(20 * MS));
        queue.done("a");
        assertEquals(Optional.empty(), queue.poll(90 * MS));
    }

    @Test
    void delayAskedForDuringARunIsKept() {
        queue.add("a");
        queue.poll(0);
        queue.addAfter("a", Duration.ofMillis(10), 0);
        queue.done("a");
        assertEquals(Optional.empty(), queue.poll(9 * MS));
        assertEquals(Optional.of("a"), queue.poll(10 * MS));
    }

    @Test
    void keysComeInTheOrderInWhichTheyBecameReady() {
        queue.addAfter("late", Duration.ofMillis(2), 0);
        queue.addAfter("early", Duration.ofMillis(1), 0);
        queue.add("now");
        assertEquals(Optional.of("now"), queue.poll(5 * MS));
        assertEquals(Optional.of("early"), queue.poll(5 * MS));
        assertEquals(Optional.of("late"), queue.poll(5 * MS));
    }

    @Test
    void clockMayStartAnywhereAndWrap() {
        long now = Long.MAX_VALUE - 10;
        queue.addAfter("a", Duration.ofMillis(1), now);
        assertEquals(Optional.empty(), queue.poll(now));
        assertEquals(Optional.of("a"), queue.poll(now + MS));
    }

    @Test
    void everyChangeThatMakesAKeyReadyWakesTheTaker() {
        queue.add("a");
        queue.poll(0);
        queue.add("a");
        queue.done("a");
        queue.poll(0);
        queue.retry("a", 0);
        assertEquals(4, wakes.get());
    }
}
