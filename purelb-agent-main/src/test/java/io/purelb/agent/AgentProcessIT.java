package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.netlink.NetworkNamespace;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable as a process on a node: its flags, what it needs to run, and its death. */
final class AgentProcessIT {
    private static final String LOCAL = "172.30.250.53";
    private static final String VIRTUAL = "172.31.1.7";

    /** Nothing can be written anywhere, and two capabilities are left, of which the program may gain no more. */
    private static final String READ_ONLY_AND_WEAK = "for place in / /tmp /var/tmp /dev/shm /run; do"
            + " mount -o remount,ro,bind $place || mount --bind -o ro $place $place; done 2>/dev/null;"
            + " if touch /tmp/x || touch /dev/shm/x; then exit 9; fi 2>/dev/null;"
            + " exec setpriv --bounding-set=-all,+net_admin,+net_raw --inh-caps=-all --no-new-privs \"$@\"";

    @TempDir
    Path directory;

    private final TwoHosts hosts = new TwoHosts("process");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    private List<String> onTheNode(String... words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", hosts.node));
        all.addAll(List.of(words));
        return all;
    }

    private TinyCluster cluster() throws Exception {
        TinyCluster cluster = new TinyCluster(hosts.node, directory);
        cluster.serve("web", LOCAL, VIRTUAL);
        return cluster;
    }

    private boolean announced() {
        return hosts.has("eth0", LOCAL + "/24") && hosts.has("kube-lb0", VIRTUAL + "/32");
    }

    @Test
    void twoCapabilitiesAndAReadOnlyRootAreEnough() throws Exception {
        try (TinyCluster cluster = cluster();
                AgentChild agent = new AgentChild(
                        onTheNode("unshare", "--mount", "sh", "-ec", READ_ONLY_AND_WEAK, "sh"), cluster)) {
            agent.until(this::announced);
            String status = TwoHosts.run("cat /proc/" + agent.pid() + "/status");
            assertTrue(status.contains("CapEff:\t0000000000003000"), status);
            assertEquals(0, agent.terminate());
            assertTrue(hosts.has("kube-lb0", VIRTUAL + "/32"), "a restart must not flap routes");
        }
    }

    @Test
    void eachCapabilityIsNeededAndNamed() throws Exception {
        try (TinyCluster cluster = cluster()) {
            for (String missing : List.of("net_admin", "net_raw")) {
                try (AgentChild agent = new AgentChild(
                        onTheNode("setpriv", "--bounding-set=-" + missing, "--inh-caps=-all"), cluster)) {
                    assertEquals(2, agent.await());
                    assertEquals(
                            List.of("agent: the agent needs CAP_" + missing.toUpperCase(Locale.ROOT)
                                    + ": grant it in the container's securityContext, or run as root"),
                            agent.lines);
                }
            }
        }
    }

    @Test
    void dryRunChangesNothingAndSaysWhatItWould() throws Exception {
        try (TinyCluster cluster = cluster();
                AgentChild agent = new AgentChild(onTheNode(), cluster, "--dry-run")) {
            String before = state();
            agent.until(() -> agent.says("would add") && agent.says(VIRTUAL) && agent.says("would announce"));
            agent.until(() -> agent.says("would annotate"));
            assertEquals(before, state());
            assertEquals(
                    Map.of("purelb.io/allocated-by", "PureLB"),
                    cluster.service("web").getMetadata().getAnnotations());
            assertEquals(0, agent.terminate());
            assertEquals(before, state());
        }
    }

    private String state() {
        return hosts.json("addr show").toString().replaceAll("\"(valid|preferred)_life_time\":\\d+", "")
                + hosts.ip("route show table all");
    }

    @Test
    void namedNamespaceIsTheNodesWhileTheProcessStaysHere() throws Exception {
        try (TinyCluster cluster = new TinyCluster("", directory)) {
            cluster.serve("web", LOCAL, VIRTUAL);
            String before = TwoHosts.run("ip -o link show");
            try (AgentChild agent = new AgentChild(List.of(), cluster, "--netns=" + hosts.node, "--port=0")) {
                agent.until(this::announced);
                tryPort();
                hosts.ip("addr del " + LOCAL + "/24 dev eth0");
                agent.until(this::announced);
                assertFalse(agent.says("jgroups"), () -> "another node's check is no fault: " + agent.lines);
                assertTrue(hosts.exec("ss -Hlun").contains(":7934"), "the group meets there");
                assertEquals(before, TwoHosts.run("ip -o link show"));
                agent.until(() -> annotation(cluster).equals("node, eth0"));
                assertEquals(0, agent.terminate());
                assertTrue(announced(), "no other node can have the local one");
            }
            try (AgentChild agent = new AgentChild(List.of(), cluster, "--netns=pl-nowhere")) {
                assertEquals(2, agent.await());
                assertEquals(
                        List.of(
                                "agent: --netns pl-nowhere: there is no such network namespace: give a name of `ip netns"
                                        + " list`"),
                        agent.lines);
            }
        }
    }

