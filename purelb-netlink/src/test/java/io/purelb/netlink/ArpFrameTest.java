package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.IpAddress;
import io.purelb.netlink.NeighborSighting.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ArpFrameTest {
    private static final String MAC = "02:fc:00:00:00:01";
    private static final IpAddress ADDRESS = IpAddress.parse("172.30.250.53");

    private static final String PADDING = "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";

    private static final String REPLY = """
            ff ff ff ff ff ff 02 fc 00 00 00 01 08 06  # broadcast, sender, ARP
            00 01 08 00 06 04 00 02                    # Ethernet, IPv4, lengths, reply
            02 fc 00 00 00 01 ac 1e fa 35              # sender
            02 fc 00 00 00 01 ac 1e fa 35              # target: the sender
            """;

    @Test
    void gratuitousReplyIsMeantForItsSender() {
        assertArrayEquals(Hex.bytes(REPLY + PADDING), ArpFrame.announcement(MAC, ADDRESS, ArpFrame.REPLY));
    }

    @Test
    void gratuitousRequestIsMeantForNobody() {
        assertArrayEquals(Hex.bytes("""
                ff ff ff ff ff ff 02 fc 00 00 00 01 08 06  # broadcast, sender, ARP
                00 01 08 00 06 04 00 01                    # Ethernet, IPv4, lengths, request
                02 fc 00 00 00 01 ac 1e fa 35              # sender
                00 00 00 00 00 00 ac 1e fa 35              # target: the same address, of no hardware
                """ + PADDING), ArpFrame.announcement(MAC, ADDRESS, ArpFrame.REQUEST));
    }

    @Test
    void probeComesFromNobody() {
        assertArrayEquals(Hex.bytes("""
                ff ff ff ff ff ff 02 fc 00 00 00 01 08 06
                00 01 08 00 06 04 00 01                    # request
                02 fc 00 00 00 01 00 00 00 00              # sender 0.0.0.0
                00 00 00 00 00 00 ac 1e fa 35              # target
                """ + PADDING), ArpFrame.probe(MAC, ADDRESS));
    }

    @Test
    void everySenderHoldsItsAddress() {
        Optional<NeighborSighting> holds = Optional.of(new NeighborSighting(ADDRESS, MAC, Kind.HOLDS));
        assertEquals(holds, decode(REPLY));
        assertEquals(holds, decode(REPLY.replace("06 04 00 02", "06 04 00 01")));
    }

    @Test
    void probeIsSeenAsProbe() {
        assertEquals(
                Optional.of(new NeighborSighting(ADDRESS, MAC, Kind.PROBES)),
                ArpFrame.decode(ByteBuffer.wrap(ArpFrame.probe(MAC, ADDRESS))));
    }

    @Test
    void otherFramesSayNothing() {
        assertEquals(Optional.empty(), decode(REPLY.replace("00 01 08 00 06 04", "00 06 08 00 06 04")), "hardware");
        assertEquals(Optional.empty(), decode(REPLY.replace("06 04 00 02", "06 04 00 03")), "reverse ARP");
        assertEquals(Optional.empty(), decode(REPLY.replace("01 08 06", "01 08 00")), "not ARP");
        assertEquals(Optional.empty(), decode(REPLY.replace("02 fc 00 00 00 01 ac", "03 fc 00 00 00 01 ac")), "group");
        assertEquals(Optional.empty(), decode(REPLY.replace("00 01 ac 1e fa 35", "00 01 00 00 00 00")), "no sender");
        assertEquals(Optional.empty(), decode(REPLY.substring(0, REPLY.lastIndexOf("35"))), "truncated");
    }

    private static Optional<NeighborSighting> decode(String annotated) {
        return ArpFrame.decode(ByteBuffer.wrap(Hex.bytes(annotated)));
    }
}
