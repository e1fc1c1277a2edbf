package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One received netlink message ({@code struct nlmsghdr}).
 *
 * @param payload what follows the header, at position 0 of a native-order view
 */
record Message(int type, int flags, int sequence, ByteBuffer payload) {
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int FLAG_DUMP_INTERRUPTED = 0x10;

    private static final int HEADER = 16;
    private static final int FLAG_CAPPED = 0x100;
    private static final int FLAG_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;

    /**
     * Splits a datagram, from its position to its limit.
     *
     * @throws MalformedMessageException when a length is shorter than a header or longer than the datagram
     */
    static List<Message> split(ByteBuffer datagram) {
        List<Message> messages = new ArrayList<>();
        int at = datagram.position();
        while (at < datagram.limit()) {
            int left = datagram.limit() - at;
            int length = left < HEADER ? left : datagram.getInt(at);
            if (length < HEADER || length > left) {
                throw new MalformedMessageException("message of " + length + " bytes in " + left);
            }
            messages.add(new Message(
                    datagram.getShort(at + 4) & 0xffff,
                    datagram.getShort(at + 6) & 0xffff,
                    datagram.getInt(at + 8),
                    datagram.slice(at + HEADER, length - HEADER).order(datagram.order())));
            at += Math.min(left, length + 3 & ~3);
        }
        return messages;
    }

    /** The errno, positive or 0, that an ERROR or DONE message carries. A DONE may be empty. */
    int errno() {
        if (payload.limit() < 4) {
            if (type == DONE) {
                return 0;
            }
            throw new MalformedMessageException("acknowledgement without a number");
        }
        return Math.abs(payload.getInt(0));
    }

    /** The kernel's own words for a failure (NETLINK_EXT_ACK), or nothing. */
    String errorText() {
        if ((flags & FLAG_ACK_TLVS) == 0) {
            return "";
        }
        int attributes = 4;
        if (type == ERROR) {
            boolean whole = (flags & FLAG_CAPPED) == 0 && payload.limit() >= 4 + HEADER;
            attributes += whole ? Math.max(HEADER, payload.getInt(4) + 3 & ~3) : HEADER;
        }
        return Attributes.of(payload, attributes).text(NLMSGERR_ATTR_MSG);
    }
}
