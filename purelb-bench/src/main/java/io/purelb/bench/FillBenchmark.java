package io.purelb.bench;

import io.purelb.core.Ledger;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long does it take to fill a pool, one Service at a time? It should grow with the number of addresses only. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FillBenchmark {
    @Param({"24", "20", "18", "16"})
    int prefixLength;

    @Benchmark
    public Ledger fill() {
        Ledger ledger = Workload.ledger("10.0.0.0/" + prefixLength);
        Workload.fill(ledger, 0, 1 << (32 - prefixLength));
        return ledger;
    }
}
