package io.purelb.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The allocator as users start it, a process of its own, and what it costs. */
final class AllocatorUnderLoad implements AutoCloseable {
    private static final long START = TimeUnit.SECONDS.toNanos(60);
    private static final double TICKS_PER_SECOND = 100;

    private final Process process;
    private final URI ready;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Starts it; it is not ready yet. */
    AllocatorUnderLoad(Path launcher, Path kubeconfig, Path log) throws IOException {
        int port = freePort();
        ready = URI.create("http://127.0.0.1:" + port + "/readyz");
        ProcessBuilder builder = new ProcessBuilder(
                        launcher.toString(), "allocator", "--kubeconfig", kubeconfig.toString(), "--port", "" + port)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("DEFAULT_ANNOUNCER", "PureLB");
        process = builder.start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + START;
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the allocator did not become ready");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A figure of {@code /proc/PID/status}, such as VmRSS, in MB. */
    double megabytes(String field) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String line = lines.filter(text -> text.startsWith(field + ":"))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processor time used so far. */
    double cpuSeconds() {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            // Behind the name in brackets: state is field 3, utime and stime are 14 and 15.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Ends it by SIGKILL or SIGTERM and waits for its end. */
    void end(boolean killed) {
        if (killed) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        process.onExit().join();
    }

    @Override
    public void close() {
        end(true);
    }
}
