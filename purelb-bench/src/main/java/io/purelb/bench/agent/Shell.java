package io.purelb.bench.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Commands that end, and waiting. */
final class Shell {
    private Shell() {}

    /** Runs a command to its end; throws when it fails. */
    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Runs commands of {@code ip} by its batch mode; returns the milliseconds that took. */
    static double ipBatch(List<String> commands) {
        try {
            Path file = Files.write(Files.createTempFile("purelb-bench", ".batch"), commands);
            long start = System.nanoTime();
            run("ip", "-batch", file.toString());
            double millis = (System.nanoTime() - start) / 1e6;
            Files.delete(file);
            return millis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until something is so; looks every 5 ms. */
    static void await(String what, int seconds, BooleanSupplier reached) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not reached in " + seconds + " s: " + what);
            }
            pause(5);
        }
    }

    /** Lets time pass in which something is measured. */
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
