package io.purelb.lab.api;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.purelb.lab.RealApiServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedded API server answers as a real kube-apiserver does: the same requests go to both, and codes, warnings and
 * bodies are compared. Without {@code KUBEBUILDER_ASSETS} only the embedded server's codes are checked.
 */
final class ApiContractIT {
    private static final Path DEFINITIONS = Path.of("..", "manifests", "crds");
    private static final System.Logger LOG = System.getLogger(ApiContractIT.class.getName());

    @TempDir
    private static Path directory;

    private static ApiServer lab;
    private static ContractClient labClient;
    private static @Nullable RealApiServer real;
    private static @Nullable ContractClient realClient;

    @BeforeAll
    static void start() throws Exception {
        lab = ApiServer.start(ApiServerSettings.loopback());
        labClient = new ContractClient(HttpClient.newHttpClient(), lab.uri(), "");
        install(labClient);
        if (!RealApiServer.isAvailable()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SKIPPED: KUBEBUILDER_ASSETS is not set: nothing is compared with a real API server");
            return;
        }
        RealApiServer started = RealApiServer.start(directory, false);
        real = started;
        realClient = clientOf(started);
        install(realClient);
    }

    private static ContractClient clientOf(RealApiServer server) throws GeneralSecurityException, IOException {
        Config config = server.config();
        HttpClient http =
                HttpClient.newBuilder().sslContext(SSLUtils.sslContext(config)).build();
        ContractClient client = new ContractClient(http, URI.create(config.getMasterUrl()), config.getOauthToken());
        client.onExpire(namespace -> server.compact());
        return client;
    }

    /** Creates the definitions and waits until their resources can be listed. */
    private static void install(ContractClient client) throws IOException {
        try (Stream<Path> files = Files.list(DEFINITIONS)) {
            for (Path file : files.sorted().toList()) {
                assertEquals(
                        201, client.define(Files.readString(file)).path("code").asInt(), file.toString());
            }
        }
        assertEquals(
                201, client.define(Contract.text("probes.yaml")).path("code").asInt(), "probes");
        long end = System.nanoTime() + LIMIT.toNanos();
        for (String plural : List.of("servicegroups", "lbnodeagents", "probes")) {
            while (client.get("/apis/purelb.io/v1/" + plural).path("code").asInt() != 200) {
                assertTrue(System.nanoTime() < end, plural + " are not served");
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    @AfterAll
    static void stop() {
        if (real != null) {
            real.close();
        }
        lab.close();
    }

    @TestFactory
    Stream<DynamicTest> answersAreThoseOfTheRealServer() {
        return Contract.TABLES.stream()
                .flatMap(table -> Contract.scenarios(table).stream())
                .map(scenario -> DynamicTest.dynamicTest(scenario.toString(), () -> run(scenario)));
    }

    private static void run(Contract.Scenario scenario) {
        String namespace = scenario.table() + "-" + scenario.requests().get(0).line();
        ContractClient other = realClient;
        CompletableFuture<List<ObjectNode>> expected =
                CompletableFuture.supplyAsync(() -> other == null ? List.of() : other.run(scenario, namespace));
        List<ObjectNode> actual = labClient.run(scenario, namespace);
        List<String> differences = expected.join().isEmpty()
                ? ContractCompare.wrongCodes(scenario, actual)
                : ContractCompare.differences(scenario, expected.join(), actual);
        assertTrue(differences.isEmpty(), () -> String.join("\n", differences));
    }
}
