package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.KubeClients;
import io.purelb.process.StartException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** {@code --state} and {@code --kubeconfig}: the cluster that a verb looks at, saved or alive. */
final class ClusterOption {
    /** So many objects come in one answer: a cluster's Services need not fit into memory as the API has them. */
    private static final long PAGE = 500;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "the cluster as saved objects (kubectl get sg,svc -A -o yaml), - for standard input;"
                    + " without it the live cluster is asked")
    private Optional<String> state = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "how to reach the live cluster (default: $KUBECONFIG, else ~/.kube/config)")
    private Optional<Path> kubeconfig = Optional.empty();

    /** Whether the live cluster is asked, of which a kind without objects is told, too. */
    boolean isLive() {
        return state.isEmpty();
    }

    /** Whether saved objects come from standard input. */
    boolean readsStandardInput() {
        return state.equals(Optional.of("-"));
    }

    /**
     * Hands over every object of some kinds, one by one.
     *
     * @throws InputException naming file, line and fault, or the kind that the API server does not tell
     */
    void read(List<Class<? extends HasMetadata>> kinds, Consumer<HasMetadata> consumer) {
        if (state.isPresent()) {
            Manifests.read(state.get(), manifest -> {
                if (manifest.kind().type().filter(kinds::contains).isPresent()) {
                    consumer.accept(manifest.object());
                }
            });
            return;
        }
        Optional<Path> file = kubeconfig.or(
                () -> Optional.ofNullable(System.getenv("KUBECONFIG")).map(Path::of));
        try (KubernetesClient client = KubeClients.open(file)) {
            kinds.forEach(kind -> list(client, kind, consumer));
        } catch (StartException e) {
            throw new InputException(e.getMessage() + (file.isEmpty() ? " (or saved objects with --state)" : ""));
        }
    }

    private static <T extends HasMetadata> void list(
            KubernetesClient client, Class<T> kind, Consumer<HasMetadata> consumer) {
        try {
            String next = "";
            do {
                ListOptions page = new ListOptionsBuilder()
                        .withLimit(PAGE)
                        .withContinue(next.isEmpty() ? null : next)
                        .build();
                var objects = client.resources(kind).inAnyNamespace().list(page);
                objects.getItems().forEach(consumer);
                next = Objects.requireNonNullElse(objects.getMetadata().getContinue(), "");
            } while (!next.isEmpty());
        } catch (KubernetesClientException e) {
            throw new InputException("the API server does not tell its " + HasMetadata.getKind(kind) + "s: "
                    + e.getMessage() + "; name another cluster with --kubeconfig or saved objects with --state");
        }
    }
}
