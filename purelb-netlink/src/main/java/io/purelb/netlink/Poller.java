package io.purelb.netlink;

import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Sockets that one thread waits on and reads, and an eventfd with which any other ends the wait: neither an interrupt
 * nor closing a socket would. Owns the sockets and closes them when nobody is using them.
 */
final class Poller implements AutoCloseable {
    private static final short POLLIN = 1;
    private static final int POLLFD = 8;
    /** Whose milliseconds fit poll(2). */
    private static final Duration LONGEST = Duration.ofDays(24);

    private final int[] fds;
    private final int eventFd;
    private final ByteBuffer pollFds;
    private final ByteBuffer one = Libc.buffer(8).putLong(0, 1);
    private final ByteBuffer counter = Libc.buffer(8);
    /** Held while the sockets are waited on or read. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile boolean open = true;
    private boolean released;

    Poller(int... fds) {
        this.fds = fds.clone();
        eventFd = Libc.eventfd();
        if (eventFd < 0) {
            closeAll(this.fds);
            throw new NetlinkException(Operation.OPEN_SOCKET, -eventFd, "eventfd");
        }
        pollFds = Libc.buffer(POLLFD * (fds.length + 1));
        for (int i = 0; i <= fds.length; i++) {
            pollFds.putInt(i * POLLFD, i < fds.length ? fds[i] : eventFd);
            pollFds.putShort(i * POLLFD + 4, POLLIN);
        }
    }

    boolean isOpen() {
        return open;
    }

    /**
     * Waits until a read of the sockets finds what it looks for.
     *
     * @param timeout at most this long, rounded up to milliseconds
     * @param read empties the sockets, without blocking, and tells whether that ends the wait
     * @return false when the time is over, or {@link #wake} or {@link #close} was called
     */
    boolean await(Duration timeout, BooleanSupplier read) {
        long deadline = System.nanoTime() + (timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toNanos();
        reading.lock();
        try {
            while (open) {
                long left = Math.max(0, deadline - System.nanoTime());
                int ready = poll((int) ((left + 999_999) / 1_000_000));
                boolean woken = ready > 0 && takeWake();
                if (open && ready > (woken ? 1 : 0) && read.getAsBoolean()) {
                    return true;
                }
                if (woken || left == 0) {
                    return false;
                }
            }
            return false;
        } finally {
            reading.unlock();
        }
    }

    /** The number of descriptors that are ready; 0 also when a signal ended the wait. */
    private int poll(int timeoutMillis) {
        int ready = Libc.poll(pollFds, timeoutMillis);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new NetlinkException(Operation.LISTEN, -ready, "poll");
        }
        return Math.max(0, ready);
    }

    private boolean takeWake() {
        return pollFds.getShort(fds.length * POLLFD + 6) != 0 && Libc.read(eventFd, counter) > 0;
    }

    /** Ends a wait in progress, or else the next one, at once. Any thread. */
    synchronized void wake() {
        if (!released) {
            Libc.write(eventFd, one);
        }
    }

    /** Ends a wait in progress and closes the sockets. Any thread, more than once. */
    @Override
    public void close() {
        open = false;
        wake();
        reading.lock();
        try {
            release();
        } finally {
            reading.unlock();
        }
    }

    private synchronized void release() {
        if (!released) {
            released = true;
            closeAll(fds);
            Libc.close(eventFd);
        }
    }

    private static void closeAll(int[] fds) {
        for (int fd : fds) {
            Libc.close(fd);
        }
    }
}