    /** What another node's check does. */
    private void tryPort() throws Exception {
        NetworkNamespace.call(hosts.neighbour, () -> {
            for (int i = 0; i < 3; i++) {
                new Socket(TwoHosts.NODE_ADDRESS, 7934).close();
            }
            return true;
        });
    }

    private static String annotation(TinyCluster cluster) {
        try {
            return cluster.service("web").getMetadata().getAnnotations().getOrDefault("purelb.io/announcing-IPv4", "");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void cleanupTakesOffEverythingOfOursAndNothingElse() throws Exception {
        hosts.ip("addr add 172.30.250.60/24 dev eth0");
        hosts.ip("link add kube-ipvs0 type ifb");
        hosts.ip("addr add " + LOCAL + "/32 dev kube-ipvs0");
        try (TinyCluster cluster = cluster()) {
            String before = state();
            try (AgentChild agent = new AgentChild(onTheNode(), cluster)) {
                agent.until(this::announced);
                agent.kill();
            }
            assertTrue(announced(), "a killed agent's kernel goes on");
            try (AgentChild dry = new AgentChild(onTheNode(), cluster, "--cleanup", "--dry-run")) {
                assertEquals(0, dry.await());
                assertTrue(announced());
            }
            try (AgentChild cleanup = new AgentChild(onTheNode(), cluster, "--cleanup")) {
                assertEquals(0, cleanup.await());
            }
            assertEquals(before, state());
        }
    }

    @Test
    void cleanupThatStaysTriesAgainAndIsReadyOnlyWhenNothingIsLeft() throws Exception {
        hosts.ip("addr add 172.30.250.60/24 dev eth0");
        try (TinyCluster cluster = cluster()) {
            String before = state();
            try (AgentChild agent = new AgentChild(onTheNode(), cluster)) {
                agent.until(this::announced);
                agent.kill();
            }
            cluster.deleteNode("node");
            try (AgentChild cleanup = new AgentChild(onTheNode(), cluster, "--cleanup", "--stay")) {
                cleanup.until(() -> hosts.answer("/readyz").contains("Node node has no InternalIP"));
                assertTrue(announced(), "it does not touch what may be the node's");
                assertEquals("ok\n", hosts.answer("/healthz"));
                cluster.node("node", TwoHosts.NODE_ADDRESS);
                cleanup.until(() -> hosts.answer("/readyz").equals("ok\n"));
                assertEquals(before, state());
                assertEquals(0, cleanup.terminate());
            }
        }
    }

    @Test
    void stayingWithoutCleaningIsRefused() throws Exception {
        try (TinyCluster cluster = cluster();
                AgentChild agent = new AgentChild(onTheNode(), cluster, "--stay")) {
            assertEquals(2, agent.await());
            assertEquals(List.of("agent: --stay goes with --cleanup only: add that or leave --stay out"), agent.lines);
        }
    }

    @Test
    void hostChecksShowAsEventsOfTheNodeAndAsMetric() throws Exception {
        hosts.exec("sysctl -qw net.ipv4.conf.all.arp_ignore=0");
        hosts.exec("sysctl -qw net.ipv4.ip_forward=1");
        hosts.ip("link add kube-ipvs0 type ifb");
        try (TinyCluster cluster = cluster()) {
            cluster.node("silent", "172.30.250.1");
            try (AgentChild agent = new AgentChild(onTheNode(), cluster)) {
                agent.until(() -> events(cluster).stream().anyMatch(event -> event.contains(" peer_port: ")));
                List<String> events = events(cluster);
                for (String expected : List.of(
                        "Warning HostCheck arp_ignore: net.ipv4.conf.all.arp_ignore should be 1",
                        "Warning HostCheck kube_proxy: kube-proxy runs in IPVS mode without strictARP",
                        "Warning HostCheck peer_port: TCP port 7934 cannot be reached on silent: open 7934/tcp")) {
                    assertEquals(
                            1,
                            events.stream()
                                    .filter(event -> event.startsWith(expected))
                                    .count(),
                            () -> expected + " in " + events);
                }
                String metrics = hosts.metrics();
                for (String expected : List.of(
                        "arp_ignore\",} 0",
                        "kube_proxy\",} 0",
                        "peer_port\",} 0",
                        "ip_forward\",} 1",
                        "carrier\",} 1")) {
                    assertTrue(metrics.contains("purelb_host_check{check=\"" + expected), () -> expected + metrics);
                }
            }
        }
    }

    private static List<String> events(TinyCluster cluster) {
        try {
            return cluster.events("Node", "node");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
