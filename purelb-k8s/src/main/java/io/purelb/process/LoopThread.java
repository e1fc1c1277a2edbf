package io.purelb.process;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The one thread that owns a state. It runs {@link Step#step} whenever it was woken or the time that the last step named
 * has come. A step that throws an exception is logged and run again a second later: the work is level-triggered and loses
 * nothing. An {@link Error} ends it and the process ({@link EssentialThread}).
 */
public final class LoopThread implements AutoCloseable {
    private static final Log LOG = Log.of(LoopThread.class);
    /** No step takes longer, even one that waits for answers; {@link #turns} can be asked for less. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(2);

    private static final long PAUSE_AFTER_FAULT = Duration.ofSeconds(1).toNanos();

    private final Thread thread;
    private final Queue<Runnable> calls = new ConcurrentLinkedQueue<>();
    private volatile boolean woken = true;
    private volatile boolean stopping;
    /** Set before the thread starts. */
    private Step step = now -> Long.MAX_VALUE;
    /** When the step that is running began; 0 between steps. */
    private volatile long stepBegan;

    /** One turn of the loop. */
    public interface Step {
        /**
         * Does what there is to do at {@code now}.
         *
         * @param now nanoseconds of a clock that only goes forward ({@link System#nanoTime})
         * @return when to be called again at the latest, on the same clock; {@link Long#MAX_VALUE} for not before woken
         */
        long step(long now);
    }

    /** A thread that is not started yet; it can be woken already. */
    public LoopThread(String name) {
        this.thread = EssentialThread.of(name, this::run);
    }

    /** Begins to turn. */
    public void start(Step turn) {
        step = turn;
        thread.start();
    }

    /** Asks for another step, from any thread; never blocks. */
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /** Runs something on the loop's thread between two steps, from any thread; for reading the state it owns. */
    public <T> CompletableFuture<T> call(Supplier<T> read) {
        CompletableFuture<T> result = new CompletableFuture<>();
        calls.add(() -> {
            try {
                result.complete(read.get());
            } catch (RuntimeException fault) {
                result.completeExceptionally(fault);
            }
        });
        wake();
        return result;
    }

    /**
     * Whether the loop turns: it runs, and no step has been at it for longer than {@code limit}. One that is not started
     * has not failed: whoever starts it may have much to do before.
     */
    public boolean turns(Duration limit) {
        long began = stepBegan;
        return (thread.isAlive() || thread.getState() == Thread.State.NEW)
                && (began == 0 || System.nanoTime() - began < limit.toNanos());
    }

    /** Ends the loop after the step that is running; waits at most 2 seconds for it. */
    @Override
    public void close() {
        stopping = true;
        wake();
        try {
            thread.join(2000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            woken = false;
            long now = System.nanoTime();
            stepBegan = now == 0 ? 1 : now;
            EssentialThread.within(LONGEST_STEP);
            long next = turn(now);
            EssentialThread.idle();
            stepBegan = 0;
            while (!woken && !stopping) {
                long wait = next == Long.MAX_VALUE ? Long.MAX_VALUE : next - System.nanoTime();
                if (wait <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, wait);
            }
        }
    }

    private long turn(long now) {
        try {
            for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
                call.run();
            }
            return step.step(now);
        } catch (RuntimeException fault) {
            LOG.error("a step failed and is repeated", "error", fault);
            return now + PAUSE_AFTER_FAULT;
        }
    }
}
