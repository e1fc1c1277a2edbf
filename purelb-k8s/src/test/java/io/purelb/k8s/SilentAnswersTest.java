package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that begin and fall silent, as the lease, the writes and the caches of the allocator meet them. */
final class SilentAnswersTest {
    private static final String WATCH = "watch=true";

    private final BlockingQueue<String> watches = new LinkedBlockingQueue<>();
    private final List<String> lists = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Logger root = Logger.getLogger("");
    private final Handler log = new Complaints();
    private HttpServer server;
    private KubernetesClient client;

    private final class Complaints extends Handler {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
                complaints.add(line.getLoggerName() + " " + line.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @BeforeEach
    void start() throws IOException {
        root.addHandler(log);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/")
                .build();
        client = KubeClients.open(config, Duration.ofSeconds(1), () -> true);
    }

    @AfterEach
    void stop() {
        root.removeHandler(log);
        client.close();
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** A list is whole; a watch, and whatever else is asked for, begins and says no more. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked = exchange.getRequestURI().toString();
            boolean list = asked.contains("limit=");
            String body = "{\"kind\":";
            if (asked.contains(WATCH)) {
                watches.add(asked);
                body = "";
            } else if (list) {
                lists.add(asked);
                body = "{\"kind\":\"ServiceList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"7\"},"
                        + "\"items\":[]}";
            }
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            if (!list) {
                over.await();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void silentAnswerAboutTheLeaseIsNoAnswer() {
        LeaseStore store = LeaseStore.of(client, "purelb", "purelb-allocator", Duration.ofSeconds(30));
        KubernetesClientException fault = assertThrows(KubernetesClientException.class, store::get);
        assertTrue(Failures.isUnanswered(fault), () -> Failures.describe(fault));
    }

    @Test
    void silentAnswerToAWriteLeavesItOpenAndIsNoAnswer() {
        Patches patches = new Patches(client);
        KubernetesClientException fault = assertThrows(
                KubernetesClientException.class,
                () -> patches.annotate(
                        new ServiceBuilder()
                                .withNewMetadata()
                                .withNamespace("ns")
                                .withName("web")
                                .withResourceVersion("1")
                                .endMetadata()
                                .build(),
                        Map.of("a", Optional.of("b"))));
        assertTrue(Failures.isUncertain(fault));
        assertTrue(Failures.isUnanswered(fault), () -> Failures.describe(fault));
    }

    @Test
    void silentWatchOfTheAllocatorIsOpenedAgainWhereItWasWithoutAListOrAComplaint() throws InterruptedException {
        try (Watched<?> services = new Watched<>("services", client.services().inAnyNamespace())) {
            services.start(service -> {});
            for (int i = 0; i < 3; i++) {
                String watch =
                        Optional.ofNullable(watches.poll(30, TimeUnit.SECONDS)).orElse("nothing");
                assertTrue(watch.contains("resourceVersion=7"), watch);
            }
            assertEquals(1, lists.size(), lists::toString);
            assertEquals(List.of(), complaints);
        }
    }
}
