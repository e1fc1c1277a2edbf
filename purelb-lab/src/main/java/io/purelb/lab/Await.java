package io.purelb.lab;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for a condition that nobody signals, with a deadline and a name for what is awaited. */
final class Await {
    private static final Duration STEP = Duration.ofMillis(20);

    private Await() {}

    /** Whether the condition came true within {@code limit}; asked at least once. */
    static boolean reached(BooleanSupplier condition, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    /**
     * The value as soon as there is one.
     *
     * @param what the awaited thing, for the sentence: "the API server to be ready"
     * @throws LabException naming {@code what} after {@code limit}
     */
    static <T> T value(Supplier<String> what, Duration limit, Supplier<Optional<T>> attempt) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> value = attempt.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new LabException("Waited " + limit.toSeconds() + " s in vain for " + what.get() + ".");
            }
            pause();
        }
    }

    private static void pause() {
        if (Thread.currentThread().isInterrupted()) {
            throw new LabException("The lab is being stopped.");
        }
        LockSupport.parkNanos(STEP.toNanos());
    }
}
