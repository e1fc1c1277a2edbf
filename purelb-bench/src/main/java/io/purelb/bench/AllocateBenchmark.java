package io.purelb.bench;

import io.purelb.core.Allocator;
import io.purelb.core.Decision;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceRequest;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does one allocation cost, whatever the fill? The release that makes room for the next one is measured too. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AllocateBenchmark {
    /** Pool and how many of its addresses are held. */
    @Param({"10.0.0.0/16:0", "10.0.0.0/16:32768", "10.0.0.0/16:64880", "10.0.0.0/8:1000000"})
    String poolAndHeld;

    private Ledger ledger;
    private final ServiceRequest request = Workload.request(-1);

    @Setup(Level.Trial)
    public void hold() {
        String[] parts = poolAndHeld.split(":", 2);
        ledger = Workload.ledger(parts[0]);
        Workload.fill(ledger, 0, Integer.parseInt(parts[1]));
    }

    /** The decision alone: nothing is written. */
    @Benchmark
    public Decision decide() {
        return Allocator.decide(ledger, request);
    }

    /** Decision and application of an allocation and of its release. */
    @Benchmark
    public Decision allocateAndRelease() {
        Decision decision = Workload.allocate(ledger, request);
        Workload.release(ledger, request.service());
        return decision;
    }
}
