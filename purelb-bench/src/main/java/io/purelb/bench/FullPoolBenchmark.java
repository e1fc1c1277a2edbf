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

/** What does a refusal by a full pool cost? Every pending Service pays it on every retry. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FullPoolBenchmark {
    @Param({"24", "20", "18", "16"})
    int prefixLength;

    private Ledger ledger;
    private final ServiceRequest request = Workload.request(-1);

    @Setup(Level.Trial)
    public void fill() {
        ledger = Workload.ledger("10.0.0.0/" + prefixLength);
        Workload.fill(ledger, 0, 1 << (32 - prefixLength));
    }

    @Benchmark
    public Decision refuse() {
        return Allocator.decide(ledger, request);
    }
}
