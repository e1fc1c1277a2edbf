package io.purelb.cli;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs as users start them: what cannot work is one sentence on standard error and code 2, at once. */
class LauncherIT {
    private static final Path LAUNCHER =
            Path.of("..", "purelb").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    /** A kubeconfig for an API server that is not there. */
    private String kubeconfig() throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), """
                        apiVersion: v1
                        kind: Config
                        clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
                        contexts: [{name: c, context: {cluster: c, user: u}}]
                        users: [{name: u, user: {}}]
                        current-context: c
                        """).toString();
    }

    private static ProcessBuilder program(String... arguments) {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static String sentence(ProcessBuilder program) throws Exception {
        Process process = program.start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(program.command() + " goes on");
        }
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, process.exitValue(), error);
        assertEquals(1, error.lines().count(), error);
        return error.strip();
    }

    private static ServerSocket occupied() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @Test
    void aPortThatIsInUseIsNamed() throws Exception {
        try (ServerSocket busy = occupied()) {
            String port = Integer.toString(busy.getLocalPort());
            String said = sentence(program("allocator", "--kubeconfig", kubeconfig(), "--port", port));
            assertTrue(said.contains(port) && said.contains("in use"), said);
        }
    }

    @Test
    void wrongFlagsAreNamed() throws Exception {
        assertTrue(sentence(program("allocator", "--colour", "red")).contains("--colour"));
        assertTrue(sentence(program("agent", "--port", "seven")).contains("seven"));
        assertTrue(sentence(program("agent", "--kubeconfig", kubeconfig())).contains("node-name"));
        assertTrue(sentence(program("allocator", "--kubeconfig", "/nowhere/config"))
                .contains("/nowhere/config"));
        assertTrue(sentence(program("lab", "--api", "none")).contains("none"));
    }

    @Test
    void withoutTheIpProgramTheLabSaysWhatIsMissing() throws Exception {
        Path programs = Files.createDirectory(directory.resolve("bin"));
        for (String name : List.of("sh", "dirname", "readlink", "sed", "find", "head", "id", "java", "env")) {
            Path there = Path.of(new String(
                            new ProcessBuilder("sh", "-c", "command -v " + name)
                                    .start()
                                    .getInputStream()
                                    .readAllBytes(),
                            StandardCharsets.UTF_8)
                    .strip());
            Files.createSymbolicLink(programs.resolve(name), there);
        }
        ProcessBuilder lab = program("lab", "--check");
        lab.environment().put("PATH", programs.toString());
        String said = sentence(lab);
        assertTrue(said.contains("ip"), said);
    }

    @Test
    void anApiServerThatIsNotThereIsSaidOnceAndWaitedFor() throws Exception {
        Process allocator = program("allocator", "--kubeconfig", kubeconfig(), "--port", "0")
                .start();
        try (BufferedReader log = allocator.inputReader(StandardCharsets.UTF_8)) {
            String line = log.readLine();
            while (line != null && !line.contains("127.0.0.1:1")) {
                line = log.readLine();
            }
            assertTrue(line != null && line.startsWith("{"), line);
            assertTrue(allocator.isAlive());
            allocator.destroy();
            assertTrue(allocator.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
            assertEquals(0, allocator.exitValue());
        } finally {
            allocator.destroyForcibly();
        }
    }

    @Test
    void fiftyThousandServicesFit() throws Exception {
        StringBuilder services = new StringBuilder("""
                apiVersion: purelb.io/v1
                kind: ServiceGroup
                metadata: {name: default}
                spec: {local: {v4pools: [{subnet: 10.0.0.0/16, pool: 10.0.0.0/16}]}}
                ---
                apiVersion: v1
                kind: List
                items:
                """);
        for (int i = 0; i < 50_000; i++) {
            services.append("- {apiVersion: v1, kind: Service, metadata: {name: s")
                    .append(i)
                    .append("}, spec: {type: LoadBalancer, ports: [{port: 80}]}}\n");
        }
        Path file = Files.writeString(directory.resolve("services.yaml"), services);
        Path out = directory.resolve("out");
        Process simulate = program("simulate", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertEquals(0, simulate.waitFor());
        try (var lines = Files.lines(out)) {
            assertTrue(lines.anyMatch(line -> line.contains("IPAllocated default/s49999: Assigned IP 10.0.195.79")));
        }
    }
}
