package io.purelb.allocator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Stands between a client and an API server, passes on what it gets, and does to it what the test says. */
final class FaultProxy implements AutoCloseable {
    static {
        // Read when the first server of this process is made: without it answers wait for delayed acknowledgements.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "host", "content-length", "transfer-encoding", "upgrade", "http2-settings", "expect");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient client;
    private final String upstream;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

    /** A request, as the proxy got it. */
    record Call(String method, String path, String query, long at) {
        boolean isWatch() {
            return query.contains("watch=true");
        }

        /** A list of a kind, named in the plural, or the first or a further page of it. */
        boolean isList(String plural) {
            return method.equals("GET") && path.endsWith("/" + plural) && !isWatch();
        }

        boolean isWatch(String plural) {
            return path.endsWith("/" + plural) && isWatch();
        }

        boolean isEvent() {
            return path.contains("/events");
        }

        /** A write of a Service's metadata or, with {@code subresource}, of its status. */
        boolean writesService(String subresource) {
            return method.equals("PATCH") && path.contains("/services/") && path.endsWith(subresource);
        }

        boolean writesService() {
            return writesService("");
        }
    }

    /** What happens to a request instead of being passed on. */
    interface Fault {
        void strike(Exchange exchange) throws IOException, InterruptedException;
    }

    /** A request that is struck: it can still be passed on, with or without its answer coming back. */
    final class Exchange {
        private final HttpExchange http;
        private final Call call;
        private boolean cut;

        private Exchange(HttpExchange http, Call call) {
            this.http = http;
            this.call = call;
        }

        /** Passes the request on and the answer back. */
        void pass() throws IOException, InterruptedException {
            relay(http, call, forward(http));
        }

        /** Passes the request on and loses the answer. */
        void lose() throws IOException, InterruptedException {
            try (InputStream body = forward(http).body()) {
                body.readAllBytes();
            }
            cut();
        }

        /** Ends the connection without an answer. */
        void cut() {
            cut = true;
        }

        void answer(int code, String body, String... headers) throws IOException {
            http.getRequestBody().readAllBytes();
            for (int i = 0; i < headers.length; i += 2) {
                http.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            http.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
            http.getResponseBody().write(bytes);
            http.close();
        }

        /** Begins an answer and says no more, until the proxy is closed. */
        void stall() throws IOException, InterruptedException {
            http.getResponseHeaders().set("Content-Type", "application/json");
            http.sendResponseHeaders(200, 0);
            http.getResponseBody().write('{');
            http.getResponseBody().flush();
            never();
        }

        /** Keeps the connection open without an answer, until the proxy is closed. */
        void never() throws InterruptedException {
            Thread.currentThread().join();
        }
    }

    /** A standing order; the first one that fits a request counts. */
    final class Rule {
        private final Predicate<Call> which;
        private final Fault fault;
        private int left;
        private int struck;

        private Rule(Predicate<Call> which, Fault fault, int times) {
            this.which = which;
            this.fault = fault;
            this.left = times;
        }

        private synchronized boolean takes(Call call) {
            if (left == 0 || !which.test(call)) {
                return false;
            }
            left--;
            struck++;
            notifyAll();
            return true;
        }

        /** How many requests it struck. */
        synchronized int struck() {
            return struck;
        }

        /** From here on it strikes nothing. */
        void end() {
            rules.remove(this);
        }
    }

    /** An answer that goes on for ever: a watch. */
    private static final class Stream {
        private final Call call;
        private final InputStream from;
        private volatile boolean silent;
        private volatile String last = "";

        private Stream(Call call, InputStream from) {
            this.call = call;
            this.from = from;
        }
    }

    FaultProxy(Config config) {
        upstream = config.getMasterUrl().replaceAll("/$", "");
        try {
            SSLContext trusting = SSLContext.getInstance("TLS");
            trusting.init(null, new TrustManager[] {new TrustsAll()}, null);
            client = HttpClient.newBuilder()
                    .sslContext(trusting)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException | GeneralSecurityException fault) {
            throw new IllegalStateException(fault);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** How to reach the API server through this proxy. */
    Config through(Config config) {
        return new ConfigBuilder(config)
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
    }

    /** Strikes the next {@code times} requests that fit. */
    Rule strike(int times, Predicate<Call> which, Fault fault) {
        Rule rule = new Rule(which, fault, times);
        rules.add(rule);
        return rule;
    }

    /** Strikes every request that fits until the rule is ended. */
    Rule strike(Predicate<Call> which, Fault fault) {
        return strike(Integer.MAX_VALUE, which, fault);
    }

    /** The requests so far. */
    List<Call> calls(Predicate<Call> which) {
        return calls.stream().filter(which).toList();
    }

    /** Breaks off the watches that are open. */
    void cutWatches() {
        streams.forEach(stream -> {
            try {
                stream.from.close();
            } catch (IOException closed) {
                // It is as cut as it can be.
            }
        });
    }

    /** The watches that are open get nothing any more, and stay open. */
    void silenceWatches() {
        streams.forEach(stream -> stream.silent = true);
    }

    /** The same for the watches of one kind. */
    void silenceWatches(String plural) {
        streams.stream().filter(stream -> stream.call.isWatch(plural)).forEach(stream -> stream.silent = true);
    }

    /** Ends the watches that are open with one last line from the API server. */
    void endWatches(String line) {
        streams.forEach(stream -> stream.last = line);
        cutWatches();
    }

    int openWatches() {
        return streams.size();
    }

    private void handle(HttpExchange http) throws IOException {
        URI uri = http.getRequestURI();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        Call call = new Call(http.getRequestMethod(), uri.getPath(), query, System.nanoTime());
        calls.add(call);
        Exchange exchange = new Exchange(http, call);
        try {
            for (Rule rule : rules) {
                if (rule.takes(call)) {
                    rule.fault.strike(exchange);
                    if (exchange.cut) {
                        throw new IOException("cut by the test");
                    }
                    return;
                }
            }
            exchange.pass();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new IOException(closing);
        }
    }

    private HttpResponse<InputStream> forward(HttpExchange http) throws IOException, InterruptedException {
        byte[] body = http.getRequestBody().readAllBytes();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(upstream + http.getRequestURI().toString()))
                .method(
                        http.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        http.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private void relay(HttpExchange http, Call call, HttpResponse<InputStream> answer) throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!name.startsWith(":") && !NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                http.getResponseHeaders().put(name, values);
            }
        });
        http.sendResponseHeaders(answer.statusCode(), 0);
        Stream stream = new Stream(call, answer.body());
        if (call.isWatch()) {
            streams.add(stream);
        }
        OutputStream out = http.getResponseBody();
        out.flush();
        byte[] buffer = new byte[16 * 1024];
        try (InputStream in = answer.body()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (!stream.silent) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        } catch (IOException cut) {
            if (stream.last.isEmpty()) {
                throw cut;
            }
            out.write((stream.last + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } finally {
            streams.remove(stream);
        }
        http.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        cutWatches();
    }

    /** The API server's certificate is its own invention. */
    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
