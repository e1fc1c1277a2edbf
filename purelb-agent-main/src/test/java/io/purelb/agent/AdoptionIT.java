package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpAddress;
import io.purelb.core.testkit.Patience;
import io.purelb.netlink.NeighborSighting;
import io.purelb.netlink.NeighborSocket;
import io.purelb.netlink.Netlink;
import io.purelb.netlink.NetworkNamespace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a neighbour sees that asks for an address every 5 ms while the agent dies and comes back. */
final class AdoptionIT {
    private static final String LOCAL = "172.30.250.53";
    private static final String VIRTUAL = "172.31.1.7";

    @TempDir
    Path directory;

    private final TwoHosts hosts = new TwoHosts("adopt");
    private final List<String> onTheNode = List.of("ip", "netns", "exec", hosts.node);

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    private boolean there() {
        return hosts.has("eth0", LOCAL + "/24") && hosts.has("kube-lb0", VIRTUAL + "/32");
    }

    @Test
    void killedAndRestartedAgentAdoptsWithoutAGapAndRemovesLeftovers() throws Exception {
        try (TinyCluster cluster = new TinyCluster(hosts.node, directory)) {
            cluster.serve("web", LOCAL, VIRTUAL);
            cluster.serve("gone", "172.30.250.54", "172.31.1.8");
            try (AgentChild agent = new AgentChild(onTheNode, cluster)) {
                agent.until(() -> there() && hosts.has("eth0", "172.30.250.54/24"));
                // Announcements of its own would count as answers.
                agent.until(() -> hosts.metrics().contains("purelb_lbnodeagent_garp_sent_total 6.0"));
                try (Prober prober = new Prober()) {
                    prober.awaitAnswers(100);
                    agent.kill();
                    cluster.delete("gone");
                    prober.awaitAnswers(200);
                    try (AgentChild next = new AgentChild(onTheNode, cluster)) {
                        next.until(() -> hosts.address("eth0", "172.30.250.54").isEmpty()
                                && hosts.address("kube-lb0", "172.31.1.8").isEmpty());
                        prober.awaitAnswers(200);
                        assertTrue(there());
                        assertFalse(next.says("address added"), "adopted, not added");
                        next.kill();
                    }
                    prober.finish();
                    System.out.println("AdoptionIT: " + prober.asked + " questions, one each 5 ms, " + prober.answered
                            + " answers over the death and return of an agent");
                    assertEquals(prober.asked.get(), prober.answered.get());
                }
            }
        }
    }

    @Test
    void stoppedAndRestartedAgentOfTheOnlyNodeCostsNoAnswer() throws Exception {
        try (TinyCluster cluster = new TinyCluster(hosts.node, directory)) {
            cluster.serve("web", LOCAL, VIRTUAL);
            try (AgentChild agent = new AgentChild(onTheNode, cluster)) {
                agent.until(this::there);
                agent.until(() -> hosts.metrics().contains("purelb_lbnodeagent_garp_sent_total 3.0"));
                try (Prober prober = new Prober()) {
                    prober.awaitAnswers(100);
                    assertEquals(0, agent.terminate());
                    assertTrue(there());
                    prober.awaitAnswers(100);
                    try (AgentChild next = new AgentChild(onTheNode, cluster)) {
                        next.until(() -> next.says("announcing"));
                        prober.awaitAnswers(200);
                        assertTrue(there());
                        assertFalse(next.says("address added"), "adopted, not added");
                        assertEquals(0, next.terminate());
                    }
                    prober.finish();
                    assertEquals(prober.asked.get(), prober.answered.get());
                }
            }
        }
    }

    /** The neighbour, asking for the local address every 5 ms. */
    private final class Prober implements AutoCloseable {
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicBoolean asking = new AtomicBoolean(true);
        private final NeighborSocket socket;
        private final Thread asker = new Thread(this::ask, "asker");
        private final Thread listener = new Thread(this::listen, "listener");

        Prober() throws Exception {
            socket = NetworkNamespace.call(hosts.neighbour, () -> {
                try (Netlink netlink = Netlink.open()) {
                    return NeighborSocket.open(netlink.link("eth0").orElseThrow());
                }
            });
            listener.start();
            asker.start();
        }

        private void ask() {
            IpAddress own = IpAddress.parse("172.30.250.1");
            IpAddress address = IpAddress.parse(LOCAL);
            try {
                while (asking.get()) {
                    socket.ask(own, address);
                    asked.incrementAndGet();
                    TimeUnit.MILLISECONDS.sleep(5);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void listen() {
            while (socket.isOpen()) {
                socket.await(Duration.ofSeconds(1)).stream()
                        .filter(seen -> seen.kind() == NeighborSighting.Kind.HOLDS
                                && seen.address().toString().equals(LOCAL))
                        .forEach(seen -> answered.incrementAndGet());
            }
        }

        void awaitAnswers(int more) {
            int goal = answered.get() + more;
            Patience.until(() -> "no answers any more", () -> answered.get() >= goal);
        }

        /** Asks no more, and hears out the answers. */
        void finish() throws InterruptedException {
            asking.set(false);
            asker.join();
            Patience.until(() -> answered + " answers to " + asked + " questions", () -> answered.get() >= asked.get());
        }

        @Override
        public void close() {
            asking.set(false);
            socket.close();
        }
    }
}
