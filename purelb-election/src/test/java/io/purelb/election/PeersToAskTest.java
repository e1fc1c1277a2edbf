package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PeersToAskTest {
    private static final List<InetAddress> PEERS = IntStream.rangeClosed(1, 200)
            .mapToObj(i -> Addresses.of("10.0.0." + i))
            .toList();

    private final PeersToAsk toAsk = new PeersToAsk(-5);

    @Test
    void firstSearchAsksEverybody() {
        assertEquals(PEERS, toAsk.next(PEERS, true));
    }

    @Test
    void laterSearchesAskMembersAndFewOthers() {
        List<InetAddress> members = PEERS.subList(10, 15);
        members.forEach(toAsk::heard);
        toAsk.heard(Addresses.of("192.0.2.1")); // no peer
        Set<InetAddress> asked = new HashSet<>();
        for (int i = 0; i < 13; i++) {
            List<InetAddress> now = toAsk.next(PEERS, false);
            assertTrue(now.containsAll(members));
            assertEquals(members.size() + PeersToAsk.FEW, now.size());
            asked.addAll(now);
        }
        assertEquals(PEERS.size(), asked.size(), "all in turn");
    }

    @Test
    void smallClusterIsAskedWhole() {
        assertEquals(Set.copyOf(PEERS.subList(0, 7)), Set.copyOf(toAsk.next(PEERS.subList(0, 7), false)));
        assertEquals(List.of(), toAsk.next(List.of(), false));
    }
}
