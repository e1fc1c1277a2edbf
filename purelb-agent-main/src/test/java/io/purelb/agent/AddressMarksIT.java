package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose an address is goes by the mark of this program, where the kernel keeps marks. */
final class AddressMarksIT {
    private static final String TAKEN = "172.30.250.53";

    private final TwoHosts hosts = new TwoHosts("marks");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    @Test
    void administratorsAddressInsideAPoolStaysOnAHostWithoutIpv6() throws Exception {
        hosts.exec("sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
        hosts.exec("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
        hosts.ip("addr add 172.30.250.77/24 brd + dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(TAKEN);
            agent.until(() -> agent.holds(TAKEN));
            agent.without("web").tell();
            agent.until(() -> hosts.address("eth0", TAKEN).isEmpty());
            agent.settle(100);
        });
        assertTrue(hosts.has("eth0", "172.30.250.77/24"));
        assertEquals(1, hosts.addresses("lo").size());
        assertEquals(0, hosts.addresses("kube-lb0").size(), "what was put there to try is gone");
    }

    @Test
    void ownAddressIsAdoptedOrRemovedAfterARestartOnAHostWithoutIpv6() throws Exception {
        hosts.exec("sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
        hosts.exec("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(TAKEN, "172.30.250.54");
            agent.until(() -> agent.holds(TAKEN, "172.30.250.54"));
        });
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(TAKEN);
            agent.until(() ->
                    agent.holds(TAKEN) && hosts.address("eth0", "172.30.250.54").isEmpty());
            assertEquals(0, agent.registry.getSampleValue("purelb_lbnodeagent_address_additions_total"));
        });
    }

    @Test
    void servicesAddressThatKubeletTookForTheNodesIsAnnouncedStill() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(TAKEN);
            agent.until(() -> agent.holds(TAKEN));
            agent.internalIps = List.of(IpAddress.parse(TAKEN));
            agent.tell().settle(100);
            assertTrue(agent.holds(TAKEN));
            assertEquals(1, agent.count("Warning default/web NodeAddressTaken"), agent.said.toString());
            assertTrue(agent.said.stream().anyMatch(line -> line.contains("--node-ip")));
        });
        // An agent that starts then finds the mark.
        NodeOnKernel.run(hosts.node, agent -> {
            agent.internalIps = List.of(IpAddress.parse(TAKEN));
            agent.announce(TAKEN);
            agent.until(() -> agent.holds(TAKEN));
            agent.settle(100);
            assertEquals(1, agent.count("Warning default/web NodeAddressTaken"), agent.said.toString());
            agent.without("web").tell();
            agent.until(() -> hosts.address("eth0", TAKEN).isEmpty());
        });
        assertTrue(hosts.has("eth0", TwoHosts.NODE_ADDRESS + "/24"));
    }

    @Test
    void addressOfTheNodeThatAServiceGotIsNeverTouched() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(TwoHosts.NODE_ADDRESS, TAKEN);
            agent.until(() -> agent.holds(TAKEN));
            agent.settle(100);
            assertFalse(agent.holds(TwoHosts.NODE_ADDRESS));
            agent.without("web").tell().settle(300);
        });
        assertTrue(hosts.has("eth0", TwoHosts.NODE_ADDRESS + "/24"));
    }
}
