package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.lab.Asker;
import io.purelb.lab.Hosts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes with two local interfaces, each with a cable and a subnet of its own. */
final class TwoCardsIT extends AgentsIT {
    private static final String SETTINGS = """
            apiVersion: purelb.io/v1
            kind: LBNodeAgent
            metadata: {name: cards, namespace: default}
            spec: {local: {localint: 'eth[01]'}, nodeSelector: {matchExpressions: [{key: none, operator: DoesNotExist}]}}
            """;

    @BeforeEach
    void plugIn() {
        lan.nodes().forEach(node -> {
            String namespace = lan.hosts().namespace(node);
            Hosts.exec(
                    lan.hosts().fabric(),
                    words("ip link add w-" + node + " type veth peer name eth1 netns " + namespace));
            Hosts.exec(lan.hosts().fabric(), words("ip link set w-" + node + " master br0 up"));
            int number = 101 + lan.nodes().indexOf(node);
            Hosts.exec(namespace, words("ip addr add 172.30.251." + number + "/24 dev eth1"));
            Hosts.exec(namespace, words("ip link set eth1 up"));
        });
        lan.client()
                .load(new ByteArrayInputStream(SETTINGS.getBytes(StandardCharsets.UTF_8)))
                .create();
    }

    @AfterEach
    void unplug() {
        lan.client()
                .resources(LBNodeAgentResource.class)
                .inNamespace("default")
                .withName("cards")
                .delete();
        lan.nodes().forEach(node -> Hosts.exec(lan.hosts().fabric(), words("ip link del w-" + node)));
    }

    private static String[] words(String command) {
        return command.split(" ", -1);
    }

    private static String mac(String node) {
        return Hosts.exec(lan.hosts().namespace(node), "cat", "/sys/class/net/eth1/address")
                .strip();
    }

    @Test
    void addressesOfTheCardWithoutACableGoToOtherNodesAndThoseOfTheOtherCardStay() {
        IpAddress beside = IntStream.range(50, 200)
                .mapToObj(i -> IpAddress.parse("172.30.251." + i))
                .filter(found ->
                        Election.winner(lan.nodes(), found).orElseThrow().equals(first))
                .findFirst()
                .orElseThrow();
        String heir = Election.ranking(without(first), beside).get(0);
        try (Asker second = lan.ask(beside)) {
            lan.serve("cards", List.of(beside));
            second.awaitHolder(mac(first), System.nanoTime(), SOON);
            long cut = System.nanoTime();
            Hosts.exec(lan.hosts().fabric(), words("ip link set w-" + first + " down"));
            long taken = second.awaitHolder(mac(heir), cut, SOON);
            long plugged = System.nanoTime();
            Hosts.exec(lan.hosts().fabric(), words("ip link set w-" + first + " up"));
            second.awaitHolder(mac(first), plugged, SOON);
            assertEquals(List.of(mac(heir), mac(first)), second.holders(taken));
            assertUndisturbed(cut);
        }
    }
}
