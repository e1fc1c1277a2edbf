package io.purelb.k8s;

import java.util.function.LongSupplier;

/** One time of holding the lease, from winning it to losing it. Safe for any thread. */
public final class Tenure {
    private final String name;
    private final boolean afterCleanEnd;
    private final LongSupplier nanoTime;
    private volatile long validUntil;
    private volatile boolean ended;

    /**
     * A tenure that begins now.
     *
     * @param name what no other tenure of this lease is called
     * @param afterCleanEnd whether nobody held the lease before, or gave it back after its last write was answered
     * @param nanoTime a clock that only goes forward, also while this process is stopped
     */
    Tenure(String name, boolean afterCleanEnd, long validUntil, LongSupplier nanoTime) {
        this.name = name;
        this.afterCleanEnd = afterCleanEnd;
        this.validUntil = validUntil;
        this.nanoTime = nanoTime;
    }

    /**
     * Whether it may be written: the lease was renewed lately enough. False while the API server is away, after which it may
     * become true again; false for ever once the lease was lost.
     */
    public boolean isValid() {
        return !ended && validUntil - nanoTime.getAsLong() > 0;
    }

    /** Whether no write of an earlier holder can be on its way. */
    public boolean isAfterCleanEnd() {
        return afterCleanEnd;
    }

    /** What no other tenure of this lease is called: its number and who holds it. */
    public String name() {
        return name;
    }

    void extend(long until) {
        validUntil = until;
    }

    void end() {
        ended = true;
    }
}
