package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AddressCodecTest {
    @Test
    void localIpv4AddressHasBroadcastAndNoLifetime() {
        assertRequest(AddressCodec.add(NewAddress.permanent(4, Subnet.parse("172.30.250.53/24"))), """
                30 00 00 00 14 00 05 05 07 00 00 00 00 00 00 00  # length 48, RTM_NEWADDR, REQUEST ACK REPLACE CREATE
                02 18 00 00 04 00 00 00                          # AF_INET, /24, no flags, global, interface 4
                08 00 02 00 ac 1e fa 35                          # IFA_LOCAL
                08 00 01 00 ac 1e fa 35                          # IFA_ADDRESS
                08 00 04 00 ac 1e fa ff                          # IFA_BROADCAST
                """);
    }

    @Test
    void hostRouteOnKubeLb0HasNoBroadcast() {
        assertRequest(AddressCodec.add(NewAddress.permanent(9, Subnet.parse("172.31.1.225/32"))), """
                28 00 00 00 14 00 05 05 07 00 00 00 00 00 00 00
                02 20 00 00 09 00 00 00                          # AF_INET, /32
                08 00 02 00 ac 1f 01 e1                          # IFA_LOCAL
                08 00 01 00 ac 1f 01 e1                          # IFA_ADDRESS
                """);
    }

    @Test
    void pointToPointSubnetHasNoBroadcast() {
        byte[] request = AddressCodec.add(NewAddress.permanent(9, Subnet.parse("10.0.0.0/31")))
                .toBytes(7);
        assertEquals(40, request.length);
    }

    @Test
    void ipv6AddressWithoutDadFitsTheOldFlags() {
        NewAddress wanted = new NewAddress(
                4, Subnet.parse("fd00:250::53/64"), NewAddress.FOREVER, NewAddress.FOREVER, false, true, 0);
        assertRequest(AddressCodec.add(wanted), """
                40 00 00 00 14 00 05 05 07 00 00 00 00 00 00 00
                0a 40 02 00 04 00 00 00                          # AF_INET6, /64, nodad
                14 00 02 00 fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 53  # IFA_LOCAL
                14 00 01 00 fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 53  # IFA_ADDRESS
                """);
    }

    @Test
    void lifetimesNoPrefixRouteAndProtocolTravelInTheirOwnAttributes() {
        NewAddress wanted = new NewAddress(4, Subnet.parse("172.30.250.53/24"), 300, 0, true, true, 80);
        assertRequest(AddressCodec.add(wanted), """
                54 00 00 00 14 00 05 05 07 00 00 00 00 00 00 00
                02 18 02 00 04 00 00 00                          # the flags' low eight bits
                08 00 02 00 ac 1e fa 35                          # IFA_LOCAL
                08 00 01 00 ac 1e fa 35                          # IFA_ADDRESS
                08 00 04 00 ac 1e fa ff                          # IFA_BROADCAST
                08 00 08 00 02 02 00 00                          # IFA_FLAGS: noprefixroute nodad
                05 00 0b 00 50 00 00 00                          # IFA_PROTO
                14 00 06 00 00 00 00 00 2c 01 00 00 00 00 00 00 00 00 00 00  # IFA_CACHEINFO: preferred 0, valid 300
                """);
    }

    @Test
    void deletionNamesAddressAndPrefix() {
        assertRequest(AddressCodec.delete(4, Subnet.parse("172.30.250.53/24")), """
                28 00 00 00 15 00 05 00 07 00 00 00 00 00 00 00  # RTM_DELADDR, REQUEST ACK
                02 18 00 00 04 00 00 00
                08 00 02 00 ac 1e fa 35                          # IFA_LOCAL
                08 00 01 00 ac 1e fa 35                          # IFA_ADDRESS
                """);
    }

    @Test
    void listAsksForOneFamily() {
        assertRequest(AddressCodec.list(IpFamily.IPV6), """
                18 00 00 00 16 00 01 03 07 00 00 00 00 00 00 00  # RTM_GETADDR, REQUEST DUMP
                0a 00 00 00 00 00 00 00
                """);
    }

    @Test
    void readsSecondaryAddress() {
        Address address = decode(Captured.SECONDARY_V4, IpFamily.IPV4).orElseThrow();
        assertEquals(
                new Address(4, Subnet.parse("172.30.250.53/24"), 0x81, 0, NewAddress.FOREVER, NewAddress.FOREVER, 0, 0),
                address);
        assertTrue(address.secondary());
        assertFalse(address.tentative() || address.deprecated() || address.dadFailed());
    }

    @Test
    void readsLifetimesAndLongFlags() {
        Address address = decode(Captured.LIMITED_V6, IpFamily.IPV6).orElseThrow();
        assertEquals(new Address(4, Subnet.parse("fd00:250::53/64"), 0x222, 0, 300, 0, 0, 0), address);
        assertTrue(address.deprecated() && address.noPrefixRoute());
        assertFalse(address.permanent());
    }

    @Test
    void readsTentativeAddressAndWhoAddedIt() {
        Address address = decode(Captured.TENTATIVE_V6, IpFamily.IPV6).orElseThrow();
        assertTrue(address.tentative());
        assertEquals(253, address.scope());
        assertEquals(3, address.protocol());
    }

    @Test
    void ownAddressOfPointToPointLinkIsTheLocalOne() {
        Optional<Address> address = decode("""
                28 00 00 00 14 00 02 00 07 00 00 00 00 00 00 00
                02 20 80 00 05 00 00 00
                08 00 01 00 0a 00 00 02  # IFA_ADDRESS: the other end
                08 00 02 00 0a 00 00 01  # IFA_LOCAL
                """, IpFamily.IPV4);
        assertEquals(Subnet.parse("10.0.0.1/32"), address.orElseThrow().address());
    }

    @Test
    void mappedAddressStaysIpv6() {
        Optional<Address> address = decode("""
                2c 00 00 00 14 00 02 00 07 00 00 00 00 00 00 00
                0a 80 80 00 05 00 00 00
                14 00 01 00 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01  # ::ffff:192.0.2.1
                """, IpFamily.IPV6);
        assertEquals(IpFamily.IPV6, address.orElseThrow().address().family());
    }

    @Test
    void otherFamilyIsLeftOut() {
        assertEquals(Optional.empty(), decode(Captured.SECONDARY_V4, IpFamily.IPV6));
    }

    @Test
    void impossiblePrefixLengthIsRefused() {
        String message = Captured.SECONDARY_V4.replace("02 18 81", "02 21 81");
        assertThrows(MalformedMessageException.class, () -> decode(message, IpFamily.IPV4));
    }

    @Test
    void shortAddressIsRefused() {
        String message = """
                20 00 00 00 14 00 02 00 07 00 00 00 00 00 00 00
                0a 40 00 00 05 00 00 00
                08 00 01 00 0a 00 00 02  # four bytes of sixteen
                """;
        assertThrows(MalformedMessageException.class, () -> decode(message, IpFamily.IPV6));
    }

    @Test
    void lifetimeOutOfRangeIsRefusedWithRemedy() {
        Subnet subnet = Subnet.parse("10.0.0.1/24");
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new NewAddress(1, subnet, 300, 301, false, false, 0));
        assertEquals("preferred lifetime of 10.0.0.1/24 is 301 s: give 0 to its valid lifetime, 300", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new NewAddress(1, subnet, 0, 0, false, false, 0));
    }

    private static Optional<Address> decode(String annotated, IpFamily family) {
        return AddressCodec.decode(Hex.message(annotated), family);
    }

    private static void assertRequest(Request request, String annotated) {
        byte[] expected = Hex.bytes(annotated);
        byte[] actual = request.toBytes(7);
        assertArrayEquals(expected, actual, () -> Hex.text(actual));
    }
}
