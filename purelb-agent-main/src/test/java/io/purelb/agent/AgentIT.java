package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop on a real kernel: claiming, keeping and giving up addresses. */
final class AgentIT {
    private static final String LOCAL = "172.30.250.53";
    private static final String VIRTUAL = "172.31.1.7";

    private final TwoHosts hosts = new TwoHosts("agent");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    @Test
    void addressOfAnotherHostIsLeftToItUntilItGoes() throws Exception {
        hosts.far("addr add " + LOCAL + "/24 dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(LOCAL);
            agent.until(() -> agent.contested() > 3);
            assertFalse(hosts.address("eth0", LOCAL).isPresent());
            hosts.far("addr del " + LOCAL + "/24 dev eth0");
            agent.until(() -> agent.holds(LOCAL));
        });
    }

    @Test
    void nodeWithoutCarrierWithdraws() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(LOCAL, VIRTUAL);
            agent.until(() -> agent.holds(LOCAL, VIRTUAL));
            hosts.far("link set eth0 down");
            agent.until(() -> !agent.holds(LOCAL));
        });
        assertFalse(hosts.address("eth0", LOCAL).isPresent());
        assertTrue(hosts.address("kube-lb0", VIRTUAL).isPresent());
    }

    @Test
    void startAdoptsMarkedAddressesAndRemovesMarkedLeftovers() throws Exception {
        NodeOnKernel.run(hosts.node, before -> {
            before.announce(LOCAL, "172.30.250.54", VIRTUAL, "172.31.1.8", "fd00:250::5001");
            before.until(() -> before.holds(LOCAL, "172.30.250.54", VIRTUAL, "172.31.1.8", "fd00:250::5001"));
        });
        NodeOnKernel.run(hosts.node, after -> {
            after.announce(LOCAL, VIRTUAL);
            after.until(() -> after.holds(LOCAL, VIRTUAL));
            after.settle(300);
            assertEquals(0, after.registry.getSampleValue("purelb_lbnodeagent_address_additions_total"));
        });
        assertEquals(
                List.of("172.30.250.101", LOCAL, "fd00:250::101"),
                hosts.addresses("eth0").stream()
                        .filter(info -> !info.get("scope").asText().equals("link"))
                        .map(info -> info.get("local").asText())
                        .toList());
        assertFalse(hosts.has("kube-lb0", "172.31.1.8/24"));
    }

    @Test
    void addressesOfOthersInsideAPoolStayOnEveryInterface() throws Exception {
        hosts.ip("addr add 172.30.250.60/24 dev eth0");
        hosts.ip("addr add fd00:250::5060/64 dev eth0 nodad");
        hosts.link("eth1", "172.31.1.60/24");
        hosts.ip("link add kube-ipvs0 type ifb");
        hosts.ip("addr add " + LOCAL + "/32 dev kube-ipvs0");
        hosts.ip("addr add 172.30.250.61/32 dev kube-ipvs0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(LOCAL, VIRTUAL);
            agent.until(() -> agent.holds(LOCAL, VIRTUAL));
            hosts.ip("addr add 172.30.250.62/32 dev eth0");
            agent.without("web").tell();
            agent.until(() -> !agent.holds(LOCAL));
            agent.settle(300);
        });
        Map<String, Set<String>> staying = Map.of(
                "eth0", Set.of("172.30.250.101/24", "172.30.250.60/24", "172.30.250.62/32", "fd00:250::5060/64"),
                "eth1", Set.of("172.31.1.60/24"),
                "kube-ipvs0", Set.of(LOCAL + "/32", "172.30.250.61/32"));
        staying.forEach((link, all) -> all.forEach(address -> assertTrue(hosts.has(link, address), address)));
        assertFalse(hosts.has("eth0", LOCAL + "/24"));
    }
}
