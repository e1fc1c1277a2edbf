package io.purelb.bench.agent;

import java.util.ArrayDeque;
import java.util.Deque;

/** The most frames that an interface sent within a second, by its counter; nothing but the agent sends there. */
final class SentFrames implements AutoCloseable {
    private static final int SAMPLES_A_SECOND = 20;

    private final String counter;
    private final Thread sampler = new Thread(this::sample, "sent-frames");
    private volatile boolean open = true;
    private volatile long most;
    private final long before;

    /** Begins to look. */
    SentFrames(String interfaceName) {
        counter = "/sys/class/net/" + interfaceName + "/statistics/tx_packets";
        before = sent();
        sampler.setDaemon(true);
        sampler.start();
    }

    private long sent() {
        return Long.parseLong(Shell.run("cat", counter).strip());
    }

    private void sample() {
        Deque<Long> second = new ArrayDeque<>();
        while (open) {
            long now = sent();
            second.addLast(now);
            if (second.size() > SAMPLES_A_SECOND + 1) {
                second.removeFirst();
            }
            most = Math.max(most, now - second.getFirst());
            Shell.pause(1_000 / SAMPLES_A_SECOND);
        }
    }

    long mostInASecond() {
        return most;
    }

    /** All since the beginning. */
    long all() {
        return sent() - before;
    }

    @Override
    public void close() {
        open = false;
    }
}
