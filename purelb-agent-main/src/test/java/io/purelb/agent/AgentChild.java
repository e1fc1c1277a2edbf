package io.purelb.agent;

import io.purelb.core.testkit.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The agent as a process of its own, as it is run in production. */
final class AgentChild implements AutoCloseable {
    private static final long PATIENCE = Patience.LIMIT.toNanos();

    private final Process process;
    private final Thread reader;
    /** Standard output and error, line by line. */
    final List<String> lines = new CopyOnWriteArrayList<>();

    /**
     * Starts it.
     *
     * @param before words before the program, such as {@code ip netns exec NAME}
     */
    AgentChild(List<String> before, TinyCluster cluster, String... flags) throws IOException {
        this(before, System.getProperty("java.class.path"), cluster, flags);
    }

    /** As the other, with a class path of its own. */
    AgentChild(List<String> before, String classPath, TinyCluster cluster, String... flags) throws IOException {
        Path library = cluster.kubeconfig.resolveSibling("libjffi-1.2.so");
        if (!Files.exists(library)) {
            try (InputStream packed = AgentChild.class.getResourceAsStream(
                    "/jni/" + System.getProperty("os.arch").replace("amd64", "x86_64") + "-Linux/libjffi-1.2.so")) {
                Files.copy(Objects.requireNonNull(packed), library);
            }
        }
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djnr.ffi.asm.enabled=false",
                // As the launcher does, so that nothing has to be unpacked where nothing can be written.
                "-Djffi.boot.library.path=" + library.getParent(),
                "-cp",
                classPath,
                AgentMain.class.getName(),
                "--kubeconfig=" + cluster.kubeconfig,
                "--node-name=node"));
        words.addAll(List.of(flags));
        process = new ProcessBuilder(words).redirectErrorStream(true).start();
        reader = new Thread(this::read, "output");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            in.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException closed) {
            lines.add("output ended: " + closed);
        }
    }

    /** Waits until this is so; fails when the agent ends before. */
    void until(BooleanSupplier reached) throws InterruptedException {
        long begin = System.nanoTime();
        while (!reached.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() - begin > PATIENCE) {
                throw new AssertionError((process.isAlive() ? "not reached: " : "ended: ") + String.join("\n", lines));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Whether some line of its output contains this. */
    boolean says(String part) {
        return lines.stream().anyMatch(line -> line.contains(part));
    }

    /** Waits for its end and returns its exit code. */
    int await() throws InterruptedException {
        if (!process.waitFor(PATIENCE, TimeUnit.NANOSECONDS)) {
            throw new AssertionError("still running: " + String.join("\n", lines));
        }
        reader.join();
        return process.exitValue();
    }

    /** Its process id: what stands before the program becomes it. */
    long pid() {
        return process.pid();
    }

    /** Ends it without its knowing. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Asks it to end. */
    int terminate() throws InterruptedException {
        process.destroy();
        return await();
    }

    @Override
    public void close() {
        kill();
    }
}
