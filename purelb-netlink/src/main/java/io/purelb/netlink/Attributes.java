package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The attributes at the end of a message or inside another attribute ({@code struct nlattr}), checked when made. */
final class Attributes {
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer buffer;
    private final int start;

    private Attributes(ByteBuffer buffer, int start) {
        this.buffer = buffer;
        this.start = start;
    }

    /**
     * The attributes from this index to the buffer's limit.
     *
     * @throws MalformedMessageException when a length is shorter than an attribute's header or longer than the buffer
     */
    static Attributes of(ByteBuffer buffer, int start) {
        if (start > buffer.limit()) {
            throw new MalformedMessageException(buffer.limit() + " bytes where " + start + " are needed");
        }
        int at = start;
        while (at < buffer.limit()) {
            int left = buffer.limit() - at;
            int length = left < 4 ? left : buffer.getShort(at) & 0xffff;
            if (length < 4 || length > left) {
                throw new MalformedMessageException("attribute of " + length + " bytes in " + left);
            }
            at += length + 3 & ~3;
        }
        return new Attributes(buffer, start);
    }

    /** The value of the first attribute of this type. */
    Optional<ByteBuffer> find(int type) {
        int at = start;
        while (at < buffer.limit()) {
            int length = buffer.getShort(at) & 0xffff;
            if ((buffer.getShort(at + 2) & TYPE_MASK) == type) {
                return Optional.of(buffer.slice(at + 4, length - 4).order(buffer.order()));
            }
            at += length + 3 & ~3;
        }
        return Optional.empty();
    }

    boolean has(int type) {
        return find(type).isPresent();
    }

    /** The attributes inside this one; none when it is absent. */
    Attributes nested(int type) {
        return of(find(type).orElse(ByteBuffer.allocate(0)), 0);
    }

    /** An unsigned 32-bit value. */
    Optional<Integer> u32(int type) {
        return find(type).map(value -> need(value, 4, type).getInt(0));
    }

    Optional<Integer> u8(int type) {
        return find(type).map(value -> need(value, 1, type).get(0) & 0xff);
    }

    /** A text without its terminating zero; empty when absent. */
    String text(int type) {
        Optional<ByteBuffer> value = find(type);
        if (value.isEmpty()) {
            return "";
        }
        String text = StandardCharsets.UTF_8.decode(value.get()).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** The value when it has at least this many bytes. */
    static ByteBuffer need(ByteBuffer value, int bytes, int type) {
        if (value.limit() < bytes) {
            throw new MalformedMessageException(
                    "attribute " + type + " has " + value.limit() + " bytes where " + bytes + " are needed");
        }
        return value;
    }
}
