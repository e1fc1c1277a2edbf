package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.AddressOptions;
import io.purelb.core.AgentSettings;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import io.purelb.netlink.Netlink;
import io.purelb.netlink.NetworkNamespace;
import io.purelb.netlink.NewAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that the node itself makes never come from an address of a Service. */
final class SourceAddressIT {
    private static final String ELSEWHERE = "2001:db8::1";
    private static final String NODE_V6 = "fd00:250::101";
    private static final int MARK = 80;

    @TempDir
    Path directory;

    private final TwoHosts hosts = new TwoHosts("source");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    private String source(String destination) {
        return hosts.json("route get " + destination).get(0).get("prefsrc").asText();
    }

    /** The node's address as a server on the neighbour sees it. */
    private String sourceOfAConnection(String neighbour) throws Exception {
        try (ServerSocket server = NetworkNamespace.call(
                hosts.neighbour, () -> new ServerSocket(0, 5, InetAddress.getByName(neighbour)))) {
            NetworkNamespace.call(hosts.node, () -> {
                new Socket(InetAddress.getByName(neighbour), server.getLocalPort()).close();
                return true;
            });
            try (Socket seen = server.accept()) {
                return seen.getInetAddress().getHostAddress();
            }
        }
    }

    @Test
    void localIpv6AddressIsTheSourceOfNoConnectionOfTheNode() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("fd00:250::5053", "fd00:250::5054");
            agent.until(() -> agent.holds("fd00:250::5053", "fd00:250::5054"));
        });
        assertEquals(NODE_V6, source(ELSEWHERE));
        assertEquals(NODE_V6, source("fd00:250::5001"), "nor where its bits are nearer to the destination's");
        assertEquals("fd00:250:0:0:0:0:0:101", sourceOfAConnection("fd00:250::1"));
        assertTrue(hosts.address("eth0", "fd00:250::5053")
                .orElseThrow()
                .path("deprecated")
                .asBoolean());
    }

    @Test
    void preferredLifetimeThatIsGivenIsUsed() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("fd00:250::5053");
            agent.until(() -> agent.holds("fd00:250::5053"));
            agent.settings = preferred(agent.settings, AddressOptions.NEVER);
            agent.tell();
            agent.until(() -> !deprecated());
            agent.settings = preferred(agent.settings, 1000);
            agent.tell();
            agent.until(() -> preferredSeconds() <= 1000);
            assertFalse(deprecated());
            agent.settings = AgentSettings.DEFAULT;
            agent.tell();
            agent.until(this::deprecated);
        });
    }

    private boolean deprecated() {
        return hosts.address("eth0", "fd00:250::5053")
                .orElseThrow()
                .path("deprecated")
                .asBoolean();
    }

    private long preferredSeconds() {
        return hosts.address("eth0", "fd00:250::5053")
                .orElseThrow()
                .get("preferred_life_time")
                .asLong();
    }

    private static AgentSettings preferred(AgentSettings settings, long seconds) {
        return new AgentSettings(
                settings.localInterface(),
                settings.defaultRoutes(),
                settings.virtualInterface(),
                settings.sendGarp(),
                settings.garpCount(),
                settings.garpInterval(),
                settings.garpRefresh(),
                settings.probe(),
                new AddressOptions(OptionalLong.empty(), OptionalLong.of(seconds), false),
                settings.virtual());
    }

    @Test
    void addressOfAnEarlierRunIsAdoptedAndDeprecated() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        mark("fd00:250::5053/64");
        assertFalse(deprecated());
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("fd00:250::5053");
            agent.until(() -> agent.holds("fd00:250::5053") && deprecated());
            agent.settle(100);
            assertEquals(0, agent.registry.getSampleValue("purelb_lbnodeagent_address_additions_total"));
            agent.without("web").tell();
            agent.until(() -> hosts.address("eth0", "fd00:250::5053").isEmpty());
        });
    }

    private void mark(String address) throws Exception {
        NetworkNamespace.call(hosts.node, () -> {
            try (Netlink netlink = Netlink.open()) {
                netlink.addAddress(new NewAddress(
                        netlink.link("eth0").orElseThrow().index(),
                        Subnet.parse(address),
                        NewAddress.FOREVER,
                        NewAddress.FOREVER,
                        false,
                        true,
                        MARK));
                return true;
            }
        });
    }

    /** The node's own address goes and comes back at once, as when networkd or a DHCP client starts again. */
    private void renew(String address, String options) throws Exception {
        Path batch = directory.resolve("renewal");
        Files.writeString(
                batch, "addr del " + address + " dev eth0\naddr add " + address + " brd + dev eth0 " + options + "\n");
        hosts.ip("-batch " + batch);
    }

    private boolean primary(String address) {
        return hosts.address("eth0", address)
                .filter(there -> !there.has("secondary"))
                .isPresent();
    }

    @Test
    void renewedAddressOfTheNodeIsThePrimaryOneAgain() throws Exception {
        String[] many = {"172.30.250.53", "172.30.250.54", "172.30.250.55", "172.30.250.56"};
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(many);
            agent.until(() -> agent.holds(many));
            for (int i = 0; i < 3; i++) {
                renew(TwoHosts.NODE_ADDRESS + "/24", "");
                agent.until(() -> primary(TwoHosts.NODE_ADDRESS) && agent.holds(many));
                agent.settle(100);
            }
            assertTrue(primary(TwoHosts.NODE_ADDRESS));
        });
        for (String address : many) {
            assertTrue(hosts.has("eth0", address + "/24") && !primary(address), address);
        }
        assertEquals(TwoHosts.NODE_ADDRESS, source("172.30.250.1"));
        assertEquals(TwoHosts.NODE_ADDRESS, sourceOfAConnection("172.30.250.1"));
        assertEquals(1, hosts.routes("172.30.250.0/24"));
    }

    @Test
    void agentThatStartsAfterwardsFindsItsAddressPrimaryAndGivesWay() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("172.30.250.53");
            agent.until(() -> agent.holds("172.30.250.53"));
        });
        renew(TwoHosts.NODE_ADDRESS + "/24", "");
        assertTrue(primary("172.30.250.53"));
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("172.30.250.53");
            agent.until(() -> agent.holds("172.30.250.53") && primary(TwoHosts.NODE_ADDRESS));
        });
        assertTrue(hosts.has("eth0", "172.30.250.53/24") && !primary("172.30.250.53"));
    }

    @Test
    void eachSubnetOfTheNodeHasItsOwnPrimaryAddress() throws Exception {
        hosts.ip("addr add 172.30.0.9/16 brd + dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.groups = List.of(NodeOnKernel.group(
                    NodeOnKernel.pool(IpFamily.IPV4, "172.30.250.0/24", "172.30.250.50-172.30.250.99", "default"),
                    NodeOnKernel.pool(IpFamily.IPV4, "172.30.0.0/16", "172.30.7.0-172.30.7.9", "default")));
            agent.announce("172.30.250.53", "172.30.7.1");
            agent.until(() -> agent.holds("172.30.250.53", "172.30.7.1"));
            renew("172.30.0.9/16", "");
            agent.until(() -> primary("172.30.0.9") && agent.holds("172.30.250.53", "172.30.7.1"));
            renew(TwoHosts.NODE_ADDRESS + "/24", "");
            agent.until(() -> primary(TwoHosts.NODE_ADDRESS) && agent.holds("172.30.250.53", "172.30.7.1"));
            agent.settle(100);
        });
        assertTrue(primary("172.30.0.9") && primary(TwoHosts.NODE_ADDRESS));
        assertFalse(primary("172.30.250.53") || primary("172.30.7.1"));
    }
}
