package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.testkit.Scenarios;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ElectionPropertyTest {
    @Provide
    Arbitrary<Set<String>> nodes() {
        return Arbitraries.strings()
                .withCharRange('a', 'f')
                .ofMinLength(1)
                .ofMaxLength(3)
                .set()
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<IpAddress> addresses() {
        return Scenarios.addresses();
    }

    @Property
    void theWinnerDependsOnTheSetOfNodesOnly(
            @ForAll("nodes") Set<String> nodes, @ForAll("addresses") IpAddress address, @ForAll long seed) {
        List<String> shuffled = new ArrayList<>(nodes);
        shuffled.addAll(nodes);
        Collections.shuffle(shuffled, new Random(seed));
        List<String> ranking = Election.ranking(nodes, address);
        assertEquals(ranking, Election.ranking(shuffled, address));
        assertEquals(new TreeSet<>(nodes), new TreeSet<>(ranking));
        assertEquals(ranking.stream().findFirst(), Election.winner(shuffled, address));
    }

    @Property
    void whenANodeGoesTheOthersKeepTheirOrder(
            @ForAll("nodes") Set<String> nodes, @ForAll("addresses") IpAddress address) {
        List<String> ranking = Election.ranking(nodes, address);
        for (String gone : nodes) {
            List<String> left = new ArrayList<>(ranking);
            left.remove(gone);
            assertEquals(left, Election.ranking(left, address));
            assertEquals(Optional.ofNullable(left.isEmpty() ? null : left.get(0)), Election.winner(left, address));
        }
    }
}
