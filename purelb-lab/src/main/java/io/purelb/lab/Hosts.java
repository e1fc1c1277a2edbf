package io.purelb.lab;

import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Machines as network namespaces on one LAN: the fabric, a namespace with bridge {@code br0} (the router of the LAN, and
 * where the API server listens), and hosts, each with {@code eth0} as one end of a veth pair whose other end is a port of
 * the bridge. Needs the {@code ip} program and the right to make network namespaces.
 */
public final class Hosts implements AutoCloseable {
    /** The fabric's own address on the LAN, the default gateway of every host. */
    public static final String GATEWAY = "172.30.250.1";

    /** The LAN's subnets. */
    static final List<Subnet> SUBNETS = List.of(Subnet.parse("172.30.250.0/24"), Subnet.parse("fd00:250::/64"));

    private static final String GATEWAY_V6 = "fd00:250::1";
    private static final Path MOUNTED = Path.of("/run/netns");

    /** What a Kubernetes node sets, and the ARP settings that PureLB's installation guide asks for. */
    private static final String NODE_SYSCTLS = "for s in ip_forward conf/all/route_localnet conf/all/arp_ignore;"
            + " do echo 1 > /proc/sys/net/ipv4/$s; done; echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce";

    private static final String FABRIC_SYSCTLS =
            "echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding";

    private final String prefix;
    private final List<Host> hosts;

    /**
     * One machine.
     *
     * @param name unique; the network namespace has the prefix before it
     * @param v4 its address in 172.30.250.0/24
     * @param v6 its address in fd00:250::/64
     */
    public record Host(String name, IpAddress v4, IpAddress v6) {
        /** A host whose last address part is {@code number} in both families. */
        public static Host numbered(String name, int number) {
            return new Host(name, IpAddress.parse("172.30.250." + number), IpAddress.parse("fd00:250::" + number));
        }
    }

    /**
     * Hosts still to be made by {@link #up}.
     *
     * @param prefix of every namespace's name, so that several sets can exist side by side
     */
    public Hosts(String prefix, List<Host> hosts) {
        this.prefix = prefix;
        this.hosts = List.copyOf(hosts);
    }

    /** The hosts without the fabric, in the given order. */
    public List<Host> hosts() {
        return hosts;
    }

    /** The name of the fabric's namespace. */
    public String fabric() {
        return namespace("fabric");
    }

    /** The name of a host's namespace, as {@code ip netns} shows it. */
    public String namespace(String host) {
        return prefix + host;
    }

    /** All namespaces, the fabric first. */
    public List<String> namespaces() {
        return Stream.concat(Stream.of(fabric()), hosts.stream().map(Host::name).map(this::namespace))
                .toList();
    }

    /**
     * Makes the namespaces, links, addresses and routes.
     *
     * @throws LabException when a namespace exists already or may not be made
     */
    public void up() {
        try {
            Command.run("ip", "netns", "add", fabric());
        } catch (LabException refused) {
            throw new LabException(
                    "Cannot make a network namespace, for which the lab must be root or in a user namespace of its own: "
                            + refused.getMessage(),
                    refused);
        }
        batch(
                fabric(),
                List.of(
                        "link set lo up",
                        "link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                        "addr add " + GATEWAY + "/24 dev br0",
                        "addr add " + GATEWAY_V6 + "/64 dev br0 nodad",
                        "link set br0 up"));
        exec(fabric(), "sh", "-ec", FABRIC_SYSCTLS);
        hosts.forEach(this::make);
    }

    private void make(Host host) {
        String namespace = namespace(host.name());
        Command.run("ip", "netns", "add", namespace);
        exec(namespace, "sh", "-ec", NODE_SYSCTLS);
        batch(
                fabric(),
                List.of(
                        "link add " + port(host.name()) + " type veth peer name eth0 netns " + namespace,
                        "link set " + port(host.name()) + " master br0 up"));
        batch(
                namespace,
                List.of(
                        "link set lo up",
                        "addr add " + host.v4() + "/24 dev eth0",
                        "addr add " + host.v6() + "/64 dev eth0 nodad",
                        "link set eth0 up",
                        "route add default via " + GATEWAY,
                        "route add ::/0 via " + GATEWAY_V6));
    }

    /** Plugs a host's cable into the bridge or pulls it; the host sees its carrier come and go. */
    public void setLink(String host, boolean plugged) {
        Command.run("", linkCommand(host, plugged));
    }

    /** Takes a host off the LAN while its carrier stays, as a fault between two switches does, or puts it back. */
    public void setReachable(String host, boolean reachable) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", fabric(), "link", "set", port(host)));
        command.addAll(reachable ? List.of("master", "br0") : List.of("nomaster"));
        Command.run("", command);
    }

    /**
     * Delays every frame from and to a host, until the answer is closed; those then on their way get lost.
     *
     * @param delay in each direction
     */
    public SlowCable delay(String host, Duration delay) {
        List<String> names = hosts.stream().map(Host::name).toList();
        SlowCable cable = new SlowCable(fabric(), names.indexOf(host), port(host), delay);
        cable.start();
        return cable;
    }

    /** The command with which {@link #setLink} does it. */
    List<String> linkCommand(String host, boolean plugged) {
        return List.of("ip", "-n", fabric(), "link", "set", port(host), plugged ? "up" : "down");
    }

    /** The MAC address of a host's {@code eth0} as {@code ip} prints it. */
    public String mac(String host) {
        String[] words =
                exec(namespace(host), "ip", "-o", "link", "show", "eth0").split("\\s+", -1);
        return words[List.of(words).indexOf("link/ether") + 1];
    }

    /** Runs a program inside a namespace and returns what it wrote. */
    public static String exec(String namespace, String... command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        words.addAll(List.of(command));
        return Command.run("", words);
    }

    /** Removes the namespaces, and the links with them; programs still running inside keep theirs until they end. */
    @Override
    public void close() {
        namespaces().forEach(Hosts::removeNamespace);
    }

    /** Removes one namespace; nothing happens when it does not exist. */
    static void removeNamespace(String namespace) {
        if (Files.exists(MOUNTED.resolve(namespace))) {
            Command.run("ip", "netns", "del", namespace);
        }
    }

    static void batch(String namespace, List<String> commands) {
        Command.run(String.join("\n", commands) + "\n", List.of("ip", "-n", namespace, "-batch", "-"));
    }

    /** The bridge's end of the cable; at most 15 bytes (IFNAMSIZ). */
    private static String port(String host) {
        return "v-" + host;
    }
}
