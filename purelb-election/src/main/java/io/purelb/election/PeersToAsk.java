package io.purelb.election;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which peers a search for members asks: those where a member was ever heard, and of the others a few in turn, so that a
 * large cluster with few agents is not flooded. Any thread.
 */
final class PeersToAsk {
    /** Peers asked at once where no member was heard; with the shortest searches some 50 datagrams a second. */
    static final int FEW = 16;

    private static final Comparator<InetAddress> ORDER = Comparator.comparing(InetAddress::getHostAddress);

    private final Set<InetAddress> heard = new HashSet<>();
    /** Where the next turn begins; members begin at different places, so that together they are faster. */
    private int turn;

    /** @param start any number */
    PeersToAsk(int start) {
        turn = start & 0xffff;
    }

    /** There is a member at this address. */
    synchronized void heard(InetAddress address) {
        heard.add(address);
    }

    /** All for the first search, later a part of them. */
    synchronized List<InetAddress> next(Collection<InetAddress> peers, boolean first) {
        heard.retainAll(peers);
        List<InetAddress> asked = new ArrayList<>(first ? peers : heard);
        if (!first) {
            List<InetAddress> others = new ArrayList<>(peers);
            others.removeAll(heard);
            others.sort(ORDER);
            int count = Math.min(FEW, others.size());
            for (int i = 0; i < count; i++) {
                asked.add(others.get((turn + i) % others.size()));
            }
            turn = others.isEmpty() ? turn : (turn + count) % others.size();
        }
        return asked;
    }
}
