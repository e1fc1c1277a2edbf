package io.purelb.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Platform;

/**
 * Makes a host's cable slow: its port of the bridge goes to a bridge of its own, and frames between the two bridges come
 * late. They pass through two tap devices (linux/if_tun.h) and this process, because not every kernel has netem.
 */
public final class SlowCable implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TAP_NO_PI = 0x1002;
    private static final int IFREQ = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final int MAX_FRAME = 2048;

    private static final Functions LIBC = LibraryLoader.create(Functions.class)
            .load(Platform.getNativePlatform().getStandardCLibraryName());

    /** What libc is asked for. jnr-ffi insists on a public interface. */
    public interface Functions {
        int open(String path, int flags);

        int ioctl(int fd, long request, ByteBuffer argument);

        long read(int fd, ByteBuffer into, long length);

        long write(int fd, ByteBuffer from, long length);

        int close(int fd);
    }

    private record Frame(long due, ByteBuffer bytes, long length) {}

    private final String fabric;
    private final String port;
    private final String bridge;
    private final List<String> taps;
    private final long delay;
    private final List<Thread> threads = new ArrayList<>();
    private List<Integer> ends = List.of();

    /**
     * @param fabric the namespace of the bridge br0
     * @param number of the host, for the names of the devices
     * @param port the host's, at br0 now
     * @param delay of each frame in each direction
     */
    SlowCable(String fabric, int number, String port, Duration delay) {
        this.fabric = fabric;
        this.port = port;
        this.bridge = "slow" + number;
        this.taps = List.of("slow" + number + "a", "slow" + number + "b");
        this.delay = delay.toNanos();
    }

    void start() {
        ends = Namespaces.call(fabric, () -> taps.stream().map(SlowCable::tap).toList());
        Hosts.batch(
                fabric,
                List.of(
                        "link add " + bridge + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                        "link set " + bridge + " up",
                        "link set " + taps.get(0) + " master " + bridge + " up",
                        "link set " + taps.get(1) + " master br0 up",
                        "link set " + port + " master " + bridge));
        carry(ends.get(0), ends.get(1));
        carry(ends.get(1), ends.get(0));
    }

    /** Frames come without delay again; those that are on their way get lost. */
    @Override
    public void close() {
        Hosts.batch(
                fabric,
                List.of(
                        "link set " + port + " master br0",
                        "link del " + taps.get(0),
                        "link del " + taps.get(1),
                        "link del " + bridge));
        threads.forEach(Thread::interrupt);
        threads.forEach(SlowCable::join);
        // Not before: another thread's new file might have the number that this one's frames go to.
        ends.forEach(LIBC::close);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static int tap(String name) {
        int fd = LIBC.open("/dev/net/tun", O_RDWR | O_CLOEXEC);
        if (fd < 0) {
            throw new LabException("Cannot open /dev/net/tun, which the kernel has with CONFIG_TUN.");
        }
        ByteBuffer request = ByteBuffer.allocateDirect(IFREQ).order(ByteOrder.nativeOrder());
        request.put(name.getBytes(StandardCharsets.US_ASCII)).putShort(IFREQ_FLAGS, IFF_TAP_NO_PI);
        if (LIBC.ioctl(fd, TUNSETIFF, request.rewind()) < 0) {
            LIBC.close(fd);
            throw new LabException("Cannot make the tap device " + name + ", which needs root.");
        }
        return fd;
    }

    private void carry(int from, int to) {
        BlockingQueue<Frame> onTheWay = new LinkedBlockingQueue<>();
        run("read", () -> {
            // The read fails when the device is deleted.
            for (Frame next = read(from); next.length >= 0; next = read(from)) {
                onTheWay.add(next);
            }
        });
        run("write", () -> {
            while (true) {
                Frame next = onTheWay.take();
                TimeUnit.NANOSECONDS.sleep(next.due - System.nanoTime());
                LIBC.write(to, next.bytes, next.length);
            }
        });
    }

    private Frame read(int from) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MAX_FRAME);
        long length = LIBC.read(from, bytes, MAX_FRAME);
        return new Frame(System.nanoTime() + delay, bytes, length);
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private void run(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                },
                bridge + "-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }
}
