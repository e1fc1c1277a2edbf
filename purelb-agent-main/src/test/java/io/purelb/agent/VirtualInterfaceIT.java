package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** kube-lb0 in every state it may be found in. */
final class VirtualInterfaceIT {
    private static final String VIRTUAL = "172.31.1.7";

    private final TwoHosts hosts = new TwoHosts("virtual");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    private void announced() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(VIRTUAL);
            agent.until(() -> hosts.has("kube-lb0", VIRTUAL + "/24"));
        });
        assertTrue(link().get("flags").toString().contains("\"UP\""), link().toString());
    }

    private JsonNode link() {
        return hosts.json("-d link show dev kube-lb0").get(0);
    }

    @Test
    void missingOneIsMadeEvenIfNoServiceNeedsIt() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.tell();
            agent.until(() -> hosts.ip("link show").contains("kube-lb0"));
            agent.settle(50);
        });
        assertTrue(link().get("flags").toString().contains("\"UP\""), link().toString());
    }

    @Test
    void oneThatIsDownIsSetUp() throws Exception {
        hosts.ip("link add kube-lb0 type ifb");
        announced();
    }

    @Test
    void oneOfAnotherKindIsUsedAsItIs() throws Exception {
        hosts.ip("link add kube-lb0 type bridge");
        hosts.ip("link set kube-lb0 mtu 1400");
        announced();
        assertEquals("bridge", link().at("/linkinfo/info_kind").asText());
        assertEquals(1400, link().get("mtu").asInt());
    }

    @Test
    void foreignAddressesOnItStay() throws Exception {
        hosts.ip("link add kube-lb0 up type ifb");
        hosts.ip("addr add 192.0.2.1/24 dev kube-lb0");
        hosts.ip("addr add 172.31.1.250/32 dev kube-lb0");
        announced();
        assertTrue(hosts.has("kube-lb0", "192.0.2.1/24"));
        assertTrue(hosts.address("kube-lb0", "172.31.1.250").isEmpty(), "a leftover inside a pool goes");
    }

    @Test
    void oneThatIsReplacedByAnotherIsUsedAgain() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(VIRTUAL);
            agent.until(() -> hosts.has("kube-lb0", VIRTUAL + "/24"));
            hosts.ip("link del kube-lb0");
            hosts.ip("link add kube-lb0 type bridge");
            agent.until(() -> hosts.has("kube-lb0", VIRTUAL + "/24"));
            hosts.ip("link set kube-lb0 down");
            agent.until(() -> link().get("flags").toString().contains("\"UP\""));
            hosts.ip("link set kube-lb0 name other0 ");
            agent.until(() -> hosts.has("kube-lb0", VIRTUAL + "/24"));
        });
    }
}
