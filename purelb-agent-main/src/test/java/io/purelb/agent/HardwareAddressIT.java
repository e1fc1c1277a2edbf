package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A network card that gets another hardware address, as a neighbour sees it that talks to addresses of Services. */
final class HardwareAddressIT {
    private static final String LOCAL = "172.30.250.53";
    private static final String LOCAL_V6 = "fd00:250::5003";
    private static final String NEW_MAC = "02:00:00:00:77:01";

    private final TwoHosts hosts = new TwoHosts("mac");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    /** What the neighbour has in its cache; it asks nobody by itself for as long as it sends nothing. */
    private boolean knowsAt(String address, String mac) {
        return hosts.far("neigh show " + address + " dev eth0").contains(mac);
    }

    @Test
    void neighboursLearnTheNewHardwareAddressFromTheAnnouncement() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.localint("eth0").announce(LOCAL, LOCAL_V6).until(() -> agent.holds(LOCAL, LOCAL_V6));
            agent.until(() -> agent.metric("purelb_lbnodeagent_garp_sent_total") == 3
                    && agent.metric("purelb_lbnodeagent_na_sent_total") == 3);
            String old = hosts.exec("cat /sys/class/net/eth0/address").strip();
            for (String address : new String[] {LOCAL, LOCAL_V6}) {
                hosts.far("neigh replace " + address + " lladdr " + old + " dev eth0 nud stale");
                assertTrue(knowsAt(address, old));
            }
            hosts.ip("link set eth0 address " + NEW_MAC);
            agent.until(() -> knowsAt(LOCAL, NEW_MAC) && knowsAt(LOCAL_V6, NEW_MAC));
            assertTrue(agent.published().macs().contains(NEW_MAC), "other agents know it");
            assertTrue(agent.holds(LOCAL, LOCAL_V6));
        });
    }
}
