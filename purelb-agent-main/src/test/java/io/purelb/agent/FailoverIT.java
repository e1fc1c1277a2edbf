package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes and agents that go and come back, as a client sees it. */
final class FailoverIT extends AgentsIT {
    @Test
    void deadNodeIsReplacedByTheNextAndTakesItsAddressBack() {
        long cut = System.nanoTime();
        lan.hosts().setLink(first, false);
        long taken = asker.awaitHolder(second, cut, SOON);
        asker6.awaitHolder(first6(without(first)), cut, SOON);
        long plugged = System.nanoTime();
        lan.hosts().setLink(first, true);
        asker.awaitHolder(first, plugged, SOON);
        asker6.awaitHolder(first6(lan.nodes()), plugged, SOON);
        System.out.printf(
                "cable pulled: %d ms; plugged in again: %d ms without an answer%n",
                millis(taken - cut), asker.silence(plugged).toMillis());
        assertAtMost(FAILOVER, Duration.ofNanos(taken - cut));
        assertEquals(List.of(second, first), asker.holders(taken));
        assertAtMost(HAND_OVER, asker.silence(plugged));
        assertAtMost(HAND_OVER, asker6.silence(plugged));
    }

    @Test
    void killedAgentLosesNoPacketAndIsAdoptedByItsSuccessor() {
        long killed = System.nanoTime();
        lan.signal(first, "KILL");
        assertUndisturbed(killed);
        lan.startAgents(List.of(first));
        assertUndisturbed(killed);
        assertEquals(Duration.ZERO, asker6.silence(killed));
    }

    @Test
    void stoppedAgentHandsItsAddressesOver() throws Exception {
        long stopped = System.nanoTime();
        lan.signal(first, "TERM");
        asker.awaitHolder(second, stopped, SOON);
        lan.agent(first).waitFor();
        long back = System.nanoTime();
        lan.startAgents(List.of(first));
        asker.awaitHolder(first, back, SOON);
        System.out.printf(
                "stop: %d ms without an answer (IPv6: %d); start: %d (%d)%n",
                asker.silence(stopped).toMillis(),
                asker6.silence(stopped).toMillis(),
                asker.silence(back).toMillis(),
                asker6.silence(back).toMillis());
        assertEquals(List.of(first, second, first), asker.holders(stopped));
        assertAtMost(HAND_OVER, asker.silence(stopped));
        assertAtMost(HAND_OVER, asker6.silence(stopped));
    }

    @Test
    void pausedAgentKeepsItsAddress() {
        long paused = System.nanoTime();
        lan.signal(first, "STOP");
        assertUndisturbed(paused);
        lan.signal(first, "CONT");
        assertUndisturbed(paused);
    }

    @Test
    void nodeThatIsRelabelledHandsItsAddressOver() {
        long labelled = System.nanoTime();
        label(first, "true");
        asker.awaitHolder(second, labelled, SOON);
        label(first, null);
        asker.awaitHolder(first, System.nanoTime(), SOON);
        assertEquals(List.of(first, second, first), asker.holders(labelled));
        assertAtMost(HAND_OVER, asker.silence(labelled));
    }

    private static void label(String node, String value) {
        lan.client().nodes().withName(node).edit(found -> {
            if (value == null) {
                found.getMetadata().getLabels().remove("node.kubernetes.io/exclude-from-external-load-balancers");
            } else {
                found.getMetadata().getLabels().put("node.kubernetes.io/exclude-from-external-load-balancers", value);
            }
            return found;
        });
    }
}
