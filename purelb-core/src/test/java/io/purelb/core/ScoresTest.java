package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoresTest {
    /** More nodes than are remembered for ever, and new ones again and again, so that earlier ones are forgotten. */
    @Test
    void winnersAreThoseOfTheElectionHoweverManyNodesComeAndGo() {
        Scores scores = new Scores();
        for (int generation = 0; generation < 4; generation++) {
            String prefix = "node" + generation + "-";
            List<String> nodes =
                    IntStream.range(0, 300).mapToObj(i -> prefix + i).toList();
            for (int i = 1; i <= 5; i++) {
                IpAddress address = IpAddress.parse("10.0.0." + i);
                assertEquals(Election.winner(nodes, address), scores.winner(nodes, address));
                assertEquals(
                        Election.winner(nodes.subList(0, 3), address), scores.winner(nodes.subList(0, 3), address));
            }
        }
    }
}
