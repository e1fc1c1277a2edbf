package io.purelb.process;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** How a long-running executable begins and ends: flags, exit codes, SIGTERM. */
public final class Program {
    /** Wrong flags or an environment in which it cannot run. */
    public static final int UNUSABLE = 2;

    /** A thread ended that must not; the JVM's own code where memory ran out. */
    public static final int BROKEN = 3;

    private static final long STOP_SECONDS = 5;
    private static final CountDownLatch TERMINATE = new CountDownLatch(1);
    private static final CountDownLatch STOPPED = new CountDownLatch(1);
    private static volatile boolean exiting;

    private Program() {}

    /**
     * Runs a picocli command ({@code Callable<Integer>}) and exits with its result: 2 and one sentence on stderr for wrong
     * flags and a {@link StartException}, 0 after SIGTERM or SIGINT.
     */
    public static void main(Object command, String... args) {
        Runtime.getRuntime().addShutdownHook(new Thread(Program::terminate, "terminate"));
        int code = execute(
                command, new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true), args);
        exiting = true;
        STOPPED.countDown();
        System.exit(code);
    }

    /** As {@link #main} without exiting; complaints go to {@code err}. */
    public static int execute(Object command, PrintWriter err, String... args) {
        return new CommandLine(command)
                .setErr(err)
                .setParameterExceptionHandler((fault, wrong) -> {
                    String name = fault.getCommandLine().getCommandName();
                    err.println(
                            name + ": " + fault.getMessage().lines().findFirst().orElse("wrong flags") + " (see " + name
                                    + " --help)");
                    return UNUSABLE;
                })
                .setExecutionExceptionHandler((fault, commandLine, parsed) -> {
                    if (fault instanceof StartException) {
                        err.println(commandLine.getCommandName() + ": " + fault.getMessage());
                        return UNUSABLE;
                    }
                    throw fault;
                })
                .execute(args);
    }

    /**
     * Blocks until the process is told to end by SIGTERM or SIGINT, then runs {@code stop} and returns. The process exits
     * with 0 when its command has returned, after 5 seconds at the latest.
     */
    public static void awaitTermination(Runnable stop) {
        try {
            TERMINATE.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        stop.run();
    }

    private static void terminate() {
        if (exiting) {
            return;
        }
        TERMINATE.countDown();
        try {
            STOPPED.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        // A JVM that ends by a signal reports 128 + signal; an orderly end is a success.
        Runtime.getRuntime().halt(0);
    }
}
