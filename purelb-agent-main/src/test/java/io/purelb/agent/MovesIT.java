package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.lab.Asker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of many addresses move when agents come and go, and how cleanly. */
final class MovesIT extends AgentsIT {
    private static final List<IpAddress> ADDRESSES = IntStream.range(70, 82)
            .mapToObj(i -> IpAddress.parse((i % 2 == 0 ? "172.30.250." : "fd00:250::") + i))
            .toList();

    private final Map<IpAddress, Asker> askers = new TreeMap<>();

    @BeforeEach
    void serve() {
        ADDRESSES.forEach(address -> {
            lan.serve(service(address), List.of(address));
            askers.put(address, lan.ask(address));
        });
        awaitWinners(lan.nodes(), System.nanoTime());
    }

    private static String service(IpAddress address) {
        return "moves-" + ADDRESSES.indexOf(address);
    }

    @AfterEach
    void stopServing() {
        askers.forEach((address, asker) -> {
            asker.close();
            lan.client()
                    .services()
                    .inNamespace("default")
                    .withName(service(address))
                    .delete();
        });
    }

    private void awaitWinners(List<String> nodes, long since) {
        askers.forEach((address, asker) -> asker.awaitHolder(winner(nodes, address), since, SOON));
    }

    private static String winner(List<String> nodes, IpAddress address) {
        return Election.winner(nodes, address).orElseThrow();
    }

    @Test
    void nodeThatJoinsTakesOnlyWhatItWins() throws Exception {
        String joining = winner(lan.nodes(), ADDRESSES.get(0));
        List<String> others = without(joining);
        lan.signal(joining, "TERM");
        lan.agent(joining).waitFor();
        awaitWinners(others, System.nanoTime());
        long before = System.nanoTime();
        lan.startAgents(List.of(joining));
        awaitWinners(lan.nodes(), System.nanoTime());
        awaitWinners(lan.nodes(), System.nanoTime() + QUIET.toNanos());
        askers.forEach((address, asker) -> {
            String from = winner(others, address);
            String to = winner(lan.nodes(), address);
            assertEquals(from.equals(to) ? List.of(from) : List.of(from, to), asker.holders(before), address::toString);
            if (from.equals(to)) {
                assertEquals(0, asker.unanswered(before, SOON), address::toString);
            }
        });
        assertTrue(
                ADDRESSES.stream()
                                .map(address -> winner(lan.nodes(), address))
                                .distinct()
                                .count()
                        > 1,
                "some addresses are to stay where they are");
    }

    @Test
    void rollingRestartMovesEachAddressCleanly() throws Exception {
        long began = System.nanoTime();
        for (String node : lan.nodes()) {
            lan.signal(node, "TERM");
            lan.agent(node).waitFor();
            lan.startAgents(List.of(node));
            awaitWinners(lan.nodes(), System.nanoTime());
        }
        askers.forEach((address, asker) -> {
            String winner = winner(lan.nodes(), address);
            String heir = winner(without(winner), address);
            assertEquals(List.of(winner, heir, winner), asker.holders(began), address::toString);
        });
    }
}
