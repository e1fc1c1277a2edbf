package io.purelb.netlink;

import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/** One NETLINK_ROUTE socket that asks and waits for the answer. Not thread-safe. */
final class NetlinkSocket implements AutoCloseable {
    static final int AF_NETLINK = 16;
    static final int NETLINK_ROUTE = 0;

    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int SO_RCVTIMEO = 20;

    /** The kernel answers within the send; this only bounds the wait for one that never does. */
    private static final int TIMEOUT_SECONDS = 5;

    /**
     * Changes during a dump make it worthless. The kernel goes on changing IPv6 addresses for a while after a burst of
     * additions; so the pause doubles from 1 ms, which makes a second in all before the caller is told.
     */
    private static final int DUMP_ATTEMPTS = 11;

    /** Requests in one datagram: their acknowledgements must fit the socket's receive buffer. */
    private static final int BATCH = 64;

    private final ByteBuffer sending = Libc.buffer(BATCH * Request.MOST_BYTES);
    /** The kernel fills at most 32 KiB per datagram. */
    private final ByteBuffer receiving = Libc.buffer(65536);

    private final int fd;
    private int sequence;
    private boolean closed;

    NetlinkSocket() {
        fd = Libc.socket(AF_NETLINK, Libc.SOCK_RAW, NETLINK_ROUTE);
        if (fd < 0) {
            throw new NetlinkException(Operation.OPEN_SOCKET, -fd, "rtnetlink");
        }
        // All three are absent from old kernels, which then answer with less detail and unfiltered.
        Libc.setOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
        Libc.setOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
        Libc.setOption(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
        Libc.setOption(
                fd,
                Libc.SOL_SOCKET,
                SO_RCVTIMEO,
                Libc.buffer(16).putLong(0, TIMEOUT_SECONDS).putLong(8, 0));
    }

    /** Asks for a table, again when it changed meanwhile; the decoder leaves out what it returns empty for. */
    <T> List<T> dump(Operation operation, Request request, Function<Message, Optional<T>> decode) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            List<T> found = new ArrayList<>();
            if (exchange(
                    operation, "", request, message -> decode.apply(message).ifPresent(found::add))) {
                return found;
            }
            LockSupport.parkNanos(1_000_000L << attempt);
        }
        throw new NetlinkException(operation, Errno.EINTR, "changed during each of " + DUMP_ATTEMPTS + " dumps");
    }

    /**
     * Sends one request and hands each answer to the consumer until the kernel is done.
     *
     * @param subject what the request is about, for the exception
     * @return false when the kernel marked the dump as interrupted by a change
     * @throws NetlinkException with the kernel's errno and words
     */
    boolean exchange(Operation operation, String subject, Request request, Consumer<Message> each) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        sequence++;
        sending.clear().put(request.toBytes(sequence)).flip();
        int sent = Libc.send(fd, sending);
        if (sent < 0) {
            throw new NetlinkException(operation, -sent, subject);
        }
        boolean consistent = true;
        Optional<String> unreadable = Optional.empty();
        while (true) {
            for (Message message : receive(operation, subject)) {
                if (message.sequence() != sequence) {
                    continue; // the late answer to a request given up earlier
                }
                consistent &= (message.flags() & Message.FLAG_DUMP_INTERRUPTED) == 0;
                if (message.type() == Message.ERROR || message.type() == Message.DONE) {
                    refuse(operation, subject, message);
                    unreadable.ifPresent(what -> {
                        throw new NetlinkException(operation, Errno.EBADMSG, subject + " (" + what + ")");
                    });
                    return consistent;
                }
                try {
                    each.accept(message);
                } catch (MalformedMessageException e) {
                    // Read on to the end: a dump left half read would make the kernel refuse the next one.
                    unreadable = Optional.of(String.valueOf(e.getMessage()));
                }
            }
        }
    }

    /**
     * Sends requests that are answered by an acknowledgement alone, many in one datagram; the kernel carries them out in
     * order, whatever becomes of each.
     *
     * @param subjects what each request is about, for its exception
     * @return for each request the kernel's refusal, or empty when it was done
     * @throws NetlinkException when the kernel does not answer; some requests may be done then
     */
    List<Optional<NetlinkException>> exchangeAll(Operation operation, List<String> subjects, List<Request> requests) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        List<Optional<NetlinkException>> results =
                new ArrayList<>(Collections.nCopies(requests.size(), Optional.empty()));
        for (int first = 0; first < requests.size(); first += BATCH) {
            exchangeBatch(operation, subjects, requests, first, Math.min(requests.size(), first + BATCH), results);
        }
        return results;
    }

    private void exchangeBatch(
            Operation operation,
            List<String> subjects,
            List<Request> requests,
            int first,
            int end,
            List<Optional<NetlinkException>> results) {
        int firstSequence = sequence + 1;
        sending.clear();
        for (int i = first; i < end; i++) {
            sequence++;
            sending.put(requests.get(i).toBytes(sequence));
        }
        sending.flip();
        int sent = Libc.send(fd, sending);
        if (sent < 0) {
            throw new NetlinkException(operation, -sent, subjects.get(first));
        }
        for (int waiting = end - first; waiting > 0; ) {
            for (Message message : receive(operation, subjects.get(end - waiting))) {
                int index = first + message.sequence() - firstSequence;
                if (index < first || index >= end || message.type() != Message.ERROR) {
                    continue; // the late answer to a request given up earlier
                }
                waiting--;
                try {
                    refuse(operation, subjects.get(index), message);
                } catch (NetlinkException refusal) {
                    results.set(index, Optional.of(refusal));
                }
            }
        }
    }

    private static void refuse(Operation operation, String subject, Message message) {
        if (message.errno() != 0) {
            String text = message.errorText();
            throw new NetlinkException(
                    operation, message.errno(), text.isEmpty() ? subject : subject + " (" + text + ")");
        }
    }

    private List<Message> receive(Operation operation, String subject) {
        int received = Libc.receive(fd, receiving, Libc.MSG_TRUNC);
        if (received == -Errno.EAGAIN) {
            throw new NetlinkException(operation, Errno.ETIMEDOUT, subject);
        }
        if (received < 0) {
            throw new NetlinkException(operation, -received, subject);
        }
        if (received > receiving.capacity()) {
            throw new NetlinkException(operation, Errno.EMSGSIZE, subject);
        }
        try {
            return Message.split(receiving);
        } catch (MalformedMessageException e) {
            throw new NetlinkException(operation, Errno.EBADMSG, subject + " (" + e.getMessage() + ")");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
