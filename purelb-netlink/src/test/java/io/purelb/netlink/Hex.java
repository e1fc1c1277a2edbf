package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** Bytes written as hex, a field to a line, with remarks after {@code #}. Numbers are in the order of x86_64 and arm64. */
final class Hex {
    private Hex() {}

    static byte[] bytes(String annotated) {
        return HexFormat.of()
                .parseHex(annotated
                        .lines()
                        .map(line -> line.replaceAll("#.*", "").replaceAll("\\s", ""))
                        .collect(Collectors.joining()));
    }

    /** A datagram as it is received. */
    static ByteBuffer datagram(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /** The only message in a datagram. */
    static Message message(String annotated) {
        return Message.split(datagram(bytes(annotated))).get(0);
    }

    static String text(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
