package io.purelb.bench.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The agent as its users start it, by the launcher; with the further JVM options in AGENT_OPTIONS. */
final class AgentProcess implements AutoCloseable {
    private final Process process;

    AgentProcess(Path launcher, Path kubeconfig, String node, String host, Path log) throws IOException {
        List<String> command = List.of(
                launcher.toString(),
                "agent",
                "--kubeconfig",
                kubeconfig.toString(),
                "--node-name",
                node,
                "--host",
                host);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        Optional.ofNullable(System.getenv("AGENT_OPTIONS"))
                .ifPresent(options -> builder.environment().put("JDK_JAVA_OPTIONS", options));
        process = builder.start();
        // Whatever ends this program ends the agent too.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "stop-agent"));
        Shell.await("the agent to be ready, see " + log, 60, () -> isReady(host));
    }

    private boolean isReady(String host) {
        if (!process.isAlive()) {
            throw new IllegalStateException("the agent ended with " + process.exitValue());
        }
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + host + ":7472/readyz").toURL().openConnection();
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Resident memory in MB (10^6 bytes). */
    double rss() {
        return lines(Path.of("/proc", pid(), "status"))
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                * 1024
                / 1e6;
    }

    /** CPU time used so far by threads of each name, in milliseconds. */
    Map<String, Double> cpu() {
        Map<String, Double> byName = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", pid(), "task"))) {
            for (Path task : tasks.toList()) {
                if (Files.exists(task)) {
                    String name = lines(task.resolve("comm")).findFirst().orElse("?");
                    // /proc/PID/schedstat: nanoseconds on the CPU, waiting for it, time slices
                    double millis = lines(task.resolve("schedstat"))
                            .mapToDouble(line -> Long.parseLong(line.split(" ", 2)[0]) / 1e6)
                            .sum();
                    byName.merge(name, millis, Double::sum);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return byName;
    }

    /** What was used between two readings of {@link #cpu}, by all threads. */
    static double used(Map<String, Double> before, Map<String, Double> after) {
        return after.entrySet().stream()
                .mapToDouble(entry -> Math.max(0, entry.getValue() - before.getOrDefault(entry.getKey(), 0.0)))
                .sum();
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException endedMeanwhile) {
            return Stream.of();
        }
    }

    String pid() {
        return Long.toString(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        Shell.await("the agent to end", 10, () -> !process.isAlive());
    }
}
