package io.purelb.allocator;

import io.purelb.k8s.LeaseTimes;
import io.purelb.process.CommonFlags;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalDouble;
import picocli.CommandLine;

/** An allocator in this JVM, wired as in production, and what it tells on its port. */
final class RunningAllocator implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final AllocatorProcess process;
    private final int port = freePort();
    private boolean closed;

    RunningAllocator(Clients clients, boolean defaultAnnouncer) {
        CommonFlags flags = CommandLine.populateCommand(new CommonFlags(), "--port=" + port);
        process = DaggerAllocatorComponent.factory()
                .create(flags, new SetupFlags(), LeaseTimes.DEFAULT, clients, defaultAnnouncer)
                .process();
        process.start();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    boolean isReady() {
        return get("/readyz").statusCode() == 200;
    }

    /** The lines of {@code /metrics} that begin so. */
    List<String> series(String beginning) {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .toList();
    }

    /** The value of a series, written with its labels as the page has them but for the comma at the end. */
    OptionalDouble value(String series) {
        return series(series.replace("}", ",}") + " ").stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst();
    }

    void awaitValue(String series, double value) {
        OnRealApi.await(() -> value(series), now -> now.equals(OptionalDouble.of(value)));
    }

    private HttpResponse<String> get(String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            process.close();
        }
    }
}
