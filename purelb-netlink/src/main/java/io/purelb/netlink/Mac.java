package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Ethernet addresses as lower-case text with colons, the form of {@code ip link}. */
final class Mac {
    static final int BYTES = 6;

    private static final HexFormat FORMAT = HexFormat.ofDelimiter(":");

    private Mac() {}

    /** The text of the six bytes at this index. */
    static String format(ByteBuffer buffer, int at) {
        byte[] bytes = new byte[BYTES];
        buffer.get(at, bytes);
        return FORMAT.formatHex(bytes);
    }

    static byte[] parse(String text) {
        return FORMAT.parseHex(text);
    }
}
