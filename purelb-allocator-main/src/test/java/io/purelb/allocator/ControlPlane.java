package io.purelb.allocator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.KubeClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real etcd and kube-apiserver on loopback, from the binaries in {@code KUBEBUILDER_ASSETS}. */
final class ControlPlane implements AutoCloseable {
    private static final String TOKEN = "test-token";
    private static final Duration START = Duration.ofSeconds(60);

    private final Path directory;
    private final Path binaries;
    private final List<Process> processes = new ArrayList<>();
    private final Config config;

    ControlPlane(Path binaries, Path directory) throws IOException, InterruptedException {
        this.binaries = binaries;
        this.directory = directory;
        int etcd = freePort();
        int peer = freePort();
        int api = freePort();
        run("openssl", "genrsa", "-out", directory.resolve("sa.key").toString(), "2048")
                .waitFor(30, TimeUnit.SECONDS);
        Files.writeString(directory.resolve("tokens.csv"), TOKEN + ",admin,admin,\"system:masters\"\n");
        String etcdUrl = "http://127.0.0.1:" + etcd;
        String peerUrl = "http://127.0.0.1:" + peer;
        start(
                "etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--unsafe-no-fsync",
                "--log-level=error",
                "--listen-client-urls=" + etcdUrl,
                "--advertise-client-urls=" + etcdUrl,
                "--listen-peer-urls=" + peerUrl,
                "--initial-advertise-peer-urls=" + peerUrl,
                "--initial-cluster=default=" + peerUrl);
        start(
                "kube-apiserver",
                "--etcd-servers=" + etcdUrl,
                "--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112",
                "--cert-dir=" + directory.resolve("certs"),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + api,
                "--service-account-key-file=" + directory.resolve("sa.key"),
                "--service-account-signing-key-file=" + directory.resolve("sa.key"),
                "--service-account-issuer=https://test",
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=RBAC",
                "--disable-admission-plugins=ServiceAccount");
        config = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + api)
                .withTrustCerts(true)
                .withOauthToken(TOKEN)
                .build();
        awaitReady();
    }

    /** A new client; the caller closes it. */
    KubernetesClient client() {
        return KubeClients.open(config);
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START.toNanos();
        try (KubernetesClient client = client()) {
            while (!isReady(client)) {
                if (System.nanoTime() - deadline > 0 || processes.stream().anyMatch(process -> !process.isAlive())) {
                    close();
                    throw new IllegalStateException("the API server did not become ready: see " + directory);
                }
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
    }

    private static boolean isReady(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException notYet) {
            return false;
        }
    }

    private void start(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(binaries.resolve(program).toString()));
        command.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(program + ".log").toFile())
                .start());
    }

    private static Process run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }
}
