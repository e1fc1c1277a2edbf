package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.lab.AgentLan;
import io.purelb.lab.Asker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees that asks for an address every 5 ms, while nodes and agents fail: the sentences of the election. */
final class FailoverIT {
    private static final IpAddress ADDRESS = IpAddress.parse("172.30.250.60");
    private static final IpAddress ADDRESS6 = IpAddress.parse("fd00:250::5010");
    private static final Duration SOON = Duration.ofSeconds(20);
    /** The flags of the launcher. */
    private static final List<String> JVM = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xms8m",
            "-Xmx128m",
            "-Xss256k",
            "-XX:TieredStopAtLevel=1",
            "-Djnr.ffi.asm.enabled=false");

    @TempDir
    private static Path directory;

    private static AgentLan lan;

    private Asker asker;
    private List<String> ranking;
    private String first;
    private String second;

    @BeforeAll
    static void start() {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "NOT TESTED: network namespaces need root, run these tests as root");
        List<String> agent = new ArrayList<>(JVM);
        agent.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.purelb.agent.AgentMain"));
        lan = new AgentLan(3, directory, Path.of("..", "manifests"), agent);
        lan.startAgents(lan.nodes());
        lan.serve("web", List.of(ADDRESS, ADDRESS6));
    }

    @AfterAll
    static void stop() {
        if (lan != null) {
            lan.close();
        }
    }

    @BeforeEach
    void settle() {
        ranking = Election.ranking(lan.nodes(), ADDRESS);
        first = ranking.get(0);
        second = ranking.get(1);
        long now = System.nanoTime();
        asker = lan.ask(ADDRESS);
        asker.awaitHolder(first, now, SOON);
    }

    @AfterEach
    void stopAsking() {
        asker.close();
    }

    @Test
    void cutNodeIsReplacedByTheNextAndTakesItsAddressBack() {
        long cut = System.nanoTime();
        lan.hosts().setLink(first, false);
        long taken = asker.awaitHolder(second, cut, SOON);
        long plugged = System.nanoTime();
        lan.hosts().setLink(first, true);
        asker.awaitHolder(first, plugged, SOON);
        System.out.printf(
                "cut: %d ms, hand-back without an answer for %d ms%n",
                (taken - cut) / 1_000_000, asker.silence(plugged).toMillis());
        assertEquals(List.of(second, first), asker.holders(taken));
        assertTrue(asker.silence(plugged).toMillis() <= 50, () -> "" + asker.silence(plugged));
    }
}
