package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Two network namespaces of the real kernel, near and far, with a veth pair {@code eth0} between them: 172.30.250.1/24 and
 * fd00:250::1/64 near, .2 and ::2 far. Loopback is up, duplicate address detection off.
 */
final class Wire implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static int count;

    final String near = name("near");
    final String far = name("far");

    Wire() throws Exception {
        String user = run("id", "-u").strip();
        assumeTrue(user.equals("0"), "NOT RUN: tests on the real kernel need root, this is user " + user);
        run("ip", "netns", "add", near);
        run("ip", "netns", "add", far);
        for (String namespace : List.of(near, far)) {
            in(namespace, () -> Sysctl.write("net/ipv6/conf/default/accept_dad", "0"));
            ip(namespace, "link set lo up");
        }
        ip(near, "link add eth0 type veth peer name eth0 netns " + far);
        addresses(near, 1);
        addresses(far, 2);
        settle(near);
        settle(far);
    }

    /** The kernel reports a link's operational state up to a second late, as a change. */
    private static void settle(String namespace) throws Exception {
        while (!list(namespace, "link show eth0")
                .get(0)
                .get("operstate")
                .asText()
                .equals("UP")) {
            Thread.onSpinWait(); // each round runs a process; the test's timeout ends it
        }
    }

    private void addresses(String namespace, int number) throws Exception {
        ip(namespace, "link set eth0 up");
        ip(namespace, "addr add 172.30.250." + number + "/24 brd + dev eth0");
        ip(namespace, "addr add fd00:250::" + number + "/64 dev eth0 nodad");
    }

    private static synchronized String name(String end) {
        return "pl-nl-" + ProcessHandle.current().pid() + "-" + count++ + end;
    }

    /** Runs iproute2 in a namespace. */
    static String ip(String namespace, String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
        command.addAll(List.of(arguments.split(" ")));
        return run(command.toArray(String[]::new));
    }

    /** What iproute2 lists, as JSON. */
    static JsonNode list(String namespace, String arguments) throws Exception {
        String text = ip(namespace, "-j " + arguments);
        return text.isBlank() ? JSON.createArrayNode() : JSON.readTree(text);
    }

    /** Runs something on a thread in a namespace. */
    static <T> T in(String namespace, Callable<T> work) throws Exception {
        return NetworkNamespace.call(namespace, work);
    }

    /** A link of a namespace, which must be there. */
    static Link link(String namespace, String name) throws Exception {
        return in(namespace, () -> {
            try (Netlink netlink = Netlink.open()) {
                return netlink.link(name).orElseThrow();
            }
        });
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.onExit().join().exitValue(), () -> String.join(" ", command) + ": " + output);
        return output;
    }

    @Override
    public void close() throws IOException {
        run("ip", "netns", "del", near);
        run("ip", "netns", "del", far);
    }
}
