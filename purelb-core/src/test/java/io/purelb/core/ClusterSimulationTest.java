package io.purelb.core;

import io.purelb.core.testkit.cluster.ClusterRun;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole clusters at virtual time under drawn faults. {@code -Dpurelb.simulation.seeds=10000} tries more of them, and large
 * ones; {@code -Dpurelb.simulation.nodes=1000} beside it a larger one still, for minutes. A seed that fails says so with all
 * that happened, and becomes a test of its own here.
 */
class ClusterSimulationTest {
    private static final long SEEDS = Long.getLong("purelb.simulation.seeds", 500);
    /** From so many seeds on, a minute for the largest clusters is not much. */
    private static final long MANY = 10_000;

    private static final int MOST_NODES = Integer.getInteger("purelb.simulation.nodes", 300);

    @Test
    void neverTwoAnswerAndInQuietTheWinnerDoes() {
        LongStream.range(0, SEEDS).parallel().forEach(ClusterRun::small);
    }

    /**
     * Seeds that found a fault once: two holders that hand over to a third while both answer (80, 84); a hand-over nobody
     * answers because views differ (2640); two that ask at the same time of which only one knows the other (3746, 4124,
     * 4329); a stranger that asks for ever (213).
     */
    @ParameterizedTest
    @ValueSource(longs = {80, 84, 164, 213, 2640, 3746, 4124, 4329, 4795})
    void seedThatFoundAFaultOnce(long seed) {
        ClusterRun.small(seed);
    }

    @Test
    void whenAllAgentsStopAtOnceEachAddressKeepsAHolder() {
        LongStream.range(0, SEEDS).parallel().forEach(ClusterRun::stopped);
    }

    @Test
    void rollingRestartNeverLeavesAnAddressWithoutAHolder() {
        LongStream.range(0, SEEDS).parallel().forEach(ClusterRun::rolled);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void largeClustersAreSettledToo(int nodes, int lans, int addresses) {
        ClusterRun.sized(1, nodes, lans, addresses);
    }

    static Stream<Arguments> sizes() {
        Stream<Arguments> quick = Stream.of(Arguments.of(20, 1, 200));
        Stream<Arguments> large = Stream.of(
                Arguments.of(8, 1, 5_000),
                Arguments.of(100, 4, 1_000),
                Arguments.of(MOST_NODES, MOST_NODES / 100, 300));
        return SEEDS < MANY ? quick : Stream.concat(quick, large);
    }
}
