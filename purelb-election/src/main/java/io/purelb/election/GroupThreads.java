package io.purelb.election;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of a group beside JGroups' own. */
final class GroupThreads {
    private GroupThreads() {}

    /**
     * Does work on a thread of JGroups, which would log an {@link Error} and go on without what was lost: it goes to the
     * thread's handler of uncaught exceptions instead.
     */
    static void endOnError(Runnable work) {
        try {
            work.run();
        } catch (Error e) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            throw e;
        }
    }

    /** Does work of our own, which must not fail: an executor would begin another thread without what was lost. */
    private static void essential(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            throw new AssertionError("the group cannot go on", e);
        }
    }

    /** One daemon thread that takes tasks in order, and after its shutdown silently takes no more. */
    static ExecutorService single(String name) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(() -> essential(task), name);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        return executor;
    }
}
