package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * The libc functions this package needs, with the kernel's convention for errors: a negative result is {@code -errno}.
 * Buffers must be direct and hold structures in native order; calls start at a buffer's position. The numbers are those
 * of x86_64 and aarch64, which agree.
 */
final class Libc {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOL_SOCKET = 1;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int CLONE_NEWNET = 0x4000_0000;
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CLOEXEC = 0x80000;
    static final int EFD_FLAGS = 0x80000 | 0x800; // EFD_CLOEXEC | EFD_NONBLOCK

    private static final Functions FUNCTIONS = load();
    private static final Runtime RUNTIME = Runtime.getRuntime(FUNCTIONS);

    private Libc() {}

    /** The functions as libc declares them; size_t and ssize_t are 64 bits wide. jnr-ffi insists on a public interface. */
    public interface Functions {
        int socket(int domain, int type, int protocol);

        int bind(int fd, ByteBuffer address, int length);

        int setsockopt(int fd, int level, int option, ByteBuffer value, int length);

        long sendto(int fd, ByteBuffer data, long length, int flags, @Nullable ByteBuffer address, int addressLength);

        long recv(int fd, ByteBuffer data, long length, int flags);

        int poll(ByteBuffer fds, long count, int timeoutMillis);

        int eventfd(int initial, int flags);

        long read(int fd, ByteBuffer data, long length);

        long write(int fd, ByteBuffer data, long length);

        int open(String path, int flags);

        int ioctl(int fd, long request, ByteBuffer argument);

        int close(int fd);

        int setns(int fd, int type);
    }

    /** A direct buffer for structures. */
    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    static int socket(int domain, int type, int protocol) {
        return result(FUNCTIONS.socket(domain, type | SOCK_CLOEXEC, protocol));
    }

    static int bind(int fd, ByteBuffer address) {
        return result(FUNCTIONS.bind(fd, address, address.remaining()));
    }

    static int setOption(int fd, int level, int option, ByteBuffer value) {
        return result(FUNCTIONS.setsockopt(fd, level, option, value, value.remaining()));
    }

    static int setOption(int fd, int level, int option, int value) {
        return setOption(fd, level, option, buffer(4).putInt(0, value));
    }

    /** Sends one datagram, without waiting for room: to the kernel, or a frame to the link the socket is bound to. */
    static int send(int fd, ByteBuffer data) {
        int sent;
        do {
            sent = result(FUNCTIONS.sendto(fd, data, data.remaining(), MSG_DONTWAIT, null, 0));
        } while (sent == -Errno.EINTR);
        return sent;
    }

    /** Receives one datagram into the whole buffer; with MSG_TRUNC the result is its true length, even if too long. */
    static int receive(int fd, ByteBuffer into, int flags) {
        into.clear();
        int received;
        do {
            received = result(FUNCTIONS.recv(fd, into, into.capacity(), flags));
        } while (received == -Errno.EINTR);
        into.limit(Math.max(0, Math.min(received, into.capacity())));
        return received;
    }

    /** Waits on an array of {@code struct pollfd}; may end early with EINTR. */
    static int poll(ByteBuffer fds, int timeoutMillis) {
        return result(FUNCTIONS.poll(fds, fds.capacity() / 8, timeoutMillis));
    }

    static int eventfd() {
        return result(FUNCTIONS.eventfd(0, EFD_FLAGS));
    }

    static int read(int fd, ByteBuffer into) {
        return result(FUNCTIONS.read(fd, into, into.remaining()));
    }

    static int write(int fd, ByteBuffer from) {
        return result(FUNCTIONS.write(fd, from, from.remaining()));
    }

    static int open(String path, int mode) {
        return result(FUNCTIONS.open(path, mode | O_CLOEXEC));
    }

    static int ioctl(int fd, long request, ByteBuffer argument) {
        return result(FUNCTIONS.ioctl(fd, request, argument));
    }

    static void close(int fd) {
        FUNCTIONS.close(fd);
    }

    static int setns(int fd, int type) {
        return result(FUNCTIONS.setns(fd, type));
    }

    /** errno belongs to this thread and is stale after a success: read it only now, and only after a failure. */
    private static int result(long returned) {
        return returned >= 0 ? (int) returned : -RUNTIME.getLastError();
    }

    private static Functions load() {
        Functions functions = LibraryLoader.create(Functions.class)
                .load(Platform.getNativePlatform().getStandardCLibraryName());
        try {
            callEach(functions);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalStateException("this machine's C library lacks a function: " + e.getMessage(), e);
        }
        return functions;
    }

    /** A missing function shows only when it is called, so each is called once, harmlessly, before the first use. */
    private static void callEach(Functions functions) {
        ByteBuffer nothing = buffer(8);
        int noFd = -1;
        functions.socket(-1, 0, 0);
        functions.bind(noFd, nothing, 0);
        functions.setsockopt(noFd, 0, 0, nothing, 0);
        functions.sendto(noFd, nothing, 0, 0, null, 0);
        functions.recv(noFd, nothing, 0, 0);
        functions.poll(nothing, 0, 0);
        functions.eventfd(0, -1);
        functions.read(noFd, nothing, 0);
        functions.write(noFd, nothing, 0);
        functions.open("", O_CLOEXEC);
        functions.ioctl(noFd, 0, nothing);
        functions.close(noFd);
        functions.setns(noFd, CLONE_NEWNET);
    }
}
