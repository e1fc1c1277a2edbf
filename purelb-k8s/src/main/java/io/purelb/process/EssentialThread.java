package io.purelb.process;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A thread without which the process only looks as if it worked. When its body throws anything at all the process ends
 * ({@link Uncaught}), and {@code /healthz} names one that is dead or does not come back in the time it promised.
 */
public final class EssentialThread {
    /** Those that run; one whose body threw stays here. */
    private static final Set<EssentialThread> ALL = ConcurrentHashMap.newKeySet();

    private static final ThreadLocal<EssentialThread> CURRENT = new ThreadLocal<>();

    private final Thread thread;
    /** When it will have been back at the latest; {@link Long#MAX_VALUE} while it waits for others. */
    private volatile long deadline = Long.MAX_VALUE;

    private EssentialThread(String name, Runnable body) {
        thread = new Thread(() -> run(body), name);
        thread.setDaemon(true);
    }

    /** A daemon thread that is not started yet. */
    public static Thread of(String name, Runnable body) {
        return new EssentialThread(name, body).thread;
    }

    private void run(Runnable body) {
        CURRENT.set(this);
        ALL.add(this);
        body.run();
        ALL.remove(this);
    }

    /** The current thread promises to call this or {@link #idle} again within {@code limit}. */
    public static void within(Duration limit) {
        set(System.nanoTime() + limit.toNanos());
    }

    /** The current thread waits for something to do, as long as it takes. */
    public static void idle() {
        set(Long.MAX_VALUE);
    }

    private static void set(long deadline) {
        EssentialThread current = CURRENT.get();
        if (current != null) {
            current.deadline = deadline;
        }
    }

    /** Whether it is one of these threads. */
    static boolean is(Thread thread) {
        return ALL.stream().anyMatch(essential -> essential.thread.equals(thread));
    }

    /** For tests: it may be dead. */
    static void forget(Thread thread) {
        ALL.removeIf(essential -> essential.thread.equals(thread));
    }

    /** The name of a thread that is dead or late, the first by name. */
    static Optional<String> broken(long now) {
        return ALL.stream()
                .filter(essential -> !essential.thread.isAlive() || essential.isLate(now))
                .map(essential -> essential.thread.getName())
                .min(Comparator.naturalOrder());
    }

    private boolean isLate(long now) {
        long promised = deadline;
        return promised != Long.MAX_VALUE && now - promised > 0;
    }
}
