package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.election.Seal.Datagram;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SealTest {
    private static final byte[] MESSAGE = "a heartbeat".getBytes(StandardCharsets.UTF_8);
    private static final Seal ALICE = new Seal("secret".getBytes(StandardCharsets.UTF_8));
    private static final Seal BOB = ALICE.another();

    @Test
    void whatOneSealsTheOtherOpens() {
        byte[] sealed = ALICE.seal(BOB.self(), MESSAGE, 2, 9);
        Datagram opened = BOB.open(sealed, 0, sealed.length).orElseThrow();
        assertEquals(ALICE.self(), opened.sender());
        assertEquals(BOB.self(), opened.receiver());
        assertEquals(ByteBuffer.wrap("heartbeat".getBytes(StandardCharsets.UTF_8)), opened.content());
    }

    @Test
    void theSameSecretGivesTheSameKeyInAnotherProcess() {
        Seal elsewhere = new Seal("secret".getBytes(StandardCharsets.UTF_8));
        byte[] sealed = elsewhere.seal(BOB.self(), MESSAGE, 0, MESSAGE.length);
        assertTrue(BOB.open(sealed, 0, sealed.length).isPresent());
    }

    @Test
    void anotherSecretOpensNothing() {
        Seal stranger = new Seal("Secret".getBytes(StandardCharsets.UTF_8));
        byte[] sealed = ALICE.seal(Seal.NOBODY, MESSAGE, 0, MESSAGE.length);
        assertEquals(Optional.empty(), stranger.open(sealed, 0, sealed.length));
    }

    @Test
    void firstSecretSealsAndAnyOpens() {
        byte[] before = {1};
        byte[] after = {2};
        Seal old = new Seal(before);
        Seal both = new Seal(before, after);
        Seal rotated = new Seal(after);
        byte[] sealed = both.seal(Seal.NOBODY, MESSAGE, 0, MESSAGE.length);
        assertTrue(old.open(sealed, 0, sealed.length).isPresent());
        assertEquals(Optional.empty(), rotated.open(sealed, 0, sealed.length));
        both.use(Seal.harden(List.of(after, before)));
        sealed = both.seal(Seal.NOBODY, MESSAGE, 0, MESSAGE.length);
        assertTrue(rotated.open(sealed, 0, sealed.length).isPresent());
        assertEquals(Optional.empty(), old.open(sealed, 0, sealed.length));
        assertEquals(2, ByteBuffer.wrap(sealed).getLong(19), "the counter goes on");
        sealed = old.seal(Seal.NOBODY, MESSAGE, 0, MESSAGE.length);
        assertTrue(both.open(sealed, 0, sealed.length).isPresent());
        both.use(Seal.harden(List.of(after)));
        sealed = old.seal(Seal.NOBODY, MESSAGE, 0, MESSAGE.length);
        assertEquals(Optional.empty(), both.open(sealed, 0, sealed.length));
    }

    @Test
    void aSecretNeedNotBeText() {
        Seal high = new Seal(new byte[] {(byte) 0xff, 0, (byte) 0x80});
        Seal low = new Seal(new byte[] {(byte) 0xff, 0, (byte) 0x81});
        byte[] sealed = high.seal(Seal.NOBODY, MESSAGE, 0, MESSAGE.length);
        assertTrue(high.another().open(sealed, 0, sealed.length).isPresent());
        assertEquals(Optional.empty(), low.open(sealed, 0, sealed.length));
    }

    @Test
    void everyChangedBitIsNoticed() {
        byte[] sealed = ALICE.seal(BOB.self(), MESSAGE, 0, MESSAGE.length);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(Optional.empty(), BOB.open(changed, 0, changed.length), "bit " + bit);
        }
    }

    @Test
    void everyTruncationIsNoticed() {
        byte[] sealed = ALICE.seal(BOB.self(), MESSAGE, 0, MESSAGE.length);
        for (int length = 0; length < sealed.length; length++) {
            assertEquals(Optional.empty(), BOB.open(sealed, 0, length), "first " + length + " bytes");
        }
    }

    @Test
    void randomBytesOpenNothing() {
        Random random = new Random(7934);
        for (int round = 0; round < 2_000; round++) {
            byte[] noise = new byte[random.nextInt(120)];
            random.nextBytes(noise);
            System.arraycopy(new byte[] {'P', 'L', 1}, 0, noise, 0, Math.min(3, noise.length));
            assertEquals(
                    Optional.empty(),
                    BOB.open(noise, 0, noise.length),
                    () -> HexFormat.of().formatHex(noise));
        }
    }

    @Test
    void ownDatagramsThatComeBackAreNotBelieved() {
        byte[] sealed = ALICE.seal(BOB.self(), MESSAGE, 0, MESSAGE.length);
        assertEquals(Optional.empty(), ALICE.open(sealed, 0, sealed.length));
    }

    @Test
    void noTwoDatagramsAreAlikeAndNoneShowsItsContent() {
        byte[] first = ALICE.seal(BOB.self(), MESSAGE, 0, MESSAGE.length);
        byte[] second = ALICE.seal(BOB.self(), MESSAGE, 0, MESSAGE.length);
        assertFalse(Arrays.equals(first, Seal.HEADER, first.length, second, Seal.HEADER, second.length));
        assertNotEquals(ALICE.self(), BOB.self());
        assertFalse(new String(first, StandardCharsets.ISO_8859_1).contains("heartbeat"));
    }

    @Test
    void theHeaderIsThis() {
        byte[] sealed = ALICE.another().seal(2, MESSAGE, 0, 0);
        assertEquals(Seal.HEADER + 16, sealed.length);
        assertArrayEquals(new byte[] {'P', 'L', 1}, Arrays.copyOf(sealed, 3));
        assertEquals(2, ByteBuffer.wrap(sealed).getLong(11), "receiver");
        assertEquals(1, ByteBuffer.wrap(sealed).getLong(19), "counter");
    }
}
