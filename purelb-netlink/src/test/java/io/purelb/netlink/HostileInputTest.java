package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever arrives, the only outcomes are a value and, for netlink, {@link MalformedMessageException}. */
final class HostileInputTest {
    private static final int ROUNDS = 50_000;
    private static final long SEED = 7934;

    @Test
    void everyTruncationOfAMessageIsReadOrRefused() {
        for (String captured : Captured.ALL) {
            byte[] whole = Hex.bytes(captured);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                readNetlink(cut);
                if (length >= 16) {
                    // The same, with a header that tells the truth about its length.
                    Hex.datagram(cut).putInt(0, length);
                    readNetlink(cut);
                }
            }
        }
    }

    @Test
    void damagedMessagesAreReadOrRefused() {
        List<byte[]> seeds = new ArrayList<>();
        Captured.ALL.forEach(captured -> seeds.add(Hex.bytes(captured)));
        Random random = new Random(SEED);
        int read = 0;
        for (int round = 0; round < ROUNDS; round++) {
            read += readNetlink(damaged(seeds, random)) ? 1 : 0;
        }
        assertTrue(read > 1000 && read < ROUNDS - 1000, "both outcomes must occur, read: " + read);
    }

    @Test
    void randomBytesAreReadOrRefused() {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            readNetlink(bytes);
            if (bytes.length >= 16) {
                Hex.datagram(bytes).putInt(0, bytes.length);
                Hex.datagram(bytes).putShort(4, (short) random.nextInt(30));
                readNetlink(bytes);
            }
        }
    }

    @Test
    void damagedFramesNeverThrow() {
        String mac = "02:00:00:00:00:01";
        IpAddress v4 = IpAddress.parse("172.30.250.53");
        IpAddress v6 = IpAddress.parse("fd00:250::53");
        List<byte[]> seeds = List.of(
                ArpFrame.announcement(mac, v4, ArpFrame.REPLY),
                ArpFrame.probe(mac, v4),
                NdpFrame.advertisement(mac, v6),
                NdpFrame.solicitation(mac, v6));
        Random random = new Random(SEED);
        int seen = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = damaged(seeds, random);
            seen += assertDoesNotThrow(() -> readFrame(bytes)) ? 1 : 0;
        }
        assertTrue(seen > 1000, "some must survive, seen: " + seen);
    }

    private static byte[] damaged(List<byte[]> seeds, Random random) {
        byte[] seed = seeds.get(random.nextInt(seeds.size()));
        byte[] bytes = Arrays.copyOf(seed, random.nextInt(4) == 0 ? random.nextInt(seed.length + 8) : seed.length);
        for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static boolean readFrame(byte[] bytes) {
        return ArpFrame.decode(ByteBuffer.wrap(bytes)).isPresent()
                || NdpFrame.decode(ByteBuffer.wrap(bytes)).isPresent();
    }

    private static boolean readNetlink(byte[] bytes) {
        try {
            for (Message message : Message.split(Hex.datagram(bytes))) {
                LinkCodec.decode(message);
                NextHopCodec.decode(message);
                for (IpFamily family : IpFamily.values()) {
                    AddressCodec.decode(message, family);
                    RouteCodec.decode(message, family);
                }
                if (message.type() == Message.ERROR || message.type() == Message.DONE) {
                    message.errno();
                    message.errorText();
                }
            }
            return true;
        } catch (MalformedMessageException e) {
            return false;
        }
    }
}
