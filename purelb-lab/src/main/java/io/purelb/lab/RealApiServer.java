package io.purelb.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.KubeClients;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real etcd and kube-apiserver on loopback, for tests and measurements: RBAC is in force, and every request is written
 * down unless that is refused. Both end with this process.
 */
public final class RealApiServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final String TOKEN = "test-admin-token";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RealApi api;
    private final Path directory;
    private final Optional<Path> audit;
    private final Process etcd;
    private final Thread atExit = new Thread(this::kill, "end-of-api-server");
    private volatile @Nullable Process server;

    private RealApiServer(Path assets, Path directory, boolean audited) {
        this.directory = directory;
        this.audit = audited ? Optional.of(directory.resolve("audit.log")) : Optional.empty();
        this.api = new RealApi(assets, directory, freePort(), freePort(), "127.0.0.1", freePort());
        api.prepare(TOKEN);
        this.etcd = run(RealApi.ETCD, api.etcd());
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Whether the programs are there, in the directory that {@code KUBEBUILDER_ASSETS} names. */
    public static boolean isAvailable() {
        return RealApi.assetsFromEnvironment().isPresent();
    }

    /**
     * Starts both programs and waits until the server is ready, some 5 to 10 seconds.
     *
     * @param directory an empty one, for data and logs
     * @param audited whether {@link #audit} is wanted; without it requests cost less
     * @throws LabException when a program is not there, or does not get ready
     */
    public static RealApiServer start(Path directory, boolean audited) {
        Path assets = RealApi.assetsFromEnvironment()
                .orElseThrow(() -> new LabException(
                        RealApi.ASSETS + " must name the directory that holds etcd and kube-apiserver."));
        RealApiServer started = new RealApiServer(assets, directory, audited);
        started.startApi();
        return started;
    }

    /** As {@link #start(Path, boolean)}, audited. */
    public static RealApiServer start(Path directory) {
        return start(directory, true);
    }

    /** How to connect as the user who may do everything. */
    public Config config() {
        return withToken(TOKEN);
    }

    /** A client of the user who may do everything; the caller closes it. */
    public KubernetesClient client() {
        return KubeClients.open(config());
    }

    /** How to connect as a service account, by a token of its own; makes namespace and account when they are missing. */
    public Config serviceAccount(String namespace, String name) {
        try (KubernetesClient client = client()) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .serverSideApply();
            client.resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withNamespace(namespace)
                            .withName(name)
                            .endMetadata()
                            .build())
                    .serverSideApply();
            return withToken(client.serviceAccounts()
                    .inNamespace(namespace)
                    .withName(name)
                    .tokenRequest(new TokenRequestBuilder()
                            .withNewSpec()
                            .withExpirationSeconds(TimeUnit.HOURS.toSeconds(2))
                            .endSpec()
                            .build())
                    .getStatus()
                    .getToken());
        }
    }

    private Config withToken(String token) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + api.port())
                .withTrustCerts(true)
                .withOauthToken(token)
                .build();
    }

    /** Writes a kubeconfig file for {@code config}; the answer is the file. */
    public Path kubeconfig(Config config, Path file) {
        try {
            return Files.writeString(
                    file, new Endpoint("https", "", config.getOauthToken()).kubeconfig("127.0.0.1", api.port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the custom resource definitions of a directory and waits until they are served. */
    public void install(Path definitions) {
        try (KubernetesClient client = client();
                Stream<Path> files = Files.list(definitions)) {
            for (Path file : files.sorted().toList()) {
                try (InputStream yaml = Files.newInputStream(file)) {
                    client.load(yaml)
                            .create()
                            .forEach(made -> client.genericKubernetesResources(
                                            "apiextensions.k8s.io/v1", "CustomResourceDefinition")
                                    .withName(made.getMetadata().getName())
                                    .waitUntilCondition(RealApiServer::isEstablished, 30, TimeUnit.SECONDS));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isEstablished(@Nullable GenericKubernetesResource definition) {
        List<Map<String, String>> conditions = definition == null ? null : definition.get("status", "conditions");
        return conditions != null
                && conditions.stream()
                        .anyMatch(condition ->
                                "Established".equals(condition.get("type")) && "True".equals(condition.get("status")));
    }

    /** The requests that ended so far, as {@code audit.k8s.io/v1} Events, oldest first. */
    public List<JsonNode> audit() {
        List<JsonNode> events = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(audit.orElseThrow())) {
                events.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }

    /**
     * Makes etcd forget all states but the present one, as it does every five minutes by itself: half-read lists and
     * watches from older versions then end with 410.
     */
    public void compact() {
        try {
            long revision =
                    etcd("range", "{\"key\": \"AA==\"}").at("/header/revision").asLong();
            etcd("compaction", "{\"revision\": " + revision + ", \"physical\": true}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while etcd compacted.", e);
        }
    }

    private JsonNode etcd(String operation, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api.store() + "/v3/kv/" + operation))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return JSON.readTree(HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body());
    }

    /** Ends the API server like a crash; etcd and all data stay. */
    public void stopApi() {
        Process running = server;
        if (running != null) {
            end(running);
            server = null;
        }
    }

    /** Starts the API server again, on the same port, and waits until it is ready. */
    public void startApi() {
        Process started = run(RealApi.SERVER, api.server(audit));
        server = started;
        try (KubernetesClient client = client()) {
            Await.value(() -> "the API server to be ready: see " + directory, START, () -> {
                if (!started.isAlive() || !etcd.isAlive()) {
                    throw new LabException("The API server ended: see " + directory + ".");
                }
                return isReady(client) ? Optional.of(true) : Optional.empty();
            });
        } catch (LabException failed) {
            close();
            throw failed;
        }
    }

    private static boolean isReady(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private Process run(String name, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve(name + ".log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new LabException("Cannot start " + name + ": " + e.getMessage() + ".", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Process process) {
        process.destroyForcibly();
        process.onExit().join();
    }

    private void kill() {
        stopApi();
        end(etcd);
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // The hook is running already, or has run.
            return;
        }
    }
}
