package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Builds one netlink request: header, fixed part, attributes padded to 4 bytes ({@code linux/netlink.h}). */
final class Request {
    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;
    static final int NLA_F_NESTED = 0x8000;

    private static final int SEQUENCE_OFFSET = 8;

    /** No request made here is longer; each is a multiple of 4 bytes long, so that they can follow one another. */
    static final int MOST_BYTES = 512;

    private final ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.nativeOrder());

    /** Begins a request; NLM_F_REQUEST is added to the flags. */
    Request(int type, int flags) {
        buffer.putInt(0).putShort((short) type).putShort((short) (flags | NLM_F_REQUEST));
        buffer.putInt(0).putInt(0);
    }

    Request u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    Request u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    Request u32(int value) {
        buffer.putInt(value);
        return this;
    }

    Request attribute(int type, byte[] value) {
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    Request attribute(int type, int value) {
        buffer.putShort((short) 8).putShort((short) type).putInt(value);
        return this;
    }

    /** A text with its terminating zero. */
    Request attribute(int type, String value) {
        return attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** Opens an attribute whose value is attributes; give the result to {@link #end}. */
    int begin(int type) {
        int start = buffer.position();
        buffer.putShort((short) 0).putShort((short) (type | NLA_F_NESTED));
        return start;
    }

    Request end(int start) {
        buffer.putShort(start, (short) (buffer.position() - start));
        return this;
    }

    /** The finished request. */
    byte[] toBytes(int sequence) {
        byte[] bytes = new byte[buffer.position()];
        buffer.putInt(0, bytes.length).putInt(SEQUENCE_OFFSET, sequence);
        buffer.get(0, bytes);
        return bytes;
    }
}
