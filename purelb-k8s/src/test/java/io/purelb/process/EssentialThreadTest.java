package io.purelb.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class EssentialThreadTest {
    /** Later than every promise of the threads of other tests. */
    private static final long LATER = Duration.ofHours(1).toNanos();

    private final CountDownLatch there = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    private Thread start(Runnable promise) throws InterruptedException {
        Thread thread = EssentialThread.of("a-test", () -> {
            promise.run();
            there.countDown();
            try {
                end.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        there.await();
        return thread;
    }

    private Optional<String> later() {
        return EssentialThread.broken(System.nanoTime() + LATER);
    }

    @Test
    void threadThatIsLateIsNamed() throws InterruptedException {
        Thread thread = start(() -> EssentialThread.within(Duration.ofMinutes(1)));
        assertEquals(Optional.empty(), EssentialThread.broken(System.nanoTime()));
        assertEquals(Optional.of("a-test"), later());
        end.countDown();
        thread.join();
        assertEquals(Optional.empty(), later());
    }

    @Test
    void threadThatWaitsMayWait() throws InterruptedException {
        Thread thread = start(() -> {
            EssentialThread.within(Duration.ofMinutes(1));
            EssentialThread.idle();
        });
        assertEquals(Optional.empty(), later());
        end.countDown();
        thread.join();
    }

    @Test
    void threadThatDiedIsNamed() throws InterruptedException {
        Thread thread = EssentialThread.of("a-dead-test", () -> {
            throw new IllegalStateException("by a test");
        });
        thread.setUncaughtExceptionHandler((dying, fault) -> {});
        thread.start();
        thread.join();
        assertEquals(Optional.of("a-dead-test"), EssentialThread.broken(System.nanoTime()));
        EssentialThread.forget(thread);
    }
}
