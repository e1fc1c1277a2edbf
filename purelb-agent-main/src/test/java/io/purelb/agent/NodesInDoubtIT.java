package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.testkit.Patience;
import io.purelb.lab.Hosts;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes whose default routes leave by two interfaces, and that answer for the addresses of all their interfaces. */
final class NodesInDoubtIT extends AgentsIT {
    @BeforeEach
    void answerForAll() {
        arpIgnore(0);
    }

    @AfterEach
    void heal() {
        arpIgnore(1);
        lan.nodes().forEach(node -> {
            if (ip(node, "link show").contains("eth1")) {
                ip(node, "link del eth1");
            }
        });
    }

    private static void arpIgnore(int value) {
        lan.nodes()
                .forEach(node -> Hosts.exec(
                        lan.hosts().namespace(node),
                        "sh",
                        "-c",
                        "echo " + value + " > /proc/sys/net/ipv4/conf/all/arp_ignore"));
    }

    /** A second interface with a default route, and with a carrier: then the node cannot tell its LAN. */
    private static void doubt(String node) {
        ip(node, "link add eth1 type ifb");
        ip(node, "link set eth1 up");
        ip(node, "addr add 10.9.0.1/24 dev eth1");
        ip(node, "addr add fd00:9::1/64 dev eth1 nodad");
        ip(node, "route add default via 10.9.0.2 dev eth1 metric 500");
        ip(node, "route add ::/0 via fd00:9::2 dev eth1 metric 5000");
    }

    private static String ip(String node, String arguments) {
        return Hosts.exec(lan.hosts().namespace(node), ("ip " + arguments).split(" ", -1));
    }

    private static boolean has(String node, String iface) {
        return ip(node, "-o addr show")
                .lines()
                .anyMatch(line -> line.contains(" " + iface + " ") && line.contains(" " + ADDRESS + "/"));
    }

    private static void await(BooleanSupplier reached) {
        Patience.until(() -> "the address to move", reached);
    }

    @Test
    void oneOfThemAnswersForAnAddressOfTheirLanAndAnotherWhenItDies() {
        long begun = System.nanoTime();
        lan.nodes().forEach(NodesInDoubtIT::doubt);
        await(() -> has(first, "kube-lb0"));
        long settled = System.nanoTime();
        assertUndisturbed(settled);
        for (String other : without(first)) {
            assertTrue(!has(other, "kube-lb0") && !has(other, "eth0"), other);
        }
        long cut = System.nanoTime();
        lan.hosts().setLink(first, false);
        long taken = asker.awaitHolder(second, cut, SOON);
        await(() -> !has(first, "kube-lb0"));
        long plugged = System.nanoTime();
        lan.hosts().setLink(first, true);
        asker.awaitHolder(first, plugged, SOON);
        assertEquals(List.of(second, first), asker.holders(taken));
        long healed = System.nanoTime();
        lan.nodes().forEach(node -> ip(node, "link del eth1"));
        await(() -> has(first, "eth0"));
        assertUndisturbed(System.nanoTime());
        assertTrue(healed > begun);
    }

    @Test
    void onlyTheNodeThatCanTellAnswers() {
        without(last).forEach(NodesInDoubtIT::doubt);
        await(() -> has(last, "eth0"));
        long settled = System.nanoTime();
        asker.awaitHolder(last, settled + QUIET.toNanos(), SOON);
        assertEquals(List.of(last), asker.holders(settled));
        assertTrue(without(last).stream().noneMatch(node -> has(node, "kube-lb0")));
    }
}
