package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.lab.RealApiServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Minutes of everything at once: users without a rest, an allocator that is killed again and again, an API server that
 * goes away. {@code -Dpurelb.churn.seconds} says how long (60), {@code -Dpurelb.churn.seed} repeats what was done.
 */
final class ChurnIT {
    private static final long TIME = TimeUnit.SECONDS.toNanos(Integer.getInteger("purelb.churn.seconds", 60));
    private static final long SEED = Long.getLong("purelb.churn.seed", System.nanoTime());
    /** Keys that failed wait up to 30 s, and so does what was written while the API server went away. */
    private static final Duration REST = Duration.ofMinutes(2);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Random random = new Random(SEED);

    @Test
    void afterChurnTheServerShowsWhatCoreDecidesAndTheAllocatorTells() throws IOException, InterruptedException {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: ChurnIT needs etcd and kube-apiserver in the directory that KUBEBUILDER_ASSETS names");
        System.out.println("ChurnIT: -Dpurelb.churn.seed=" + SEED);
        int port = freePort();
        try (RealApiServer server = RealApiServer.start(Files.createTempDirectory(Path.of("target"), "churn-"), false);
                KubernetesClient client = server.client()) {
            server.install(Path.of("../manifests/crds"));
            Stream.of("purelb", "churn-a", "churn-b", "churn-c")
                    .forEach(name -> client.resource(new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .endMetadata()
                                    .build())
                            .create());
            Churn churn = new Churn(client, SEED);
            churn.begin();
            int kills = 0;
            ChildAllocator allocator = new ChildAllocator(server.config(), port);
            try {
                long began = System.nanoTime();
                long nextKill = began + pause();
                boolean outageToCome = true;
                for (long now = began; now - began < TIME; now = System.nanoTime()) {
                    churn.turn();
                    if (now - nextKill > 0) {
                        allocator.kill();
                        allocator = new ChildAllocator(server.config(), port);
                        kills++;
                        nextKill = System.nanoTime() + pause();
                    }
                    if (outageToCome && now - began > TIME / 2) {
                        server.stopApi();
                        churn.turn();
                        server.startApi();
                        outageToCome = false;
                    }
                }
                System.out.println("ChurnIT: " + churn.counts() + ", allocator killed " + kills
                        + " times, differences left at the end: "
                        + faults(client, port).size());
                awaitNoFaults(client, port);
                Map<String, String> versions = versions(client);
                awaitNoFaults(client, port);
                assertEquals(versions, versions(client), "writes went on after all was well");
            } finally {
                allocator.close();
            }
        }
    }

    /** 2 to 14 seconds: at times in the middle of the start. */
    private long pause() {
        return TimeUnit.MILLISECONDS.toNanos(2_000 + random.nextInt(12_000));
    }

    private static void awaitNoFaults(KubernetesClient client, int port) throws InterruptedException {
        long deadline = System.nanoTime() + REST.toNanos();
        List<String> faults = faults(client, port);
        while (!faults.isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            faults = faults(client, port);
        }
        assertEquals(List.of(), faults, "seed " + SEED);
    }

    private static List<String> faults(KubernetesClient client, int port) throws InterruptedException {
        try {
            JsonNode state = new ObjectMapper().readTree(get(port, "/debug/state"));
            return Verdict.faults(client, state, get(port, "/metrics").lines().toList());
        } catch (IOException away) {
            return List.of("the allocator does not answer: " + away);
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " was answered by " + answer.statusCode());
        }
        return answer.body();
    }

    private static Map<String, String> versions(KubernetesClient client) {
        Map<String, String> versions = new TreeMap<>();
        Stream.<HasMetadata>concat(
                        client.services().inAnyNamespace().list().getItems().stream(),
                        client.resources(ServiceGroupResource.class).inAnyNamespace().list().getItems().stream())
                .forEach(object -> versions.put(
                        object.getKind() + " " + object.getMetadata().getNamespace() + "/"
                                + object.getMetadata().getName(),
                        object.getMetadata().getResourceVersion()));
        return versions;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
