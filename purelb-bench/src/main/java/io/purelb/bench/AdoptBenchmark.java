package io.purelb.bench;

import io.purelb.core.Allocator;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** How long after its start does an allocator know what existing Services hold? */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 5)
@Fork(value = 2, jvmArgsAppend = "-Xmx2g")
public class AdoptBenchmark {
    private static final long FIRST = 10L << 24;

    @Param({"10000", "100000", "1000000"})
    int services;

    private List<ServiceRequest> requests = List.of();

    @Setup(Level.Trial)
    public void list() {
        requests = IntStream.range(0, services).mapToObj(Workload::request).toList();
    }

    @Benchmark
    public Ledger adopt() {
        Ledger ledger = Workload.ledger("10.0.0.0/8");
        for (int i = 0; i < services; i++) {
            // Not in the order of the addresses: 7 and the number of Services have no common divisor.
            long offset = i * 7L % services;
            IpAddress address = new IpAddress(IpFamily.IPV4, 0, FIRST + offset);
            ledger.apply(Allocator.adopt(ledger, requests.get(i), List.of(address), List.of("default"))
                    .changes());
        }
        return ledger;
    }
}
