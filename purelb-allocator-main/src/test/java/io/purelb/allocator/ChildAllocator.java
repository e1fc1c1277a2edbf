package io.purelb.allocator;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An allocator in a process of its own, so that it can be killed. */
final class ChildAllocator implements AutoCloseable {
    private final Process process;

    ChildAllocator(Config config) throws IOException {
        this(config, 0);
    }

    /** One that answers on this port of HTTP. */
    ChildAllocator(Config config, int port) throws IOException {
        Path directory = Files.createTempDirectory(Path.of("target"), "allocator-");
        Path kubeconfig = directory.resolve("kubeconfig");
        Files.writeString(
                kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: it, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: it, user: {token: "%s"}}]
                contexts: [{name: it, context: {cluster: it, user: it}}]
                current-context: it
                """.formatted(config.getMasterUrl().replaceAll("/$", ""), config.getOauthToken()));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AllocatorMain.class.getName(),
                        "--port=" + port,
                        "--kubeconfig=" + kubeconfig))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("allocator.log").toFile());
        builder.environment().put("DEFAULT_ANNOUNCER", "PureLB");
        process = builder.start();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
