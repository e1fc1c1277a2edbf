package io.purelb.allocator;

import io.purelb.process.Log;
import java.time.Duration;

/** Counts writes that failed and says so at most every 10 seconds: an API server that is away fails them all. */
final class WriteFailures {
    private static final Log LOG = Log.of(WriteFailures.class);
    private static final long SILENCE = Duration.ofSeconds(10).toNanos();

    private final AllocatorMetrics metrics;
    private boolean never = true;
    private long last;

    WriteFailures(AllocatorMetrics metrics) {
        this.metrics = metrics;
    }

    /** The write of {@code object} failed and is tried again. */
    void report(String object, Writes.Result result, long now) {
        metrics.common().updateErrors().inc();
        if (never || now - last > SILENCE) {
            never = false;
            last = now;
            LOG.warn("a write failed, trying again", "object", object, "error", result.text());
        }
    }
}
