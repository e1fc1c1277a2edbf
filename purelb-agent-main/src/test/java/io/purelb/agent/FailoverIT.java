package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.testkit.Patience;
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
        assertEquals(List.of(second, first), asker.holders(taken));
    }

    @Test
    void killedAgentLosesNoPacketAndIsAdoptedByItsSuccessor() {
        long killed = System.nanoTime();
        lan.signal(first, "KILL");
        assertUndisturbed(killed);
        lan.startAgents(List.of(first));
        assertUndisturbed(killed);
        assertEquals(List.of(first6(lan.nodes())), asker6.holders(killed));
        assertEquals(0, asker6.unanswered(killed, SOON));
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
        assertEquals(List.of(first, second, first), asker.holders(stopped));
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
    }

    /**
     * Who asks the LAN takes what is silent at three probes. Where a busy machine keeps an agent from its processor for
     * 100 ms, it asks: then they hand over once more.
     */
    @Test
    void liveAgentsHandOverWithoutAskingTheLan() {
        Patience.until(() -> "a hand-over without three probes", () -> {
            long labelled = System.nanoTime();
            label(first, "true");
            asker.awaitHolder(second, labelled, SOON);
            long probes = asker.probesBetween(first, second, labelled);
            label(first, null);
            asker.awaitAlone(first, Duration.ofMillis(200), SOON);
            return probes < 3;
        });
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
