package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.core.testkit.Patience;
import io.purelb.lab.AgentLan;
import io.purelb.lab.Asker;
import io.purelb.lab.Hosts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes with an agent each, two addresses, and a client that asks for both every 5 ms; each test heals what it breaks. */
abstract class AgentsIT {
    static final IpAddress ADDRESS = IpAddress.parse("172.30.250.60");
    static final IpAddress ADDRESS6 = IpAddress.parse("fd00:250::5010");
    /** How long to wait for what must happen. */
    static final Duration SOON = Patience.LIMIT;
    /** Long enough that what ought not to happen would have happened: three times the longest detection. */
    static final Duration QUIET = Duration.ofSeconds(3);

    @TempDir
    private static Path directory;

    static AgentLan lan;

    Asker asker;
    Asker asker6;
    String first;
    String second;
    String last;

    @BeforeAll
    static void start() {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "NOT TESTED: network namespaces need root, run these tests as root");
        lan = new AgentLan(3, directory, Path.of("..", "manifests"), agent());
        lan.startAgents(lan.nodes());
        lan.serve("web", List.of(ADDRESS, ADDRESS6));
    }

    /** The agent with the flags of the launcher. */
    static List<String> agent() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms8m",
                "-Xmx128m",
                "-Xss256k",
                "-XX:TieredStopAtLevel=1",
                "-Djnr.ffi.asm.enabled=false",
                "-cp",
                System.getProperty("java.class.path"),
                "io.purelb.agent.AgentMain");
    }

    @AfterAll
    static void stop() {
        if (lan != null) {
            lan.close();
        }
    }

    @BeforeEach
    void settle() {
        String all = "purelb_election_members " + (double) lan.nodes().size();
        lan.nodes()
                .forEach(node -> Patience.until(
                        () -> node + " to see all", () -> lan.metrics(node).contains(all)));
        List<String> ranking = Election.ranking(lan.nodes(), ADDRESS);
        first = ranking.get(0);
        second = ranking.get(1);
        last = ranking.get(2);
        asker = lan.ask(ADDRESS);
        asker6 = lan.ask(ADDRESS6);
        asker.awaitAlone(first, Duration.ofMillis(200), SOON);
        asker6.awaitAlone(first6(lan.nodes()), Duration.ofMillis(200), SOON);
    }

    @AfterEach
    void stopAsking() {
        asker.close();
        asker6.close();
    }

    static String first6(List<String> nodes) {
        return Election.winner(nodes, ADDRESS6).orElseThrow();
    }

    /** The nodes but these. */
    static List<String> without(String... gone) {
        List<String> nodes = new ArrayList<>(lan.nodes());
        nodes.removeAll(List.of(gone));
        return nodes;
    }

    /** Nothing changes for a while: the address stays with its holder, and each question is answered. */
    void assertUndisturbed(long since) {
        asker.awaitHolder(first, System.nanoTime() + QUIET.toNanos(), SOON);
        assertEquals(List.of(first), asker.holders(since));
        assertEquals(0, asker.unanswered(since, SOON));
    }

    /** For tests that have frames dropped: call it before all. */
    static void requireFilter() {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "nft"))),
                "NOT TESTED: networks that fail, because nft is not installed (package nftables)");
    }

    /** Drops what comes to the group's port of a node, UDP and TCP. */
    static void blockGroup(String node) {
        nft(
                lan.hosts().namespace(node),
                "add table inet cut; add chain inet cut in { type filter hook input priority 0; };"
                        + " add rule inet cut in udp dport 7934 drop; add rule inet cut in tcp dport 7934 drop");
    }

    static void unblock(String node) {
        nft(lan.hosts().namespace(node), "delete table inet cut");
    }

    static void nft(String namespace, String commands) {
        Hosts.exec(namespace, "nft", commands);
    }
}
