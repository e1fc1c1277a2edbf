package io.purelb.k8s.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Has every node cleaned of PureLB's addresses by its own agent: the agents' DaemonSet is changed so that its pods clean up
 * and stay, all at once. Calls block for some requests and throw {@link KubernetesClientException}.
 */
public final class NodeCleanup {
    private static final String AGENT = "lbnodeagent";
    /** What the agent is started with to clean up and then only be ready. */
    private static final List<String> FLAGS = List.of("--cleanup", "--stay");

    private final Api api;
    private final String path;

    /**
     * Nothing is changed yet.
     *
     * @param namespace of DaemonSet {@code lbnodeagent}
     */
    public NodeCleanup(Api api, String namespace) {
        this.api = api;
        this.path = "/apis/apps/v1/namespaces/" + namespace + "/daemonsets/" + AGENT;
    }

    /** Begins, also when it was begun before; false when there is no such DaemonSet, so that there is nothing to clean. */
    public boolean begin() {
        Optional<JsonNode> seen = api.find(path);
        seen.ifPresent(daemonSet -> api.patchStrategically(path, patch(daemonSet)));
        return seen.isPresent();
    }

    private static ObjectNode patch(JsonNode daemonSet) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode spec = patch.putObject("spec");
        spec.putObject("updateStrategy")
                .put("type", "RollingUpdate")
                .putObject("rollingUpdate")
                .put("maxUnavailable", "100%")
                .put("maxSurge", 0);
        ObjectNode container = spec.putObject("template")
                .putObject("spec")
                .putArray("containers")
                .addObject()
                .put("name", AGENT);
        ArrayNode list = container.putArray("args");
        arguments(daemonSet).forEach(list::add);
        return patch;
    }

    /** The agent's own, which name its ports, and those that make it clean up. */
    private static List<String> arguments(JsonNode daemonSet) {
        List<String> arguments = new ArrayList<>();
        StreamSupport.stream(daemonSet.at("/spec/template/spec/containers").spliterator(), false)
                .filter(container -> container.path("name").asText().equals(AGENT))
                .flatMap(
                        container -> StreamSupport.stream(container.path("args").spliterator(), false))
                .map(JsonNode::asText)
                .forEach(arguments::add);
        if (arguments.isEmpty()) {
            arguments.add("agent");
        }
        // It may have been begun before.
        arguments.removeAll(FLAGS);
        arguments.addAll(FLAGS);
        return arguments;
    }

    /** Which nodes are not cleaned yet, as a sentence's end; empty when all are, or the DaemonSet is gone. */
    public Optional<String> unfinished() {
        Optional<JsonNode> seen = api.find(path);
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        JsonNode status = seen.get().path("status");
        if (status.path("observedGeneration").asLong()
                < seen.get().at("/metadata/generation").asLong()) {
            return Optional.of("the change of the DaemonSet is not seen by the cluster's controllers yet");
        }
        int wanted = status.path("desiredNumberScheduled").asInt();
        int cleaned = Math.min(
                status.path("updatedNumberScheduled").asInt(),
                status.path("numberReady").asInt());
        return cleaned < wanted ? Optional.of(cleaned + " of " + wanted + " nodes are cleaned") : Optional.empty();
    }
}
