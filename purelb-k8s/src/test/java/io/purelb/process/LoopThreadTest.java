package io.purelb.process;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LoopThreadTest {
    private final Semaphore steps = new Semaphore(0);

    @Test
    void wakingRunsAStepAndSilenceRunsNone() throws InterruptedException {
        try (LoopThread loop = new LoopThread("test")) {
            loop.start(now -> {
                steps.release();
                return Long.MAX_VALUE;
            });
            steps.acquire();
            assertFalse(steps.tryAcquire(50, TimeUnit.MILLISECONDS));
            loop.wake();
            steps.acquire();
        }
    }

    @Test
    void stepRunsAgainWhenItsTimeHasCome() throws InterruptedException {
        try (LoopThread loop = new LoopThread("test")) {
            loop.start(now -> {
                steps.release();
                return now + Duration.ofMillis(1).toNanos();
            });
            steps.acquire(3);
        }
    }

    @Test
    void wakeBeforeStartAndDuringAStepIsNotLost() throws InterruptedException {
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (LoopThread loop = new LoopThread("test")) {
            loop.wake();
            loop.start(now -> {
                inStep.countDown();
                awaitQuietly(go);
                steps.release();
                return Long.MAX_VALUE;
            });
            inStep.await();
            loop.wake();
            go.countDown();
            steps.acquire(2);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void failedStepIsRepeated() throws InterruptedException {
        try (LoopThread loop = new LoopThread("test")) {
            loop.start(now -> {
                steps.release();
                if (steps.availablePermits() < 2) {
                    throw new IllegalStateException("first");
                }
                return Long.MAX_VALUE;
            });
            steps.acquire(2);
        }
    }

    @Test
    void callsRunOnTheLoopsThread() {
        try (LoopThread loop = new LoopThread("owner")) {
            loop.start(now -> Long.MAX_VALUE);
            assertEquals(
                    "owner", loop.call(() -> Thread.currentThread().getName()).join());
        }
    }

    @Test
    void loopThatHasNotBegunIsNotBrokenAndOneThatEndedIs() throws InterruptedException {
        LoopThread loop = new LoopThread("test");
        CountDownLatch inStep = new CountDownLatch(1);
        assertTrue(loop.turns(Duration.ZERO));
        loop.start(now -> {
            inStep.countDown();
            return Long.MAX_VALUE;
        });
        inStep.await();
        loop.close();
        assertFalse(loop.turns(LIMIT));
    }

    @Test
    void loopThatHangsDoesNotTurn() throws InterruptedException {
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (LoopThread loop = new LoopThread("test")) {
            loop.start(now -> {
                inStep.countDown();
                awaitQuietly(go);
                return Long.MAX_VALUE;
            });
            inStep.await();
            assertTrue(loop.turns(LIMIT));
            assertFalse(loop.turns(Duration.ZERO));
            go.countDown();
        }
    }
}
