package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class LinkCodecTest {
    @Test
    void createsKubeLb0OfKindDummy() {
        assertRequest(LinkCodec.create("kube-lb0", "dummy"), """
                40 00 00 00 10 00 05 06 07 00 00 00 00 00 00 00  # length 64, RTM_NEWLINK, REQUEST ACK EXCL CREATE
                00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  # any family, no index, no flags
                0d 00 03 00 6b 75 62 65 2d 6c 62 30 00 00 00 00  # IFLA_IFNAME "kube-lb0", padded
                10 00 12 80                                      # IFLA_LINKINFO, nested {
                0a 00 01 00 64 75 6d 6d 79 00 00 00              #   IFLA_INFO_KIND "dummy", padded
                """);
    }

    @Test
    void setUpChangesOnlyTheNamedFlags() {
        assertRequest(LinkCodec.setUp(9, true), """
                20 00 00 00 10 00 05 00 07 00 00 00 00 00 00 00  # RTM_NEWLINK, REQUEST ACK
                00 00 00 00 09 00 00 00 81 00 00 00 81 00 00 00  # index 9, UP NOARP, of UP NOARP
                """);
    }

    @Test
    void promoteSecondariesIsANestedSetting() {
        assertRequest(LinkCodec.promoteSecondaries(9), """
                34 00 00 00 10 00 05 00 07 00 00 00 00 00 00 00
                00 00 00 00 09 00 00 00 00 00 00 00 00 00 00 00
                14 00 1a 80              # IFLA_AF_SPEC {
                10 00 02 80              #   AF_INET {
                0c 00 01 80              #     IFLA_INET_CONF {
                08 00 14 00 01 00 00 00  #       20: 1
                """);
    }

    @Test
    void readsLink() {
        assertEquals(
                new Link(2, "kube-lb0", "02:2b:f0:73:fd:77", true, true, true, "ifb", 1500, 0, true),
                LinkCodec.decode(Hex.message(Captured.LINK)).orElseThrow());
    }

    @Test
    void loopbackHasNoEthernetAddress() {
        String loopback = Captured.LINK.replace("00 00 01 00 02 00 00 00", "00 00 04 03 02 00 00 00");
        assertEquals("", LinkCodec.decode(Hex.message(loopback)).orElseThrow().mac());
    }

    @Test
    void shortHardwareAddressIsRefused() {
        String message = """
                28 00 00 00 10 00 02 00 07 00 00 00 00 00 00 00
                00 00 01 00 02 00 00 00 c3 00 01 00 00 00 00 00
                08 00 01 00 02 2b f0 73
                """;
        assertThrows(MalformedMessageException.class, () -> LinkCodec.decode(Hex.message(message)));
    }

    private static void assertRequest(Request request, String annotated) {
        byte[] actual = request.toBytes(7);
        assertArrayEquals(Hex.bytes(annotated), actual, () -> Hex.text(actual));
    }
}
