package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.purelb.lab.Hosts;
import io.purelb.lab.Hosts.Host;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A LAN whose switch answers in the name of distant hosts and passes no question of nobody on to them, as EVPN does: the
 * bridge's port to the holder has {@code neigh_suppress}, and the bridge knows the holder's addresses.
 */
final class SuppressedLanIT {
    private static final String LOCAL = "172.30.250.53";
    private static final String LOCAL_V6 = "fd00:250::5003";

    private final Host node = Host.numbered("node", 101);
    private final Host holder = Host.numbered("holder", 102);
    private final Hosts hosts = new Hosts("pl-evpn-" + ProcessHandle.current().pid() + "-", List.of(node, holder));

    @BeforeEach
    void connect() {
        assumeTrue(
                System.getProperty("user.name").equals("root"),
                "NOT TESTED: network namespaces need root, run these tests as root");
        hosts.up();
        inside("holder", "ip address add " + LOCAL + "/24 dev eth0; ip address add " + LOCAL_V6 + "/64 dev eth0 nodad");
        String mac = hosts.mac("holder");
        Hosts.exec(
                hosts.fabric(),
                "sh",
                "-ec",
                "bridge link set dev v-holder neigh_suppress on; bridge fdb replace " + mac
                        + " dev v-holder master static;"
                        + " ip neigh replace " + LOCAL + " lladdr " + mac + " dev br0 nud permanent;"
                        + " ip neigh replace " + LOCAL_V6 + " lladdr " + mac + " dev br0 nud permanent");
    }

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    private void inside(String host, String commands) {
        Hosts.exec(hosts.namespace(host), "sh", "-ec", commands);
    }

    @Test
    void holderBehindASwitchThatSuppressesQuestionsIsFound() throws Exception {
        for (String address : List.of(LOCAL, LOCAL_V6)) {
            NodeOnKernel.run(hosts.namespace("node"), agent -> {
                agent.announce(address).until(() -> agent.contested() > 0 || agent.holds(address));
                agent.settle(500);
                assertFalse(agent.holds(address), address + " has a holder");
                assertTrue(agent.contested() > 0);
                inside("holder", "ip address del " + address + (address.equals(LOCAL) ? "/24" : "/64") + " dev eth0");
                Hosts.exec(hosts.fabric(), "ip", "neigh", "del", address, "dev", "br0");
                agent.until(() -> agent.holds(address));
            });
        }
    }
}
