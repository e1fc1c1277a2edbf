package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.IpAddress;
import io.purelb.core.testkit.Patience;
import io.purelb.lab.AgentLan;
import io.purelb.lab.Hosts;
import io.purelb.netlink.NetworkNamespace;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code externalTrafficPolicy: Local} behind a router: two nodes on which BIRD tells the router by BGP which addresses
 * {@code kube-lb0} has, a pod on each, and a client beyond that asks 100 times a second.
 */
final class RoutedPolicyIT {
    private static final String ADDRESS = "172.31.1.9";
    private static final int POD_PORT = 8080;
    private static final Path BIRD = Path.of("/usr/sbin/bird");
    private static final Path SAMPLES = Path.of("..", "manifests", "samples");
    /** So that nobody waits for the patience that BIRD has by default. */
    private static final String IMPATIENT = "connect delay time 1; connect retry time 1; error wait time 1, 2;";

    @TempDir
    Path directory;

    private final List<Process> birds = new ArrayList<>();
    private final List<Pod> pods = new ArrayList<>();
    private AgentLan lan;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "NOT TESTED: network namespaces need root, run these tests as root");
        AgentsIT.requireFilter();
        assumeTrue(
                Files.isExecutable(BIRD),
                "NOT TESTED: routed addresses, because BIRD is not installed (package bird2)");
        lan = new AgentLan(2, directory, Path.of("..", "manifests"), AgentsIT.agent());
        // The client is on the routers' LAN: without redirects it goes on asking by way of the router.
        Hosts.exec(lan.hosts().fabric(), "sysctl", "-qw", "net.ipv4.conf.all.send_redirects=0");
        Hosts.exec(lan.hosts().fabric(), "sysctl", "-qw", "net.ipv4.conf.br0.send_redirects=0");
        Hosts.exec(lan.hosts().fabric(), "sysctl", "-qw", "net.ipv4.fib_multipath_hash_policy=1");
        bird(lan.hosts().fabric(), sample("bird-router.conf", "template bgp node {"));
        for (String node : lan.nodes()) {
            bird(
                    lan.hosts().namespace(node),
                    sample("bird-node.conf", "protocol bgp upstream {").replace("172.30.250.101", address(node)));
            // As kube-proxy does, whatever addresses the node has.
            AgentsIT.nft(
                    lan.hosts().namespace(node),
                    "add table ip proxy; add chain ip proxy in { type nat hook prerouting priority -100; };"
                            + " add rule ip proxy in ip daddr " + ADDRESS + " udp dport 80 dnat to " + address(node)
                            + ":"
                            + POD_PORT);
            pods.add(new Pod(node));
        }
        lan.startAgents(lan.nodes());
    }

    /** A configuration as the documents have it. */
    private static String sample(String name, String session) throws IOException {
        String text = Files.readString(SAMPLES.resolve(name));
        assertEquals(2, text.split(Pattern.quote(session), -1).length, text);
        return text.replace(session, session + " " + IMPATIENT).replace("172.30.250.1 ", Hosts.GATEWAY + " ");
    }

    private static String address(String node) {
        return "172.30.250.10" + node.charAt(node.length() - 1);
    }

    private void bird(String namespace, String config) throws IOException {
        Path file = Files.writeString(directory.resolve(namespace + ".conf"), config);
        birds.add(new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        namespace,
                        BIRD.toString(),
                        "-f",
                        "-c",
                        file.toString(),
                        "-s",
                        directory.resolve(namespace + ".ctl").toString(),
                        "-P",
                        directory.resolve(namespace + ".pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(namespace + ".bird").toFile())
                .start());
    }

    @AfterEach
    void stop() {
        pods.forEach(Pod::close);
        birds.forEach(bird -> bird.destroyForcibly().onExit().join());
        if (lan != null) {
            lan.close();
        }
    }

    /** Something that answers on a node, until it is closed. */
    private final class Pod implements AutoCloseable {
        final AtomicInteger answered = new AtomicInteger();
        private final DatagramSocket socket;

        Pod(String node) throws Exception {
            socket = NetworkNamespace.call(
                    lan.hosts().namespace(node),
                    () -> new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address(node)), POD_PORT)));
            Thread thread = new Thread(this::answer, "pod-" + node);
            thread.setDaemon(true);
            thread.start();
        }

        private void answer() {
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(new byte[8], 8);
                    socket.receive(packet);
                    answered.incrementAndGet();
                    socket.send(packet);
                }
            } catch (IOException closed) {
                answered.addAndGet(0);
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** Asks every 10 ms, each time from a port of its own. */
    private final class Client implements AutoCloseable {
        final AtomicInteger asked = new AtomicInteger();
        private final Set<Integer> lost = ConcurrentHashMap.newKeySet();
        private volatile boolean open = true;
        private final Thread thread = new Thread(this::ask, "client");

        Client() {
            thread.setDaemon(true);
            thread.start();
        }

        private void ask() {
            NetworkNamespace.enter(lan.hosts().namespace("client"));
            while (open) {
                int number = asked.get();
                try (DatagramSocket socket = new DatagramSocket()) {
                    socket.setSoTimeout(10_000);
                    socket.connect(InetAddress.getByName(ADDRESS), 80);
                    socket.send(new DatagramPacket(new byte[8], 8));
                    socket.receive(new DatagramPacket(new byte[8], 8));
                } catch (IOException unanswered) {
                    lost.add(number);
                }
                asked.incrementAndGet();
                pause(10);
            }
        }

        void more(int questions) {
            int enough = asked.get() + questions;
            Patience.until(() -> "the client asks", () -> asked.get() >= enough);
        }

        /** The numbers of the questions that nobody answered, after the last one. */
        Set<Integer> end() {
            open = false;
            try {
                thread.join();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return lost;
        }

        @Override
        public void close() {
            end();
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** The nodes that the router sends the address to. */
    private Set<String> routedTo() {
        String routes = Hosts.exec(lan.hosts().fabric(), "ip", "route", "show", ADDRESS);
        Set<String> nodes = new TreeSet<>(lan.nodes());
        nodes.removeIf(node -> !routes.contains("via " + address(node) + " "));
        return nodes;
    }

    private void endpoint(String node, boolean ready, boolean serving) {
        String json = """
                {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                 "metadata": {"name": "web-%s", "labels": {"kubernetes.io/service-name": "web"}},
                 "endpoints": [{"addresses": ["10.0.0.1"], "nodeName": "%s",
                                "conditions": {"ready": %s, "serving": %s, "terminating": %s}}]}
                """.formatted(node, node, ready, serving, !ready);
        lan.client()
                .resource(Serialization.unmarshal(json, GenericKubernetesResource.class))
                .inNamespace("default")
                .createOr(NonDeletingOperation::update);
    }

    @Test
    void routeLeavesATerminatingPodBeforeItStopsServingAndNothingIsLost() {
        lan.serve("web", List.of(IpAddress.parse(ADDRESS)));
        lan.client().services().inNamespace("default").withName("web").edit(service -> {
            service.getSpec().setExternalTrafficPolicy("Local");
            return service;
        });
        lan.nodes().forEach(node -> endpoint(node, true, true));
        Patience.until(() -> "both nodes are routed to", () -> routedTo().equals(Set.of("node1", "node2")));
        try (Client client = new Client()) {
            client.more(200);
            for (Pod pod : pods) {
                Patience.until(() -> "each pod is asked", () -> pod.answered.get() > 0);
            }
            endpoint("node1", false, true);
            // The pod goes on serving; only the route decides when it may stop.
            Patience.until(
                    () -> "the route leaves the pod that ends", () -> routedTo().equals(Set.of("node2")));
            client.more(20);
            pods.get(0).close();
            endpoint("node1", false, false);
            client.more(200);
            endpoint("node2", false, true);
            client.more(100);
            assertEquals(Set.of("node2"), routedTo(), "the last pod is kept while it serves");
            assertEquals(Set.of(), client.end());
        }
    }
}
