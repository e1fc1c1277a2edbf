package io.purelb.k8s.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The CustomResourceDefinitions that this program was built with, and how they get into a cluster: by server-side apply, so
 * that it does not matter who created those that are there. Calls block for some requests and throw {@link
 * KubernetesClientException}.
 */
public final class Definitions {
    /** Who owns their fields. */
    public static final String MANAGER = "purelb-crds";

    private static final List<String> FILES = List.of("lbnodeagents.yaml", "servicegroups.yaml");
    private static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

    private final Api api;
    private final SortedMap<String, ObjectNode> definitions = new TreeMap<>();

    /** What became of a definition. */
    public enum Outcome {
        CREATED,
        CHANGED,
        UNCHANGED
    }

    public Definitions(Api api) {
        this.api = api;
        FILES.forEach(file -> YamlText.documents(text(file))
                .forEach(definition ->
                        definitions.put(definition.at("/metadata/name").asText(), (ObjectNode) definition)));
    }

    private static String text(String file) {
        try (InputStream resource = Objects.requireNonNull(Definitions.class.getResourceAsStream(file), file)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Their names, such as {@code servicegroups.purelb.io}. */
    public SortedSet<String> names() {
        return new TreeSet<>(definitions.keySet());
    }

    /** Makes the cluster's definition of a name what this program's is. */
    public Outcome apply(String name) {
        Optional<JsonNode> before = api.find(PATH + name);
        JsonNode after = api.apply(PATH + name, Objects.requireNonNull(definitions.get(name)), MANAGER);
        return before.map(seen -> isSame(seen, after) ? Outcome.UNCHANGED : Outcome.CHANGED)
                .orElse(Outcome.CREATED);
    }

    /** In what users see: who owns which field is not part of that, nor the status. */
    private static boolean isSame(JsonNode before, JsonNode after) {
        return List.of("/spec", "/metadata/labels", "/metadata/annotations").stream()
                .allMatch(field -> before.at(field).equals(after.at(field)));
    }

    /** Why the API server does not serve objects of a definition, as its conditions say; empty when it does. */
    public Optional<String> notEstablished(String name) {
        Optional<JsonNode> seen = api.find(PATH + name);
        if (seen.isEmpty()) {
            return Optional.of("somebody deleted it");
        }
        String reason = "it has not been looked at yet";
        for (JsonNode condition : seen.get().at("/status/conditions")) {
            boolean yes = condition.path("status").asText().equals("True");
            if (yes && condition.path("type").asText().equals("Established")) {
                return Optional.empty();
            }
            if (!yes) {
                reason = condition.path("message").asText();
            }
        }
        return Optional.of(reason);
    }
}
