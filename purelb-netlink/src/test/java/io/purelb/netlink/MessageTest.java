package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.netlink.NetlinkException.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessageTest {
    private static final String REFUSAL = """
            34 00 00 00 02 00 00 03 07 00 00 00 00 00 00 00  # length 52, NLMSG_ERROR, CAPPED ACK_TLVS, sequence 7
            ed ff ff ff                                      # -19
            28 00 00 00 14 00 05 05 07 00 00 00 00 00 00 00  # the request's header, its body cut off
            0e 00 01 00 6e 6f 20 64 65 76 69 63 65 00 00 00  # NLMSGERR_ATTR_MSG "no device", padded
            """;

    @Test
    void refusalHasErrnoAndTheKernelsWords() {
        Message message = Hex.message(REFUSAL);
        assertEquals(19, message.errno());
        assertEquals("no device", message.errorText());
    }

    @Test
    void wordsAreFoundBehindAWholeRequest() {
        Message message = Hex.message("""
                38 00 00 00 02 00 00 02 07 00 00 00 00 00 00 00  # NLMSG_ERROR, ACK_TLVS
                ed ff ff ff                                      # -19
                14 00 00 00 14 00 05 05 07 00 00 00 00 00 00 00  # the request's header
                00 00 00 00                                      # and its body
                0e 00 01 00 6e 6f 20 64 65 76 69 63 65 00 00 00
                """);
        assertEquals("no device", message.errorText());
    }

    @Test
    void refusalWithoutWordsIsAsGood() {
        Message message = Hex.message("""
                24 00 00 00 02 00 00 01 07 00 00 00 00 00 00 00  # NLMSG_ERROR, CAPPED
                ef ff ff ff                                      # -17
                28 00 00 00 14 00 05 05 07 00 00 00 00 00 00 00
                """);
        assertEquals(17, message.errno());
        assertEquals("", message.errorText());
    }

    @Test
    void endOfDumpMayBeEmpty() {
        assertEquals(
                0,
                Hex.message("10 00 00 00 03 00 02 00 07 00 00 00 00 00 00 00").errno());
    }

    @Test
    void datagramHoldsSeveralMessages() {
        List<Message> messages =
                Message.split(Hex.datagram(Hex.bytes(Captured.SECONDARY_V4 + REFUSAL + Captured.LINK)));
        assertEquals(List.of(20, 2, 16), messages.stream().map(Message::type).toList());
        assertTrue(messages.stream().allMatch(message -> message.sequence() == 7));
    }

    @Test
    void messageLongerThanItsDatagramIsRefused() {
        assertRefused("18 00 00 00 14 00 02 00 07 00 00 00 00 00 00 00");
    }

    @Test
    void messageShorterThanItsHeaderIsRefused() {
        assertRefused("00 00 00 00 14 00 02 00 07 00 00 00 00 00 00 00");
        assertRefused("ff ff ff ff 14 00 02 00 07 00 00 00 00 00 00 00");
        assertRefused("10 00 00 00 14");
    }

    @Test
    void attributesThatDoNotFitAreRefused() {
        for (String attribute : List.of("09 00 01 00 aa bb cc dd", "03 00 01 00", "00 00 00 00", "08 00")) {
            byte[] bytes = Hex.bytes(attribute);
            assertThrows(MalformedMessageException.class, () -> Attributes.of(Hex.datagram(bytes), 0), attribute);
        }
    }

    @Test
    void unpaddedLastAttributeIsRead() {
        Attributes attributes = Attributes.of(Hex.datagram(Hex.bytes("07 00 03 00 76 61 00")), 0);
        assertEquals("va", attributes.text(3));
        assertFalse(attributes.has(4));
    }

    @Test
    void missingCapabilityIsNamed() {
        NetlinkException e = new NetlinkException(Operation.ADD_ADDRESS, 1, "10.1.2.3/32 on interface 4");
        assertEquals("ADD_ADDRESS 10.1.2.3/32 on interface 4: EPERM, needs CAP_NET_ADMIN", e.getMessage());
        assertTrue(e.missingCapability());
        assertFalse(new NetlinkException(Operation.ADD_ADDRESS, 19, "").missingCapability());
    }

    private static void assertRefused(String datagram) {
        assertThrows(MalformedMessageException.class, () -> Message.split(Hex.datagram(Hex.bytes(datagram))));
    }
}
