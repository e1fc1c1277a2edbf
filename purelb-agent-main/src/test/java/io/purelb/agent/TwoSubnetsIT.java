package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.lab.Asker;
import io.purelb.lab.Hosts;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two subnets on one LAN: two of the three nodes have an address in the second one, all have one in the first. */
final class TwoSubnetsIT extends AgentsIT {
    private String outsider;
    private List<String> insiders;

    @BeforeEach
    void addSubnet() {
        outsider = lan.nodes().get(0);
        insiders = without(outsider);
        insiders.forEach(node -> addresses("add", node));
    }

    @AfterEach
    void removeSubnet() {
        insiders.forEach(node -> addresses("del", node));
    }

    /** Adds or deletes a node's own addresses in the second subnet. */
    private static void addresses(String what, String node) {
        int number = 101 + lan.nodes().indexOf(node);
        for (String own : List.of("172.30.251." + number + "/24", "fd00:251::" + number + "/64")) {
            Hosts.exec(lan.hosts().namespace(node), "ip", "address", what, own, "dev", "eth0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"172.30.251.", "fd00:251::"})
    void addressGoesToNodesOfItsSubnetOnly(String subnet) {
        // One that the outsider would win if it could.
        IpAddress address = IntStream.range(50, 90)
                .mapToObj(i -> IpAddress.parse(subnet + i))
                .filter(found ->
                        Election.winner(lan.nodes(), found).orElseThrow().equals(outsider))
                .findFirst()
                .orElseThrow();
        String winner = Election.ranking(insiders, address).get(0);
        String heir = Election.ranking(insiders, address).get(1);
        try (Asker asker = lan.ask(address)) {
            lan.serve("second", List.of(address));
            asker.awaitHolder(winner, System.nanoTime(), SOON);

            long cut = System.nanoTime();
            lan.hosts().setLink(winner, false);
            long taken = asker.awaitHolder(heir, cut, SOON);
            long plugged = System.nanoTime();
            lan.hosts().setLink(winner, true);
            asker.awaitHolder(winner, plugged, SOON);
            assertEquals(List.of(heir, winner), asker.holders(taken));

            long left = System.nanoTime();
            addresses("del", winner);
            asker.awaitHolder(heir, left, SOON);
            addresses("add", winner);
            asker.awaitHolder(winner, System.nanoTime(), SOON);
            assertEquals(List.of(winner, heir, winner), asker.holders(left));

            insiders.forEach(node -> lan.hosts().setLink(node, false));
            this.asker.awaitHolder(outsider, System.nanoTime(), SOON);
            long alone = System.nanoTime();
            this.asker.awaitHolder(outsider, alone + QUIET.toNanos(), SOON);
            assertEquals(List.of(), asker.holders(alone));
            assertFalse(
                    Hosts.exec(lan.hosts().namespace(outsider), "ip", "address").contains(address + "/"),
                    "the outsider is not to have it, on kube-lb0 neither");
            insiders.forEach(node -> lan.hosts().setLink(node, true));
            asker.awaitHolder(winner, System.nanoTime(), SOON);
        } finally {
            lan.client().services().inNamespace("default").withName("second").delete();
        }
    }
}
