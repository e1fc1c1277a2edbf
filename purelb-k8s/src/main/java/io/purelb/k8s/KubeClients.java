package io.purelb.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.purelb.process.StartException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Opens Kubernetes clients; opening sends nothing, so it succeeds while the API server is away. */
public final class KubeClients {
    private static final int REQUEST_TIMEOUT_MILLIS = 10_000;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    /** API servers send a bookmark every minute where anything happens; where nothing does, another watch costs little. */
    static final Duration WATCH_SILENCE = Duration.ofSeconds(90);

    private KubeClients() {}

    /**
     * A client for the cluster that a kubeconfig names, or for the one this pod runs in.
     *
     * @param kubeconfig the file from flag or environment; empty for the pod's service account, else {@code
     *     ~/.kube/config}
     * @throws StartException when the file cannot be used or there is no cluster to talk to
     */
    public static KubernetesClient open(Optional<Path> kubeconfig) {
        return open(config(kubeconfig));
    }

    /** The configuration for the same, for more than one client. */
    public static Config config(Optional<Path> kubeconfig) {
        return kubeconfig.map(KubeClients::read).orElseGet(KubeClients::surroundings);
    }

    /** A client with the usual patience that writes only while it may; see the longer form. */
    public static KubernetesClient open(Config config, BooleanSupplier mayWrite) {
        return open(config, WATCH_SILENCE, mayWrite);
    }

    /** A client with our timeouts for any configuration, such as one with just a URL. */
    public static KubernetesClient open(Config config) {
        return open(config, WATCH_SILENCE, () -> true);
    }

    /**
     * The same with another patience, writing only while it may.
     *
     * @param silence how long a watch may say nothing before it is opened again where it was; other answers at most 10
     *     seconds
     * @param mayWrite asked before each request that is not a mere read; when it says no, the request is not sent and
     *     fails with {@link WriteRefusedException}
     */
    public static KubernetesClient open(Config config, Duration silence, BooleanSupplier mayWrite) {
        return new KubernetesClientBuilder()
                .withConfig(ours(config))
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("gate", new Gate(mayWrite))
                        .addOrReplaceInterceptor("answers", answers(silence)))
                .build();
    }

    /** What sees answers before the client does. */
    static Answers answers(Duration silence) {
        return new Answers(silence, Duration.ofMillis(REQUEST_TIMEOUT_MILLIS));
    }

    static Config ours(Config config) {
        // A connection that the server closed while it idled breaks the next write: keep idle ones shorter than servers
        // do.
        if (System.getProperty("jdk.httpclient.keepalive.timeout") == null) {
            System.setProperty("jdk.httpclient.keepalive.timeout", "30");
        }
        return new ConfigBuilder(config)
                .withRequestTimeout(REQUEST_TIMEOUT_MILLIS)
                .withConnectionTimeout(CONNECT_TIMEOUT_MILLIS)
                // Our queues repeat with their own back-off, on fresh data.
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectInterval(200)
                .withOnlyHttpWatches(true)
                .withHttp2Disable(true)
                .build();
    }

    private record Gate(BooleanSupplier mayWrite) implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (!request.method().equals("GET") && !mayWrite.getAsBoolean()) {
                throw new WriteRefusedException();
            }
        }
    }

    private static Config read(Path path) {
        Path file = first(path);
        String where = "kubeconfig " + file;
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException fault) {
            throw new StartException(where + " cannot be read: name a readable file with --kubeconfig", fault);
        }
        Kubeconfig kubeconfig = new Kubeconfig(file, text);
        try {
            return kubeconfig.plain().orElseGet(() -> Config.fromKubeconfig(file.toFile()));
        } catch (StartException unusable) {
            throw unusable;
        } catch (RuntimeException fault) {
            throw new StartException(where + " cannot be used: " + fault.getMessage(), fault);
        }
    }

    /** The environment variable may list several files; the first that exists counts. */
    private static Path first(Path path) {
        return List.of(path.toString().split(File.pathSeparator, -1)).stream()
                .filter(part -> !part.isEmpty())
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElse(path);
    }

    private static Config surroundings() {
        return ServiceAccount.config(System.getenv(), ServiceAccount.USUAL).orElseGet(KubeClients::usual);
    }

    private static Config usual() {
        Path usual = Path.of(System.getProperty("user.home", "/root"), ".kube", "config");
        if (!Files.exists(usual)) {
            throw new StartException(
                    "there is no cluster to talk to: name a kubeconfig with --kubeconfig or KUBECONFIG");
        }
        return read(usual);
    }
}
