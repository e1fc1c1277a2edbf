package io.purelb.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * HTTP for operators: {@code /metrics}, {@code /healthz}, {@code /readyz}, and {@code /debug/state}, which answers loopback
 * only.
 */
public final class MonitoringServer implements AutoCloseable {
    private static final int THREADS = 4;
    /** For a request to arrive, and for its answer to be taken: a client that stalls must not keep a thread. */
    private static final int SECONDS = 10;

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpServer http;
    private final ExecutorService threads;
    private final ScheduledExecutorService limits;
    private final CollectorRegistry registry;
    private final Health health;

    /** What the process says of itself; called on the server's threads. */
    public interface Health {
        /** Whether the event loop turns: {@code /healthz}, which looks at each {@link EssentialThread} too. */
        boolean alive();

        /** What readiness still waits for, as text; empty when ready: {@code /readyz}. */
        Optional<String> notReady();

        /** The state as JSON: {@code /debug/state}. */
        String state();
    }

    private MonitoringServer(HttpServer http, CollectorRegistry registry, Health health) {
        this.http = http;
        this.threads = Executors.newFixedThreadPool(THREADS, MonitoringServer::daemon);
        this.limits = Executors.newSingleThreadScheduledExecutor(MonitoringServer::daemon);
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
        limit("sun.net.httpserver.maxReqTime", SECONDS);
        limit("sun.net.httpserver.maxIdleConnections", 20);
        limit("jdk.httpserver.maxConnections", 100);
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
        MonitoringServer server = new MonitoringServer(http, registry, health);
        http.setExecutor(server.threads);
        server.answer("/metrics", server::metrics);
        server.answer("/healthz", server::healthz);
        server.answer("/readyz", server::readyz);
        server.answer("/debug/state", server::state);
        http.start();
        return server;
    }

    /** The JDK's server takes its limits from properties, once for all servers of a process. */
    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, String.valueOf(value));
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "monitoring");
        thread.setDaemon(true);
        return thread;
    }

    private void answer(String path, HttpHandler handler) {
        http.createContext(path, exchange -> {
            Future<?> end = limits.schedule(exchange::close, SECONDS, TimeUnit.SECONDS);
            try {
                handler.handle(exchange);
            } finally {
                end.cancel(false);
            }
        });
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
        Optional<String> broken = health.alive()
                ? EssentialThread.broken(System.nanoTime()).map(name -> "thread " + name + " does not turn")
                : Optional.of("the event loop does not turn");
        answer(exchange, broken.isEmpty() ? 200 : 503, TEXT, broken.orElse("ok") + "\n");
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
        limits.shutdownNow();
    }
}
