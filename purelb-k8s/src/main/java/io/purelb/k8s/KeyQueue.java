package io.purelb.k8s;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Keys that need a look. A key waits at most once, is handed out to one taker at a time, and after a failure waits longer
 * each time. Time is an argument: nanoseconds of one clock that only goes forward. Safe for any number of threads; no call
 * blocks.
 */
public final class KeyQueue<K> {
    private static final int MAX_DOUBLINGS = 30;

    private final Runnable wake;
    private final long firstDelay;
    private final long longestDelay;

    private final Deque<K> ready = new ArrayDeque<>();
    private final Set<K> isReady = new HashSet<>();
    private final Set<K> running = new HashSet<>();
    /** Keys added while they run: they are ready again when done. */
    private final Set<K> again = new HashSet<>();

    private final Map<K, Integer> failures = new HashMap<>();
    private final PriorityQueue<Delayed<K>> delayed = new PriorityQueue<>((a, b) -> Long.compare(a.at - b.at, 0));
    /** The one valid delay per key; other entries of {@code delayed} are leftovers. */
    private final Map<K, Long> due = new HashMap<>();

    private record Delayed<K>(K key, long at) {}

    /** A queue whose failed keys wait 50 ms, then twice as long each time up to 30 s. */
    public KeyQueue(Runnable wake) {
        this(wake, Duration.ofMillis(50), Duration.ofSeconds(30));
    }

    /**
     * An empty queue.
     *
     * @param wake called after a key became ready or was delayed, on the caller's thread
     * @param firstDelay how long a key waits after its first failure
     * @param longestDelay the most it waits
     */
    public KeyQueue(Runnable wake, Duration firstDelay, Duration longestDelay) {
        this.wake = wake;
        this.firstDelay = firstDelay.toNanos();
        this.longestDelay = longestDelay.toNanos();
    }

    /** Makes a key ready now, whatever delay it has; once more after the current run when it is running. */
    public void add(K key) {
        synchronized (this) {
            due.remove(key);
            makeReady(key);
        }
        wake.run();
    }

    /** Makes a key ready in a while; the earlier of two delays counts, and a key that is ready stays so. */
    public void addAfter(K key, Duration delay, long now) {
        synchronized (this) {
            delay(key, now + delay.toNanos());
        }
        wake.run();
    }

    /** Hands out the key that has been ready longest; the taker calls {@link #done} or {@link #retry} afterwards. */
    public synchronized Optional<K> poll(long now) {
        promote(now);
        K key = ready.poll();
        if (key == null) {
            return Optional.empty();
        }
        isReady.remove(key);
        running.add(key);
        return Optional.of(key);
    }

    /** The run of a key succeeded. */
    public void done(K key) {
        boolean more;
        synchronized (this) {
            failures.remove(key);
            running.remove(key);
            more = again.remove(key);
            if (more) {
                makeReady(key);
            }
        }
        if (more) {
            wake.run();
        }
    }

    /** The run of a key failed: it waits for its back-off, even when it was added meanwhile. */
    public void retry(K key, long now) {
        synchronized (this) {
            running.remove(key);
            again.remove(key);
            int failed = failures.merge(key, 1, Integer::sum);
            delay(key, now + backOff(failed));
        }
        wake.run();
    }

    /** The run of a key failed on old data: the key is ready at once when it was added meanwhile, and else waits. */
    public synchronized void retryOnNews(K key, long now) {
        if (again.contains(key)) {
            done(key);
        } else {
            retry(key, now);
        }
    }

    /** When the next delayed key is due; {@code now} when one is ready, {@link Long#MAX_VALUE} when there is none. */
    public synchronized long nextDue(long now) {
        promote(now);
        if (!ready.isEmpty()) {
            return now;
        }
        return delayed.isEmpty() ? Long.MAX_VALUE : delayed.peek().at;
    }

    /** How many keys wait: ready, delayed, or added while running. */
    public synchronized int depth() {
        return ready.size() + due.size() + again.size();
    }

    private long backOff(int failed) {
        int doublings = Math.min(failed - 1, MAX_DOUBLINGS);
        return Math.min(longestDelay, firstDelay << doublings);
    }

    private void delay(K key, long at) {
        Long other = due.get(key);
        if (isReady.contains(key) || again.contains(key) || (other != null && other - at <= 0)) {
            return;
        }
        due.put(key, at);
        delayed.add(new Delayed<>(key, at));
    }

    private void makeReady(K key) {
        if (running.contains(key)) {
            again.add(key);
        } else if (isReady.add(key)) {
            ready.add(key);
        }
    }

    private void promote(long now) {
        while (!delayed.isEmpty() && (isLeftover(delayed.peek()) || delayed.peek().at - now <= 0)) {
            Delayed<K> next = delayed.poll();
            if (!isLeftover(next)) {
                due.remove(next.key);
                makeReady(next.key);
            }
        }
    }

    private boolean isLeftover(Delayed<K> entry) {
        Long at = due.get(entry.key);
        return at == null || at != entry.at;
    }
}
