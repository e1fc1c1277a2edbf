package io.purelb.agent;

import static io.purelb.agent.OneNode.LOCAL;
import static io.purelb.agent.OneNode.LOCAL_ON_ETH0;
import static io.purelb.agent.OneNode.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Addresses inside a pool that this program did not put where they are. */
final class OwnAddressesTest {
    private final OneNode node = new OneNode();

    @Test
    void addressOfSomebodyElseInsideAPoolIsNeverDeleted() {
        node.kernel.foreign("eth0", "172.30.250.60/24");
        node.with(service("web", LOCAL)).tell().pass(200);
        node.kernel.foreign("eth0", "172.30.250.59/32");
        node.kernelChanged().without("web").tell().pass(60_000);
        assertTrue(node.kernel.has("eth0", "172.30.250.60/24"));
        assertTrue(node.kernel.has("eth0", "172.30.250.59/32"));
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void itStaysWhenAServiceGetsItAndWhenThatServiceGoes() {
        node.kernel.foreign("eth0", LOCAL_ON_ETH0);
        node.tell();
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(200);
        assertEquals(0, node.count("probe"), "it is there already");
        node.loop.drain(node.now);
        node.settle();
        assertTrue(node.loop.drained(node.now));
        node.without("web").tell();
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void whatIsPutOnByHandWhileAServiceHasTheAddressIsRepaired() {
        node.with(service("web", LOCAL)).tell().pass(200);
        node.kernel.addresses.get("eth0").remove(Subnet.parse(LOCAL_ON_ETH0));
        node.kernel.foreign("eth0", LOCAL + "/32");
        node.kernelChanged();
        assertFalse(node.kernel.has("eth0", LOCAL + "/32"));
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void ourAddressThatLostItsMarkIsOursStill() {
        node.with(service("web", LOCAL)).tell().pass(200);
        node.kernel.foreign("eth0", LOCAL_ON_ETH0);
        node.without("web");
        node.loop.kernelChanged();
        node.tell();
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void nothingUnmarkedIsDeletedBeforeItIsKnownWhetherTheKernelKeepsMarks() {
        node.kernel.marks = Marks.UNKNOWN;
        node.kernel.tried = Marks.UNKNOWN;
        node.kernel.foreign("eth0", "172.30.250.60/24");
        node.with(service("web", LOCAL)).tell().pass(200);
        assertTrue(node.kernel.has("eth0", "172.30.250.60/24"));
        node.kernel.tried = Marks.NOT_KEPT;
        node.pass(60_000);
        assertFalse(node.kernel.has("eth0", "172.30.250.60/24"), "on such a kernel all in a pool is ours");
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void kernelThatKeepsNoMarksIsAdoptedFromAtAStart() {
        node.kernel.marks = Marks.UNKNOWN;
        node.kernel.tried = Marks.NOT_KEPT;
        node.kernel.foreign("eth0", LOCAL_ON_ETH0);
        node.kernel.foreign("eth0", "172.30.250.60/24");
        node.with(service("web", LOCAL)).tell().pass(200);
        assertEquals(0, node.count("probe"), "it is there already");
        assertFalse(node.kernel.has("eth0", "172.30.250.60/24"));
        node.without("web").tell();
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void onTheVirtualInterfaceEverythingOfAPoolIsOurs() {
        node.kernel.link("kube-lb0");
        node.kernel.foreign("kube-lb0", "172.31.1.7/32");
        node.kernel.foreign("kube-lb0", "192.0.2.1/32");
        node.tell();
        assertFalse(node.kernel.has("kube-lb0", "172.31.1.7/32"));
        assertTrue(node.kernel.has("kube-lb0", "192.0.2.1/32"));
    }

    @Test
    void subnetOfAnOwnAddressIsTheNodesEvenInsideAPool() {
        node.kernel.link("eth1");
        node.kernel.foreign("eth1", "172.31.1.9/24");
        node.kernel.defaultRoutes.clear();
        node.kernel.defaultRoutes.put(IpFamily.IPV4, List.of("eth1"));
        node.with(service("web", "172.31.1.7")).tell().pass(200);
        assertTrue(node.kernel.has("eth1", "172.31.1.7/24"));
    }
}
