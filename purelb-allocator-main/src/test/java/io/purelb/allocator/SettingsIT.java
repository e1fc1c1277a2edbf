package io.purelb.allocator;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the executable says to settings that it cannot work with: one sentence on stderr and exit code 2. */
final class SettingsIT {
    @TempDir
    private Path directory;

    private Path kubeconfig;

    @BeforeEach
    void write() throws IOException {
        kubeconfig = Files.writeString(
                directory.resolve("kubeconfig"),
                "---\n{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c}}],"
                        + " clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]}");
    }

    /** Runs the executable to its end; the answer is exit code and stderr. */
    private static String run(Map<String, String> environment, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                AllocatorMain.class.getName()));
        command.addAll(List.of(flags));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "it should have refused to run");
            String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() + " " + error.strip();
        } finally {
            process.destroyForcibly();
        }
    }

    private String run(String... flags) throws IOException, InterruptedException {
        return run(Map.of(), flags);
    }

    @Test
    void wrongFlagsAreOneSentence() throws IOException, InterruptedException {
        assertEquals(
                "2 allocator: Unknown option: '--prot=1' (see allocator --help)",
                run("--kubeconfig=" + kubeconfig, "--prot=1"));
        assertEquals(
                "2 allocator: Invalid value for option '--retry-period': \"soon\" is not a time: write 5s or 500ms"
                        + " (see allocator --help)",
                run(Map.of("PURELB_RETRY_PERIOD", "soon"), "--kubeconfig=" + kubeconfig));
    }

    @Test
    void leaseTimesThatDoNotFitTogetherAreOneSentence() throws IOException, InterruptedException {
        assertEquals(
                "2 allocator: the lease's retry period (1s) must be shorter than its renew deadline (7s), and that shorter"
                        + " than its duration (5s)",
                run("--kubeconfig=" + kubeconfig, "--renew-deadline=7s"));
    }

    @Test
    void unreadableKubeconfigIsOneSentence() throws IOException, InterruptedException {
        assertEquals(
                "2 allocator: kubeconfig /does/not/exist cannot be read: name a readable file with --kubeconfig",
                run("--kubeconfig=/does/not/exist"));
    }

    @Test
    void portInUseIsOneSentence() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            assertEquals(
                    "2 allocator: port " + taken.getLocalPort()
                            + " is in use: stop the process that listens there or choose another with --port",
                    run("--kubeconfig=" + kubeconfig, "--port=" + taken.getLocalPort()));
        }
    }

    @Test
    void apiServerThatDoesNotAnswerIsAskedAgainAndEndsNothing() throws IOException {
        Path log = directory.resolve("log");
        try (AllocatorChild child = new AllocatorChild(kubeconfig, log, Map.of())) {
            LeadershipIT.await("it to say so", () -> child.said("the API server does not answer, trying again"));
            assertTrue(child.isAlive());
            assertEquals(200, child.get("/healthz").orElseThrow().statusCode());
            assertEquals(503, child.get("/readyz").orElseThrow().statusCode());
            child.signal("TERM");
            assertEquals(0, child.exitCode());
        }
    }

    @Test
    void clientsThatStallKeepNobodyElseOut() throws IOException {
        Path log = directory.resolve("log");
        // As in production, but with a second of patience instead of ten.
        Map<String, String> impatient = Map.of("JAVA_TOOL_OPTIONS", "-Dsun.net.httpserver.maxReqTime=1");
        List<Socket> stalling = new ArrayList<>();
        try (AllocatorChild child = new AllocatorChild(kubeconfig, log, impatient)) {
            LeadershipIT.await("it to listen", () -> child.get("/healthz").isPresent());
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), child.port());
                stalling.add(socket);
                socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
            }
            LeadershipIT.await("it to answer", () -> child.get("/healthz").isPresent());
        } finally {
            for (Socket socket : stalling) {
                socket.close();
            }
        }
    }
}
