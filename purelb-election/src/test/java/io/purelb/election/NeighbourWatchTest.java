package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.stack.Protocol;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

final class NeighbourWatchTest {
    private static final class Network extends Protocol {
        private final List<Message> sent = new ArrayList<>();

        @Override
        public Object down(Message message) {
            return sent.add(message);
        }

        @Override
        public Object down(Event event) {
            return true;
        }
    }

    /** In a group of 100 that stood still for a moment it would be a million datagrams. */
    @Test
    void nobodyIsToldOfAMemberThatMissedHeartbeatsOnly() {
        Network network = new Network();
        NeighbourWatch watch = new NeighbourWatch(InetAddress.getLoopbackAddress(), "node-a");
        watch.setDownProtocol(network);
        Address other = UUID.randomUUID();
        watch.down(new Event(Event.UNSUSPECT, other));
        watch.destroy();
        assertEquals(List.of(), network.sent);
    }
}
