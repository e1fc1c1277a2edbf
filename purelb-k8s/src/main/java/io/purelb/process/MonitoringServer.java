package io.purelb.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * HTTP for operators: {@code /metrics}, {@code /healthz}, {@code /readyz}, and {@code /debug/state}, which answers loopback
 * only.
 */
public final class MonitoringServer implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer http;
    private final ExecutorService threads;
    private final CollectorRegistry registry;
    private final Health health;

    /** What the process says of itself; called on the server's threads. */
    public interface Health {
        /** Whether the event loop turns: {@code /healthz}. */
        boolean alive();

        /** What readiness still waits for, as text; empty when ready: {@code /readyz}. */
        Optional<String> notReady();

        /** The state as JSON: {@code /debug/state}. */
        String state();
    }

    private MonitoringServer(HttpServer http, ExecutorService threads, CollectorRegistry registry, Health health) {
        this.http = http;
        this.threads = threads;
        this.registry = registry;
        this.health = health;
    }

    /**
     * Opens the port and answers.
     *
     * @param host the address to listen on; empty for all
     * @param port TCP port; 0 for any
     * @throws StartException when the port is in use or may not be opened, or the address is not one of this host
     */
    public static MonitoringServer start(Optional<String> host, int port, CollectorRegistry registry, Health health) {
        HttpServer http;
        try {
            InetSocketAddress address =
                    host.map(name -> new InetSocketAddress(name, port)).orElseGet(() -> new InetSocketAddress(port));
            http = HttpServer.create(address, 16);
        } catch (BindException inUse) {
            if (host.isPresent() && !isOfThisHost(host.get())) {
                throw new StartException(
                        "--host " + host.get() + " is not an address of this host: give one that an interface here has",
                        inUse);
            }
            throw new StartException(
                    "port " + port + " is in use: stop the process that listens there or choose another with --port",
                    inUse);
        } catch (IOException | IllegalArgumentException fault) {
            throw new StartException("port " + port + " cannot be opened: " + fault.getMessage(), fault);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2, task -> {
            Thread thread = new Thread(task, "monitoring");
            thread.setDaemon(true);
            return thread;
        });
        MonitoringServer server = new MonitoringServer(http, threads, registry, health);
        http.setExecutor(threads);
        http.createContext("/metrics", server::metrics);
        http.createContext("/healthz", server::healthz);
        http.createContext("/readyz", server::readyz);
        http.createContext("/debug/state", server::state);
        http.start();
        return server;
    }

    private static boolean isOfThisHost(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException unknown) {
            return true; // then the port is all that can be spoken of
        }
    }

    /** The TCP port it listens on. */
    public int port() {
        return http.getAddress().getPort();
    }

    private void metrics(HttpExchange exchange) throws IOException {
        String type = TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
        StringWriter text = new StringWriter();
        TextFormat.writeFormat(type, text, registry.metricFamilySamples());
        answer(exchange, 200, type, text.toString());
    }

    private void healthz(HttpExchange exchange) throws IOException {
        boolean alive = health.alive();
        answer(exchange, alive ? 200 : 503, TEXT, alive ? "ok\n" : "the event loop does not turn\n");
    }

    private void readyz(HttpExchange exchange) throws IOException {
        Optional<String> waiting = health.notReady();
        answer(exchange, waiting.isEmpty() ? 200 : 503, TEXT, waiting.orElse("ok") + "\n");
    }

    private void state(HttpExchange exchange) throws IOException {
        if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
            answer(exchange, 403, TEXT, "only from this host: use the loopback address\n");
            return;
        }
        answer(exchange, 200, "application/json", health.state());
    }

    private static void answer(HttpExchange exchange, int code, String type, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}
