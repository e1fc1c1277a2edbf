package io.purelb.allocator;

import io.prometheus.client.Collector.MetricFamilySamples;
import java.time.Duration;
import java.util.List;

/** What this process is at a time. */
sealed interface Role permits Leader, Standby {
    /** Begins; returns at once, also while the API server is away. */
    void start();

    /** Whether everything there is was seen, and the configuration with it. */
    boolean ready();

    /** Whether no turn has lasted longer than {@code limit}. */
    boolean turns(Duration limit);

    /** What it knows, as JSON. */
    String state();

    /** The series that only the leader has: two processes must not count the same address. */
    List<MetricFamilySamples> series();

    /**
     * Ends: nothing is sent after this returns.
     *
     * @return whether this role led and each write was answered, its own and those of the leaders before it, so that the next
     *     one need not reckon with any
     */
    boolean stop();
}
