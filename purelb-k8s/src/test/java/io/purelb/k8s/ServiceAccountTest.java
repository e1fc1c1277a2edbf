package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.process.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceAccountTest {
    private static final Map<String, String> POD =
            Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "6443");

    @TempDir
    private Path directory;

    @BeforeEach
    void mountAuthority() throws IOException {
        Files.createFile(directory.resolve("ca.crt"));
    }

    private void token(String token) throws IOException {
        Files.writeString(directory.resolve("token"), token);
    }

    private Config config(Map<String, String> environment) {
        return ServiceAccount.config(environment, directory).orElseThrow();
    }

    @Test
    void serverIsTheAddressOfTheEnvironmentSoThatNoNameHasToBeResolved() throws IOException {
        token("first");
        assertEquals("https://10.96.0.1:6443/", config(POD).getMasterUrl());
        assertEquals(
                "https://[fd00:10:96::1]:443/",
                config(Map.of("KUBERNETES_SERVICE_HOST", "fd00:10:96::1")).getMasterUrl());
        assertEquals(directory.resolve("ca.crt").toString(), config(POD).getCaCertFile());
    }

    @Test
    void processOutsideOfAPodHasNone() {
        assertEquals(Optional.empty(), ServiceAccount.config(Map.of("PATH", "/bin"), directory));
    }

    @Test
    void podWithoutATokenOrCertificateIsToldWhatToChange() throws IOException {
        StartException refused = assertThrows(StartException.class, () -> config(POD));
        assertTrue(refused.getMessage().contains("automountServiceAccountToken"), refused.getMessage());
        token("first");
        Files.delete(directory.resolve("ca.crt"));
        refused = assertThrows(StartException.class, () -> config(POD));
        assertTrue(refused.getMessage().contains("kube-root-ca.crt"), refused.getMessage());
    }

    @Test
    void rotatedTokenIsUsedByTheNextRequestAndAMissingOneChangesNothing() throws IOException {
        List<String> seen = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.createContext("/", exchange -> {
            seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        token("first\n");
        Config config = new ConfigBuilder(config(POD))
                .withCaCertFile(null)
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
        try (Api api = Api.open(config);
                KubernetesClient client = KubeClients.open(config)) {
            api.get("/api");
            token("second\n");
            api.get("/api");
            client.raw("/api");
            Files.delete(directory.resolve("token"));
            api.get("/api");
        } finally {
            server.stop(0);
        }
        assertEquals(List.of("Bearer first", "Bearer second", "Bearer second", "Bearer second"), seen);
    }
}
