package io.purelb.core.testkit.cluster;

import java.util.HashMap;
import java.util.Map;

/** Who can reach whom, in one direction at a time; everybody everybody at first. */
final class Network {
    private record Pair(int from, int to) {}

    private final Map<Pair, Integer> cuts = new HashMap<>();

    boolean reaches(int from, int to) {
        return cuts.isEmpty() || !cuts.containsKey(new Pair(from, to));
    }

    void cut(int from, int to) {
        cuts.merge(new Pair(from, to), 1, Integer::sum);
    }

    /** Takes one cut back. */
    void mend(int from, int to) {
        cuts.computeIfPresent(new Pair(from, to), (pair, count) -> count == 1 ? null : count - 1);
    }

    /** Whether each reaches the other. */
    boolean joins(int one, int other) {
        return reaches(one, other) && reaches(other, one);
    }
}
