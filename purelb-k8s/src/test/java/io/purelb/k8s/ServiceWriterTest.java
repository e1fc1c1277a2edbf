package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The requests themselves, as a server on loopback receives them. */
final class ServiceWriterTest {
    private static final Optional<ServiceWriter.Allocated> DONE =
            Optional.of(new ServiceWriter.Allocated(true, "Allocated", "m"));
    private static final Map<String, Optional<String>> BRAND = Map.of(Annotations.ALLOCATED_BY, Optional.of("PureLB"));

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int code = 200;
    /** Annotations of the Service that the server answers with. */
    private volatile String annotations = "";

    private HttpServer server;
    private KubernetesClient client;
    private ServiceWriter writer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.createContext("/", this::answer);
        server.start();
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/prefix")
                .build();
        client = KubeClients.open(config);
        Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00.5Z"), ZoneOffset.UTC);
        writer = new ServiceWriter(new Patches(client), clock);
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            String answer = code == 200
                    ? Serialization.asJson(service(annotations, "")).replace("\"7\"", "\"8\"")
                    : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"code\":" + code + "}";
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Service service(String annotations, String status) {
        return Serialization.unmarshal(
                "---\n{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: web, resourceVersion: '7',"
                        + " annotations: {" + annotations + "}}, spec: {type: LoadBalancer}, status: {" + status + "}}",
                Service.class);
    }

    private static Optional<List<IpAddress>> ingress(String... addresses) {
        return Optional.of(
                java.util.Arrays.stream(addresses).map(IpAddress::parse).toList());
    }

    @Test
    void brandIsWrittenBeforeTheAddressEachWithItsVersion() {
        writer.write(service("", ""), new ServiceWriter.Content(BRAND, ingress("10.0.0.1"), DONE));
        assertEquals(
                List.of(
                        "PATCH /prefix/api/v1/namespaces/ns/services/web {\"metadata\":{\"resourceVersion\":\"7\","
                                + "\"annotations\":{\"purelb.io/allocated-by\":\"PureLB\"}}}",
                        "PATCH /prefix/api/v1/namespaces/ns/services/web/status {\"metadata\":{\"resourceVersion\":\"8\"},"
                                + "\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"10.0.0.1\",\"ipMode\":\"VIP\"}]},"
                                + "\"conditions\":[{\"type\":\"purelb.io/Allocated\",\"status\":\"True\",\"reason\":"
                                + "\"Allocated\",\"message\":\"m\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}"),
                requests);
    }

    @Test
    void addressIsRemovedBeforeItsBrand() {
        annotations = "purelb.io/allocated-by: PureLB";
        Service seen =
                service("purelb.io/allocated-by: PureLB", "loadBalancer: {ingress: [{ip: 10.0.0.1, ipMode: VIP}]}");
        writer.write(
                seen,
                new ServiceWriter.Content(
                        Map.of(Annotations.ALLOCATED_BY, Optional.empty()), ingress(), Optional.empty()));
        assertEquals(2, requests.size());
        assertTrue(
                requests.get(0).contains("/status {") && requests.get(0).contains("\"ingress\":[]"), requests.get(0));
        assertTrue(requests.get(1).endsWith("\"annotations\":{\"purelb.io/allocated-by\":null}}}"), requests.get(1));
    }

    @Test
    void nothingIsSentWhenTheServiceSaysItAlready() {
        Service seen = service(
                "purelb.io/allocated-by: PureLB",
                "loadBalancer: {ingress: [{ip: 10.0.0.1, ipMode: VIP}]}, conditions: [{type: purelb.io/Allocated,"
                        + " status: 'True', reason: Allocated, message: m, lastTransitionTime: '2020-01-01T00:00:00Z'}]");
        ServiceWriter.Content content = new ServiceWriter.Content(BRAND, ingress("10.0.0.1"), DONE);
        assertTrue(ServiceWriter.isWritten(seen, content));
        assertSame(seen, writer.write(seen, content));
        assertEquals(List.of(), requests);
    }

    @Test
    void conditionsOfOthersStayAndOursKeepsItsTimeUntilItTurns() {
        Service seen = service(
                "purelb.io/allocated-by: PureLB",
                "conditions: [{type: other, status: 'True', reason: R, message: '', lastTransitionTime:"
                        + " '2019-01-01T00:00:00Z'}, {type: purelb.io/Allocated, status: 'True', reason: Allocated,"
                        + " message: old, lastTransitionTime: '2020-01-01T00:00:00Z'}]");
        writer.write(seen, new ServiceWriter.Content(BRAND, Optional.empty(), DONE));
        assertEquals(1, requests.size());
        assertTrue(requests.get(0).contains("\"type\":\"other\""), requests.get(0));
        assertTrue(requests.get(0).contains("\"lastTransitionTime\":\"2020-01-01T00:00:00Z\""), requests.get(0));
    }

    @Test
    void refusalByTheServerIsToldAsItIs() {
        code = 409;
        KubernetesClientException stale = assertThrows(
                KubernetesClientException.class,
                () -> writer.write(service("", ""), new ServiceWriter.Content(BRAND, ingress("10.0.0.1"), DONE)));
        assertTrue(Failures.isStale(stale));
        assertEquals(1, requests.size(), "no retry on old data");
    }
}
