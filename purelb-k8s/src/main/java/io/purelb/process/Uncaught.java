package io.purelb.process;

import java.util.function.IntConsumer;

/**
 * The one rule for what nobody caught: an {@link Error} of any thread, or anything that ends an {@link EssentialThread}, ends
 * the process at once, so that it is started again. Half a process would look healthy and take silence for an answer.
 */
final class Uncaught implements Thread.UncaughtExceptionHandler {
    private static final Log LOG = Log.of(Uncaught.class);

    private final IntConsumer halt;

    /** @param halt ends the process with an exit code, without asking anybody */
    Uncaught(IntConsumer halt) {
        this.halt = halt;
    }

    /** From now on the rule holds for all threads of this process. */
    static void install() {
        Thread.setDefaultUncaughtExceptionHandler(new Uncaught(Runtime.getRuntime()::halt));
    }

    @Override
    public void uncaughtException(Thread thread, Throwable fault) {
        boolean fatal = fault instanceof Error || EssentialThread.is(thread);
        try {
            LOG.error(
                    fatal ? "a thread ended, and with it this process" : "a thread ended",
                    "thread",
                    thread.getName(),
                    "error",
                    fault);
        } finally {
            // Even when there is no memory left for a line.
            if (fatal) {
                halt.accept(Program.BROKEN);
            }
        }
    }
}
