package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.prometheus.client.CollectorRegistry;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Api;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.EventRecorder;
import io.purelb.k8s.Mirror;
import io.purelb.process.CommonMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server on loopback that refuses everything. */
final class ApiNotesTest {
    private static final ServiceKey KEY = new ServiceKey("ns", "web");

    @ParameterizedTest
    @CsvSource({"404, 0", "403, 1"})
    void deletedServiceIsNoErrorButARefusalIs(int code, int errors) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        CommonMetrics metrics = CommonMetrics.register(new CollectorRegistry(), "test");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.incrementAndGet();
                byte[] answer = ("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"code\":" + code + "}")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(code, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        Mirror.Seen<SeenService> seen =
                new Mirror.Seen<>(new SeenService(KEY, "uid", List.of(), false, false, Map.of()), "7");
        try (Api api = Api.open(config);
                EventRecorder events = new EventRecorder(api, EventReasons.AGENT, "n1", Clock.systemUTC())) {
            ApiNotes notes = new ApiNotes(key -> Optional.of(seen), api, events, metrics);
            notes.annotate(KEY, Map.of(), Map.of("purelb.io/announcing-node", Optional.of("n1")));
            // Waits until what was asked for was tried.
            notes.close();
        } finally {
            server.stop(0);
        }
        assertEquals(1, requests.get());
        assertEquals(errors, metrics.updateErrors().get());
    }
}
