package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MemberCodecTest {
    private static final Member FULL = new Member(
            "purelb2-1",
            List.of(Subnet.parse("172.30.250.0/24"), Subnet.parse("fc00:270:154::/64")),
            List.of(Subnet.parse("172.30.251.0/24")),
            List.of(Subnet.parse("10.0.0.0/24")),
            List.of("02:00:00:00:00:01", "02:00:00:00:00:02"),
            true,
            "0.1.0");

    @Test
    void aMemberComesBackAsItWas() {
        assertEquals(Optional.of(FULL), decode(MemberCodec.encode(FULL)));
        Member bare = new Member("n", List.of(), List.of(), false, false, "");
        assertEquals(Optional.of(bare), decode(MemberCodec.encode(bare)));
    }

    @Test
    void theBytesAreThese() {
        String hex = "0004" // four fields
                + "04" + hex("node") + "0001" + hex("n")
                + "07" + hex("link-up") + "0004" + hex("true")
                + "08" + hex("draining") + "0005" + hex("false")
                + "07" + hex("version") + "0001" + hex("1");
        Member member = new Member("n", List.of(), List.of(), true, false, "1");
        assertEquals(hex, HexFormat.of().formatHex(MemberCodec.encode(member)));
    }

    @Test
    void fieldsOfALaterVersionAreSkippedAndMissingOnesGetTheirDefaults() {
        byte[] later = bytes(
                "0003" // three fields
                        + "04" + hex("rank") + "0002" + "ff00" // not even text
                        + "04" + hex("node") + "0001" + hex("n")
                        + "00" + "0000");
        assertEquals(Optional.of(new Member("n", List.of(), List.of(), false, false, "")), decode(later));
    }

    @Test
    void subnetsOfAnEarlierVersionWithoutALinkAreDown() {
        byte[] earlier = bytes("0003"
                + "04" + hex("node") + "0001" + hex("n")
                + "06" + hex("subnet") + "000b" + hex("10.0.0.0/24")
                + "07" + hex("link-up") + "0005" + hex("false"));
        Member member = decode(earlier).orElseThrow();
        assertEquals(List.of(), member.subnets());
        assertEquals(List.of(Subnet.parse("10.0.0.0/24")), member.downSubnets());
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = MemberCodec.encode(FULL);
        for (int length = 0; length < whole.length; length++) {
            assertEquals(Optional.empty(), decode(Arrays.copyOf(whole, length)), "first " + length + " bytes");
        }
    }

    @Test
    void trailingBytesAreRefused() {
        byte[] whole = MemberCodec.encode(FULL);
        assertEquals(Optional.empty(), decode(Arrays.copyOf(whole, whole.length + 1)));
    }

    @Test
    void valuesThatDoNotParseAreRefused() {
        assertEquals(Optional.empty(), decode(bytes("0001" + "04" + hex("node") + "0000")), "no name");
        assertEquals(Optional.empty(), decode(bytes("0001" + "04" + hex("node") + "0001" + "ff")), "not UTF-8");
        assertEquals(
                Optional.empty(),
                decode(bytes(
                        "0002" + "04" + hex("node") + "0001" + hex("n") + "06" + hex("subnet") + "0003" + hex("abc"))),
                "not a subnet");
    }

    @Test
    void randomBytesAreRefusedWithoutACrash() {
        Random random = new Random(7934);
        byte[] whole = MemberCodec.encode(FULL);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            assertEquals(Optional.empty(), decode(noise), () -> HexFormat.of().formatHex(noise));
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            decode(damaged);
        }
    }

    @Test
    void aFieldTooLongToBeWrittenIsABrokenPromise() {
        Member endless = new Member("n".repeat(70_000), List.of(), List.of(), false, false, "");
        assertThrows(IllegalArgumentException.class, () -> MemberCodec.encode(endless));
    }

    private static Optional<Member> decode(byte[] bytes) {
        return MemberCodec.decode(ByteBuffer.wrap(bytes));
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
