package io.purelb.netlink;

import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * An Ethernet link whose other end is this process (tap, linux/if_tun.h): what the kernel sends on it is read here, and it
 * receives what is written here. One thread may read while another writes. It goes when it is closed.
 */
public final class TapDevice implements AutoCloseable {
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TAP_NO_PI = 0x1002;
    private static final int IFREQ = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final int MAX_FRAME = 2048;

    private final int fd;

    private TapDevice(int fd) {
        this.fd = fd;
    }

    /**
     * Makes the link in the calling thread's network namespace; it is down. Needs CAP_NET_ADMIN.
     *
     * @param name at most 15 ASCII characters
     */
    public static TapDevice create(String name) {
        int fd = Libc.open("/dev/net/tun", Libc.O_RDWR);
        if (fd < 0) {
            throw new NetlinkException(Operation.CREATE_LINK, -fd, name + " by /dev/net/tun");
        }
        ByteBuffer request = Libc.buffer(IFREQ).put(name.getBytes(StandardCharsets.US_ASCII));
        int result = Libc.ioctl(
                fd, TUNSETIFF, request.putShort(IFREQ_FLAGS, IFF_TAP_NO_PI).rewind());
        if (result < 0) {
            Libc.close(fd);
            throw new NetlinkException(Operation.CREATE_LINK, -result, name);
        }
        return new TapDevice(fd);
    }

    /** Waits for a frame; empty when the link was deleted, which ends the wait. */
    public Optional<ByteBuffer> read() {
        ByteBuffer frame = Libc.buffer(MAX_FRAME);
        int length = Libc.read(fd, frame);
        return length < 0 ? Optional.empty() : Optional.of(frame.limit(length));
    }

    /**
     * Has the kernel receive a frame; it is lost while the link is down.
     *
     * @param frame as {@link #read} of this or another tap device returned it
     */
    public void write(ByteBuffer frame) {
        Libc.write(fd, frame);
    }

    /** Only when no thread reads or writes any more: delete the link first. */
    @Override
    public void close() {
        Libc.close(fd);
    }
}
