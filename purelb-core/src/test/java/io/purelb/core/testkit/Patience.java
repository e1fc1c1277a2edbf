package io.purelb.core.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How long tests wait for what must happen. The limit tells a hang from a busy machine and nothing else: how fast
 * something happens is what benchmarks measure.
 */
public final class Patience {
    /** Less than the minute after which an agent looks at its kernel unasked: what it does within this it was told of. */
    public static final Duration LIMIT = Duration.ofSeconds(50);

    private static final Duration STEP = Duration.ofMillis(10);

    private Patience() {}

    /**
     * Waits until this is so.
     *
     * @param what what was awaited, for the failure
     */
    public static void until(Supplier<String> what, BooleanSupplier reached) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not reached within " + LIMIT.toSeconds() + " s: " + what.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
