package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "1.1.1.1/32, 1.1.1.1, 1.1.1.1, 1",
        "1.1.1.0/31, 1.1.1.0, 1.1.1.1, 2",
        "1.1.1.0/24, 1.1.1.0, 1.1.1.255, 256",
        "1.0.0.0/8, 1.0.0.0, 1.255.255.255, 16777216",
        "0.0.0.0/0, 0.0.0.0, 255.255.255.255, 4294967296",
        "2001:db8::/112, 2001:db8::, 2001:db8::ffff, 65536",
        "2001:db8::1/112, 2001:db8::1, 2001:db8::ffff, 65535",
        "2001:db8::/64, 2001:db8::, 2001:db8::ffff:ffff:ffff:ffff, 18446744073709551616",
        "::/0, ::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 340282366920938463463374607431768211456",
        "192.168.1.7/24, 192.168.1.7, 192.168.1.255, 249",
        "1.1.1.0-1.1.1.1, 1.1.1.0, 1.1.1.1, 2",
        "' 1.1.1.1 - 1.1.1.1 ', 1.1.1.1, 1.1.1.1, 1",
        "2001:db8::0 - 2001:db8::ffff, 2001:db8::, 2001:db8::ffff, 65536",
        "::68-::6c, ::68, ::6c, 5",
        "172.30.250.80, 172.30.250.80, 172.30.250.80, 1",
        "::ffff:192.0.2.1, 192.0.2.1, 192.0.2.1, 1",
    })
    void readsEveryForm(String text, String first, String last, BigInteger size) {
        AddressRange range = AddressRange.parse(text);
        assertEquals(first, range.first().toString());
        assertEquals(last, range.last().toString());
        assertEquals(size, range.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1.1.X.1",
                "1.1.1.1/33",
                "1.1.1.1/-1",
                "1.1.1.1/",
                "1.1.1.1/+8",
                "1.1.1.1/08",
                "2001:db8::/129",
                "1.1.1",
                "1.1.1.1.1",
                "01.1.1.1",
                "1.1.1.256",
                "fe80::1%eth0",
                "1.1.1.foo-1.1.1.2",
                "1.1.1.1-1.1.1.foo",
                "1.1.1.1-",
                "-",
                "1.1.1.2-1.1.1.1",
                "2002:db8::68 - 2001:db8::68",
                "1.1.1.1-::1",
                "1.1.1.*",
                "0x1.1.1.1",
                "16843009",
                "localhost",
            })
    void refusesEverythingElse(String text) {
        AddressFormatException refusal = assertThrows(AddressFormatException.class, () -> AddressRange.parse(text));
        assertTrue(refusal.getMessage().contains(text.strip()), refusal::getMessage);
        assertTrue(AddressRange.tryParse(text).isEmpty());
    }

    @Test
    void faultsCarryTheirPosition() {
        assertEquals(
                8,
                assertThrows(AddressFormatException.class, () -> AddressRange.parse("1.1.1.1-1.1.1.foo"))
                        .position());
        assertEquals(
                8,
                assertThrows(AddressFormatException.class, () -> AddressRange.parse("1.1.1.1/33"))
                        .position());
    }

    @ParameterizedTest
    @CsvSource({
        "1.1.1.1/32, 1.1.1.2/32, false",
        "1.1.1.0/24, 1.1.1.0/30, true",
        "1.1.1.0-1.1.1.128, 1.1.1.128-1.1.1.255, true",
        "10.0.0.0/8, 10.1.0.0/16, true",
        "0.0.0.0/0, ::/0, false",
    })
    void overlapIsSymmetric(String one, String other, boolean expected) {
        AddressRange a = AddressRange.parse(one);
        AddressRange b = AddressRange.parse(other);
        assertEquals(expected, a.overlaps(b));
        assertEquals(expected, b.overlaps(a));
    }

    @Test
    void fiveDigitsBetweenColonsAreNoAddress() {
        assertEquals(Optional.empty(), AddressRange.tryParse("fd00::1-0fd00::2"));
        assertEquals(Optional.empty(), IpAddress.tryParse("fd00::00001"));
        assertEquals("fd00::1", IpAddress.parse("fd00::0001").toString());
    }
}
