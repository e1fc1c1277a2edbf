package io.purelb.allocator;

import static io.purelb.core.testkit.Patience.LIMIT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The allocator as a process of its own, with its log in a file. */
final class AllocatorChild implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final Path log;

    /** Starts it on any free port. */
    AllocatorChild(Path kubeconfig, Path log, Map<String, String> environment, String... flags) {
        this.log = log;
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                AllocatorMain.class.getName(),
                "--kubeconfig=" + kubeconfig,
                "--port=0",
                "--default-announcer=PureLB"));
        command.addAll(List.of(flags));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal, such as {@code STOP}. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException fault) {
            throw new IllegalStateException(fault);
        }
    }

    /** Waits for its end; the answer is its exit code. */
    int exitCode() {
        return process.onExit()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join()
                .exitValue();
    }

    /** Its log lines so far. */
    List<JsonNode> lines() {
        try {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : Files.readAllLines(log)) {
                if (line.startsWith("{") && line.endsWith("}")) {
                    lines.add(JSON.readTree(line));
                }
            }
            return lines;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /** Whether it said this, as the whole message. */
    boolean said(String message) {
        return times(message) > 0;
    }

    long times(String message) {
        return lines().stream()
                .filter(line -> line.path("msg").asText().equals(message))
                .count();
    }

    /** The TCP port it answers on, once it has said that it starts. */
    int port() {
        return lines().stream()
                .filter(line -> line.path("msg").asText().equals("starting"))
                .mapToInt(line -> line.path("port").asInt())
                .findFirst()
                .orElseThrow();
    }

    /** The answer to a GET; empty while it does not answer. */
    Optional<HttpResponse<String>> get(String path) {
        if (!said("starting")) {
            return Optional.empty();
        }
        try {
            return Optional.of(HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        } catch (IOException notNow) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    boolean isReady() {
        return get("/readyz").filter(answer -> answer.statusCode() == 200).isPresent();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
