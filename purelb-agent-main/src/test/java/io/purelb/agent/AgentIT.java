package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loop on a real kernel: a node's namespace with eth0, and a neighbour's at the other end of the cable. */
final class AgentIT {
    private static final String LOCAL = "172.30.250.53";
    private static final String VIRTUAL = "172.31.1.7";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String node = "pl-agent-" + ProcessHandle.current().pid();
    private final String neighbour = "pl-agentb-" + ProcessHandle.current().pid();

    @BeforeEach
    void connect() throws Exception {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "NOT TESTED: network namespaces need root, run these tests as root");
        ip("netns add " + node);
        ip("netns add " + neighbour);
        ip("-n " + node + " link add eth0 type veth peer name eth0 netns " + neighbour);
        ip("-n " + node + " addr add 172.30.250.101/24 dev eth0");
        ip("-n " + neighbour + " addr add 172.30.250.1/24 dev eth0");
        ip("-n " + neighbour + " link set eth0 up");
        ip("-n " + node + " link set eth0 up");
        ip("-n " + node + " route add default via 172.30.250.1");
    }

    @AfterEach
    void disconnect() throws Exception {
        for (String namespace : List.of(node, neighbour)) {
            new ProcessBuilder("ip", "netns", "del", namespace).start().waitFor();
        }
    }

    @Test
    void addressesLookAsTheDocumentsShowThem() throws Exception {
        NodeOnKernel.run(node, agent -> {
            agent.announce(LOCAL, VIRTUAL);
            agent.until(() -> agent.holds(LOCAL) && agent.holds(VIRTUAL));
        });
        JsonNode local = address("eth0", LOCAL).orElseThrow();
        assertEquals(24, local.get("prefixlen").asInt());
        assertEquals("172.30.250.255", local.get("broadcast").asText());
        assertEquals("global", local.get("scope").asText());
        assertTrue(local.path("secondary").asBoolean());
        assertEquals(4294967295L, local.get("valid_life_time").asLong());
        assertEquals(
                32, address("kube-lb0", VIRTUAL).orElseThrow().get("prefixlen").asInt());
        JsonNode link =
                JSON.readTree(ip("-j -n " + node + " link show dev kube-lb0")).get(0);
        String flags = link.get("flags").toString();
        assertTrue(flags.contains("NOARP") && flags.contains("UP"), flags);
        assertEquals(1, routes("172.30.250.0/24"), "the subnet's route is not doubled");
    }

    @Test
    void whatSomeoneRemovesComesBack() throws Exception {
        NodeOnKernel.run(node, agent -> {
            agent.announce(LOCAL, VIRTUAL);
            agent.until(() -> agent.holds(LOCAL) && agent.holds(VIRTUAL));
            ip("-n " + node + " addr del " + LOCAL + "/24 dev eth0");
            ip("-n " + node + " link del kube-lb0");
            agent.until(holding("eth0", LOCAL));
            agent.until(holding("kube-lb0", VIRTUAL));
        });
    }

    @Test
    void addressOfAnotherHostIsLeftToItUntilItGoes() throws Exception {
        ip("-n " + neighbour + " addr add " + LOCAL + "/24 dev eth0");
        NodeOnKernel.run(node, agent -> {
            agent.announce(LOCAL);
            agent.until(() -> agent.contested() > 3);
            assertFalse(address("eth0", LOCAL).isPresent());
            ip("-n " + neighbour + " addr del " + LOCAL + "/24 dev eth0");
            agent.until(() -> agent.holds(LOCAL));
        });
    }

    @Test
    void nodeWithoutCarrierWithdraws() throws Exception {
        NodeOnKernel.run(node, agent -> {
            agent.announce(LOCAL, VIRTUAL);
            agent.until(() -> agent.holds(LOCAL) && agent.holds(VIRTUAL));
            ip("-n " + neighbour + " link set eth0 down");
            agent.until(() -> !agent.holds(LOCAL));
        });
        assertFalse(address("eth0", LOCAL).isPresent());
        assertTrue(address("kube-lb0", VIRTUAL).isPresent());
    }

    private BooleanSupplier holding(String link, String address) {
        return () -> {
            try {
                return address(link, address).isPresent();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private Optional<JsonNode> address(String link, String address) throws IOException, InterruptedException {
        JsonNode links = JSON.readTree(ip("-j -n " + node + " addr show"));
        return StreamSupport.stream(links.spliterator(), false)
                .filter(entry -> entry.path("ifname").asText().equals(link))
                .flatMap(entry -> StreamSupport.stream(entry.get("addr_info").spliterator(), false))
                .filter(info -> info.get("local").asText().equals(address))
                .findFirst();
    }

    private long routes(String destination) throws IOException, InterruptedException {
        return ip("-n " + node + " route show")
                .lines()
                .filter(line -> line.startsWith(destination))
                .count();
    }

    private static String ip(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), arguments + ": " + output);
        return output;
    }
}
