package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.lab.Asker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All agents that are told to stop, at once or one by one until none is left, and that start again. */
final class StopIT extends AgentsIT {
    private final long begun = System.nanoTime();

    @Test
    void whenAllAgentsAreStoppedAtOnceOneNodeStillAnswersForEachAddress() throws Exception {
        for (String node : lan.nodes()) {
            lan.signal(node, "TERM");
        }
        for (String node : lan.nodes()) {
            assertEquals(0, lan.agent(node).waitFor(), node);
        }
        assertOneAnswersEachQuestion();
        lan.startAgents(lan.nodes());
        awaitWinners();
    }

    @Test
    void lastAgentThatIsStoppedLeavesItsAddressesInPlace() throws Exception {
        for (String node : lan.nodes()) {
            lan.signal(node, "TERM");
            assertEquals(0, lan.agent(node).waitFor(), node);
        }
        assertOneAnswersEachQuestion();
        lan.startAgents(List.of(last));
        assertOneAnswersEachQuestion();
        lan.startAgents(without(last));
        awaitWinners();
    }

    /** For a while, and the same host each of them. */
    private void assertOneAnswersEachQuestion() {
        long since = System.nanoTime();
        for (Asker each : List.of(asker, asker6)) {
            List<String> before = each.holders(begun);
            String holder = before.get(before.size() - 1);
            each.awaitHolder(holder, since + QUIET.toNanos(), SOON);
            assertEquals(List.of(holder), each.holders(since));
            assertEquals(0, each.unanswered(since, SOON));
        }
    }

    private void awaitWinners() {
        asker.awaitHolder(first, System.nanoTime(), SOON);
        asker6.awaitHolder(first6(lan.nodes()), System.nanoTime(), SOON);
    }
}
