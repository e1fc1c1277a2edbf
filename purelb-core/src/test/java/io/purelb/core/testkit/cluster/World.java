package io.purelb.core.testkit.cluster;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Supplier;

/** Virtual time in milliseconds, what is to happen when, chance, and a record of what happened. */
final class World {
    private static final int TRACED = 3_000;

    private record Event(long at, long order, Runnable what) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private final Random random;
    private final boolean tracing;
    private final Deque<String> trace = new ArrayDeque<>();
    private long now;
    private long order;

    World(long seed, boolean tracing) {
        this.random = new Random(seed);
        this.tracing = tracing;
    }

    long now() {
        return now;
    }

    /** A number from {@code low} to {@code high}, both included. */
    int draw(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    void in(long millis, Runnable what) {
        events.add(new Event(now + millis, order++, what));
    }

    /** Lets this much time pass. */
    void pass(long millis) {
        long end = now + millis;
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event event = events.remove();
            now = event.at();
            event.what().run();
        }
        now = end;
    }

    void trace(Supplier<String> line) {
        if (tracing) {
            if (trace.size() == TRACED) {
                trace.removeFirst();
            }
            trace.add(now + " " + line.get());
        }
    }

    String trace() {
        return String.join("\n", trace);
    }
}
