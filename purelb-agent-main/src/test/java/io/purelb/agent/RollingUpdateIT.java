package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.lab.Asker;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Agents that leave their addresses in place when they are stopped, because others follow on their nodes. */
final class RollingUpdateIT extends AgentsIT {
    @BeforeAll
    static void stayOnStop() throws InterruptedException {
        lan.environment("PURELB_STAY_ON_STOP", "true");
        for (String node : lan.nodes()) {
            replace(node);
        }
    }

    @Test
    void agentsThatAreReplacedOneByOneMoveNoAddressAndCostNoAnswer() throws Exception {
        long since = System.nanoTime();
        for (String node : lan.nodes()) {
            replace(node);
        }
        assertNothingMoved(since);
    }

    @Test
    void agentOfACordonedNodeHandsItsAddressesOver() throws Exception {
        cordon(first, true);
        try {
            replace(first); // which has seen the Node as it is when it is ready
            lan.signal(first, "TERM");
            assertEquals(0, lan.agent(first).waitFor());
            asker.awaitHolder(second, System.nanoTime(), SOON);
        } finally {
            cordon(first, false);
            lan.startAgents(List.of(first));
        }
    }

    private static void replace(String node) throws InterruptedException {
        lan.signal(node, "TERM");
        assertEquals(0, lan.agent(node).waitFor(), node);
        lan.startAgents(List.of(node));
    }

    private void assertNothingMoved(long since) {
        for (Asker each : List.of(asker, asker6)) {
            String holder = each.equals(asker) ? first : first6(lan.nodes());
            each.awaitHolder(holder, System.nanoTime() + QUIET.toNanos(), SOON);
            assertEquals(List.of(holder), each.holders(since));
            assertEquals(0, each.unanswered(since, SOON));
        }
    }

    private static void cordon(String node, boolean cordoned) {
        lan.client().nodes().withName(node).edit(there -> {
            there.getSpec().setUnschedulable(cordoned);
            return there;
        });
    }
}
