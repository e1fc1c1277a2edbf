package io.purelb.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MonitoringServerTest {
    private final CollectorRegistry registry = new CollectorRegistry();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean alive = true;
    private volatile Optional<String> waiting = Optional.empty();

    private final MonitoringServer.Health health = new MonitoringServer.Health() {
        @Override
        public boolean alive() {
            return alive;
        }

        @Override
        public Optional<String> notReady() {
            return waiting;
        }

        @Override
        public String state() {
            return "{}";
        }
    };
    private final MonitoringServer server = MonitoringServer.start(Optional.of("127.0.0.1"), 0, registry, health);

    @AfterEach
    void close() {
        server.close();
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    @Test
    void healthAndReadinessFollowTheProcess() throws IOException, InterruptedException {
        assertEquals("200 ok\n", get("/healthz"));
        assertEquals("200 ok\n", get("/readyz"));
        alive = false;
        waiting = Optional.of("waiting for the lists");
        assertEquals("503 the event loop does not turn\n", get("/healthz"));
        assertEquals("503 waiting for the lists\n", get("/readyz"));
    }

    @Test
    void healthNamesAnEssentialThreadThatDoesNotTurn() throws IOException, InterruptedException {
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = EssentialThread.of("a-listener", () -> {
            EssentialThread.within(Duration.ZERO);
            there.countDown();
            try {
                end.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        there.await();
        assertEquals("503 thread a-listener does not turn\n", get("/healthz"));
        end.countDown();
        thread.join();
        assertEquals("200 ok\n", get("/healthz"));
    }

    @Test
    void commonSeriesHaveHelpAndType() throws IOException, InterruptedException {
        CommonMetrics.register(registry, "1.2.3").updates().inc();
        String text = get("/metrics");
        assertTrue(text.contains("# HELP purelb_k8s_client_updates_total "), text);
        assertTrue(text.contains("# TYPE purelb_k8s_client_updates_total counter\n"), text);
        assertTrue(text.contains("purelb_k8s_client_updates_total 1.0\n"), text);
        assertTrue(text.contains("purelb_build_info{version=\"1.2.3\",java=\""), text);
        assertTrue(text.contains("jvm_memory_bytes_used{"), text);
        assertTrue(text.contains("process_resident_memory_bytes "), text);
    }

    @Test
    void stateIsShownToThisHost() throws IOException, InterruptedException {
        assertEquals("200 {}", get("/debug/state"));
    }

    @Test
    void stateIsRefusedToOthers() throws IOException, InterruptedException {
        Optional<InetAddress> outside = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst();
        assumeTrue(outside.isPresent(), "SKIPPED: this host has no address but loopback");
        try (MonitoringServer everywhere = MonitoringServer.start(Optional.empty(), 0, registry, health)) {
            String base = "http://" + outside.get().getHostAddress() + ":" + everywhere.port();
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(base + "/debug/state")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(
                    "403 only from this host: use the loopback address\n", answer.statusCode() + " " + answer.body());
        }
    }

    @Test
    void portInUseIsOneSentence() {
        StartException refused = assertThrows(
                StartException.class,
                () -> MonitoringServer.start(Optional.of("127.0.0.1"), server.port(), registry, health));
        assertTrue(refused.getMessage().startsWith("port " + server.port() + " is in use: "), refused.getMessage());
    }

    @Test
    void addressOfAnotherHostIsOneSentence() {
        // Of TEST-NET-1 (RFC 5737), which no host has.
        StartException refused = assertThrows(
                StartException.class, () -> MonitoringServer.start(Optional.of("192.0.2.1"), 0, registry, health));
        assertTrue(
                refused.getMessage().startsWith("--host 192.0.2.1 is not an address of this host: "),
                refused.getMessage());
    }

    @Test
    void portOutOfRangeIsOneSentence() {
        StartException refused = assertThrows(
                StartException.class, () -> MonitoringServer.start(Optional.empty(), 70000, registry, health));
        assertTrue(refused.getMessage().startsWith("port 70000 cannot be opened: "), refused.getMessage());
    }
}
