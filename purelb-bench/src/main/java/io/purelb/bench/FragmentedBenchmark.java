package io.purelb.bench;

import io.purelb.core.Decision;
import io.purelb.core.Ledger;
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

/** What does a release and an allocation cost in a pool of which every other address is free? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FragmentedBenchmark {
    @Param({"24", "20", "18", "16"})
    int prefixLength;

    private Ledger ledger = new Ledger();
    private int size;
    private int next;

    @Setup(Level.Trial)
    public void fragment() {
        size = 1 << (32 - prefixLength);
        ledger = Workload.fragmented(prefixLength);
    }

    /** The Service with an even number gives up its address, and asks for one again. */
    @Benchmark
    public Decision releaseAndAllocate() {
        // A large odd step visits them all in a scattered order, so the holes stay scattered too.
        next = (next + 2 * 7919) & (size - 1);
        Workload.release(ledger, Workload.request(next).service());
        return Workload.allocate(ledger, Workload.request(next));
    }
}
