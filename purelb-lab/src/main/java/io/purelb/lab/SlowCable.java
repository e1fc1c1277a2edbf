package io.purelb.lab;

import io.purelb.netlink.TapDevice;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Makes a host's cable slow: its port of the bridge goes to a bridge of its own, and frames between the two bridges come
 * late. They pass through two tap devices (linux/if_tun.h) and this process, because not every kernel has netem.
 */
public final class SlowCable implements AutoCloseable {
    private record Frame(long due, ByteBuffer bytes) {}

    private final String fabric;
    private final String port;
    private final String bridge;
    private final List<String> taps;
    private final long delay;
    private final List<Thread> threads = new ArrayList<>();
    private List<TapDevice> ends = List.of();

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
        ends = Namespaces.call(
                fabric, () -> taps.stream().map(TapDevice::create).toList());
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
        ends.forEach(TapDevice::close);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(TapDevice from, TapDevice to) {
        BlockingQueue<Frame> onTheWay = new LinkedBlockingQueue<>();
        run("read", () -> {
            for (Optional<ByteBuffer> next = from.read(); next.isPresent(); next = from.read()) {
                onTheWay.add(new Frame(System.nanoTime() + delay, next.get()));
            }
        });
        run("write", () -> {
            while (true) {
                Frame next = onTheWay.take();
                TimeUnit.NANOSECONDS.sleep(next.due - System.nanoTime());
                to.write(next.bytes);
            }
        });
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
