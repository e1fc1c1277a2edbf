package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.purelb.core.testkit.Patience;
import io.purelb.netlink.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * A node and its neighbour as network namespaces of their own, with a cable between their eth0: the node is
 * 172.30.250.101/24 and fd00:250::101/64, the neighbour .1 and the node's default route. Everything is done and shown by
 * iproute2.
 */
final class TwoHosts implements AutoCloseable {
    static final String NODE_ADDRESS = "172.30.250.101";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Name of the node's namespace. */
    final String node;
    /** Name of the neighbour's namespace. */
    final String neighbour;

    TwoHosts(String name) {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "NOT TESTED: network namespaces need root, run these tests as root");
        node = "pl-" + name + "-" + ProcessHandle.current().pid();
        neighbour = "pl-" + name + "b-" + ProcessHandle.current().pid();
        run("ip netns add " + node);
        run("ip netns add " + neighbour);
        ip("link set lo up");
        ip("link add eth0 type veth peer name eth0 netns " + neighbour);
        // Without a check for duplicates nothing changes by itself after the start.
        exec("sysctl -qw net.ipv6.conf.eth0.accept_dad=0");
        ip("addr add " + NODE_ADDRESS + "/24 brd + dev eth0");
        ip("addr add fd00:250::101/64 dev eth0 nodad");
        far("addr add 172.30.250.1/24 dev eth0");
        far("addr add fd00:250::1/64 dev eth0 nodad");
        far("link set eth0 up");
        ip("link set eth0 up");
        ip("route add default via 172.30.250.1");
        awaitLink();
    }

    /** The kernel notices the cable a little later, and adds the link-local address then. */
    private void awaitLink() {
        Patience.until(
                () -> "a link-local address of eth0",
                () -> addresses("eth0").stream()
                        .anyMatch(info -> info.get("scope").asText().equals("link")));
    }

    /** Another interface of the node with a cable to nowhere in particular, up. */
    void link(String name, String... addresses) {
        ip("link add " + name + " type veth peer name " + name + " netns " + neighbour);
        far("link set " + name + " up");
        ip("link set " + name + " up");
        for (String address : addresses) {
            ip("addr add " + address + " dev " + name + (address.contains(":") ? " nodad" : " brd +"));
        }
    }

    /** {@code ip} in the node's namespace. */
    String ip(String arguments) {
        return run("ip -n " + node + " " + arguments);
    }

    /** {@code ip} in the neighbour's namespace. */
    String far(String arguments) {
        return run("ip -n " + neighbour + " " + arguments);
    }

    /** A program in the node's namespace. */
    String exec(String command) {
        return run("ip netns exec " + node + " " + command);
    }

    /** What {@code ip -j} prints of the node. */
    JsonNode json(String arguments) {
        try {
            return JSON.readTree(ip("-j " + arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address of an interface as {@code ip addr show} has it. */
    Optional<JsonNode> address(String link, String address) {
        return addresses(link).stream()
                .filter(info -> info.get("local").asText().equals(address))
                .findFirst();
    }

    /** All addresses of an interface; none when it does not exist. */
    List<JsonNode> addresses(String link) {
        return StreamSupport.stream(json("addr show").spliterator(), false)
                .filter(entry -> entry.path("ifname").asText().equals(link))
                .flatMap(entry -> StreamSupport.stream(entry.get("addr_info").spliterator(), false))
                .toList();
    }

    /** Whether an interface has an address with this prefix length, such as {@code 172.30.250.53/24}. */
    boolean has(String link, String address) {
        return addresses(link).stream()
                .anyMatch(info -> address.equals(
                        info.get("local").asText() + "/" + info.get("prefixlen").asInt()));
    }

    /** How many main table's routes there are to a destination, such as {@code 172.30.250.0/24}. */
    int routes(String destination) {
        return json((destination.contains(":") ? "-6 " : "") + "route show " + destination)
                .size();
    }

    /** The metrics of the agent that runs on the node. */
    String metrics() {
        return answer("/metrics");
    }

    /** What the agent on the node answers, also when it refuses; empty while nobody listens. */
    String answer(String path) {
        return answer("127.0.0.1", path);
    }

    /** The same at an address of the node. */
    String answer(String address, String path) {
        try {
            return NetworkNamespace.call(node, () -> {
                HttpURLConnection asked =
                        (HttpURLConnection) new URL("http://" + address + ":7472" + path).openConnection();
                boolean refused = asked.getResponseCode() >= 400;
                try (InputStream in = refused ? asked.getErrorStream() : asked.getInputStream()) {
                    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
            });
        } catch (ConnectException nobody) {
            return "";
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String run(String command) {
        try {
            List<String> words = new ArrayList<>(List.of(command.split(" +")));
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), command + ": " + output);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        run("ip netns del " + node);
        run("ip netns del " + neighbour);
    }
}
