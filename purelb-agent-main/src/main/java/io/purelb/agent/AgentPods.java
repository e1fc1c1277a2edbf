package io.purelb.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.k8s.Api;
import io.purelb.k8s.Mirror;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which nodes have an agent's pod, by a label selector; without a selector every node counts as having one. A pod that is
 * not ready counts too: an agent that starts finds those that start with it.
 */
final class AgentPods implements AutoCloseable {
    private static final Set<String> FINISHED = Set.of("Succeeded", "Failed");

    private final Optional<Mirror<String>> pods;

    /**
     * Knows nothing yet.
     *
     * @param namespace where the agents' pods are
     * @param selector selects them by their labels, written as {@code kubectl get --selector} takes it
     */
    AgentPods(Api api, String namespace, Optional<String> selector) {
        pods = selector.map(labels ->
                new Mirror<>(api, "pods", "/api/v1/namespaces/" + namespace + "/pods", labels, AgentPods::node));
    }

    private static Optional<String> node(JsonNode pod) {
        return FINISHED.contains(pod.path("status").path("phase").asText())
                ? Optional.empty()
                : Optional.of(pod.path("spec").path("nodeName").asText()).filter(node -> !node.isEmpty());
    }

    /** Begins to follow. */
    void start(Runnable changed) {
        pods.ifPresent(mirror -> mirror.start(key -> changed.run(), changed));
    }

    boolean synced() {
        return pods.map(Mirror::synced).orElse(true);
    }

    /** Those of some nodes that have an agent. */
    List<SeenNode> among(List<SeenNode> nodes) {
        if (pods.isEmpty()) {
            return nodes;
        }
        Set<String> names = pods.get().all().stream().map(Mirror.Seen::value).collect(Collectors.toSet());
        return nodes.stream().filter(node -> names.contains(node.name())).toList();
    }

    @Override
    public void close() {
        pods.ifPresent(Mirror::close);
    }
}
