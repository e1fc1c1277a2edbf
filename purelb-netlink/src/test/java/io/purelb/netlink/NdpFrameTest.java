package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.IpAddress;
import io.purelb.netlink.NeighborSighting.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NdpFrameTest {
    private static final String MAC = "02:fc:00:00:00:01";
    private static final IpAddress ADDRESS = IpAddress.parse("fd00:250::53");

    private static final String ADVERTISEMENT = """
            33 33 00 00 00 01 02 fc 00 00 00 01 86 dd        # group of all nodes, sender, IPv6
            60 00 00 00 00 20 3a ff                          # version 6, 32 bytes, ICMPv6, hop limit 255
            fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 53  # from the address itself
            ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01  # to all nodes
            88 00 54 5b 20 00 00 00                          # advertisement, checksum, override
            fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 53  # target
            02 01 02 fc 00 00 00 01                          # target link-layer address
            """;

    private static final String SOLICITATION = """
            33 33 ff 00 00 53 02 fc 00 00 00 01 86 dd        # solicited-node group
            60 00 00 00 00 18 3a ff                          # 24 bytes
            00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # from ::
            ff 02 00 00 00 00 00 00 00 00 00 01 ff 00 00 53
            87 00 7a b1 00 00 00 00                          # solicitation, checksum
            fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 53  # target
            """;

    @Test
    void advertisementGoesToAllNodesWithOverride() {
        byte[] frame = NdpFrame.advertisement(MAC, ADDRESS);
        assertArrayEquals(Hex.bytes(ADVERTISEMENT), frame, () -> Hex.text(frame));
    }

    @Test
    void solicitationComesFromNobodyToTheSolicitedNodeGroup() {
        byte[] frame = NdpFrame.solicitation(MAC, ADDRESS);
        assertArrayEquals(Hex.bytes(SOLICITATION), frame, () -> Hex.text(frame));
    }

    @Test
    void advertiserHoldsTheTarget() {
        assertEquals(Optional.of(new NeighborSighting(ADDRESS, MAC, Kind.HOLDS)), decode(ADVERTISEMENT));
    }

    @Test
    void targetOptionWinsOverTheFramesSender() {
        String relayed = ADVERTISEMENT.replace("00 01 02 fc 00 00 00 01 86 dd", "00 01 02 fc 00 00 00 99 86 dd");
        assertEquals(MAC, decode(relayed).orElseThrow().mac());
    }

    @Test
    void solicitationFromNobodyIsAProbe() {
        assertEquals(Optional.of(new NeighborSighting(ADDRESS, MAC, Kind.PROBES)), decode(SOLICITATION));
    }

    @Test
    void whatAHostMayNotBelieveSaysNothing() {
        assertEquals(Optional.empty(), decode(ADVERTISEMENT.replace("3a ff", "3a fe")), "forwarded by a router");
        assertEquals(Optional.empty(), decode(ADVERTISEMENT.replace("88 00 54 5b", "88 00 54 5c")), "checksum");
        assertEquals(Optional.empty(), decode(ADVERTISEMENT.replace("88 00 54 5b", "88 01 54 5a")), "code");
        assertEquals(Optional.empty(), decode(ADVERTISEMENT.replace("02 01 02 fc", "02 00 02 fd")), "option of 0");
        assertEquals(Optional.empty(), decode(ADVERTISEMENT.replace("00 20 3a", "00 40 3a")), "length");
    }

    private static Optional<NeighborSighting> decode(String annotated) {
        return NdpFrame.decode(ByteBuffer.wrap(Hex.bytes(annotated)));
    }
}
