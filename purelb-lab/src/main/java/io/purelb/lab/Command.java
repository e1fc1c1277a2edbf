package io.purelb.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, for what has no Java API: {@code ip}. */
final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Command() {}

    /**
     * Runs the program and returns everything it wrote, standard error included.
     *
     * @throws LabException when it is not installed, fails, or has not ended after 20 s
     */
    static String run(String... command) {
        return run("", List.of(command));
    }

    /** As {@link #run(String...)}, with {@code input} on the program's standard input. */
    static String run(String input, List<String> command) {
        Process process = start(new ProcessBuilder(command).redirectErrorStream(true));
        CompletableFuture.delayedExecutor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .execute(process::destroyForcibly);
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedWithoutReading) {
            // The exit code and output below say why.
        }
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new LabException(String.join(" ", command) + " failed with code " + code + ": "
                        + output.strip().lines().findFirst().orElse("no output"));
            }
            return output;
        } catch (IOException e) {
            throw new LabException("Cannot read what " + command.get(0) + " says: " + e.getMessage() + ".", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while " + String.join(" ", command) + " ran.", e);
        }
    }

    /**
     * Starts a program.
     *
     * @throws LabException when it is not installed
     */
    static Process start(ProcessBuilder program) {
        String name = program.command().get(0);
        try {
            return program.start();
        } catch (IOException e) {
            throw new LabException(
                    name.equals("ip")
                            ? "The lab needs the program ip (Debian package iproute2), which is not in the PATH."
                            : "Cannot start " + name + ": " + e.getMessage() + ".",
                    e);
        }
    }
}
