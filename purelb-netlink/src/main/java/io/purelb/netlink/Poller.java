package io.purelb.netlink;

import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Sockets that one thread waits on and reads, and an eventfd with which any other ends the wait: neither an interrupt
 * nor closing a socket would. Owns the sockets and closes them when nobody is using them.
 */
final class Poller implements AutoCloseable {
    private static final short POLLIN = 1;
    private static final int POLLFD = 8;

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
     * Waits until a socket has something, the time is over or {@link #wake} is called.
     *
     * @param read empties the sockets, without blocking
     * @return what {@code read} returned, or {@code nothing} when it was not called
     */
    <T> T await(Duration timeout, Supplier<T> read, T nothing) {
        reading.lock();
        try {
            if (!open || !ready(timeout)) {
                return nothing;
            }
            return read.get();
        } finally {
            reading.unlock();
        }
    }

    private boolean ready(Duration timeout) {
        int ready = Libc.poll(pollFds, (int) Math.max(0, Math.min(timeout.toMillis(), Integer.MAX_VALUE)));
        if (ready == -Errno.EINTR || ready == 0) {
            return false;
        }
        if (ready < 0) {
            throw new NetlinkException(Operation.WATCH, -ready, "poll");
        }
        boolean woken = pollFds.getShort(fds.length * POLLFD + 6) != 0;
        if (woken) {
            Libc.read(eventFd, counter);
        }
        return open && ready > (woken ? 1 : 0);
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
