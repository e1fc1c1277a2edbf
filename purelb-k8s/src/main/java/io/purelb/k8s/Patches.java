package io.purelb.k8s;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import java.util.Optional;

/**
 * Changes single fields of objects by JSON merge patch (RFC 7386). Each patch carries the resourceVersion it was decided
 * on, so that the API server refuses it (409, {@link Failures#isStale}) when anyone wrote meanwhile. Each call is one
 * request and blocks for 10 seconds at most.
 */
public final class Patches {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;

    public Patches(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Sets and removes annotations; sends nothing when {@code seen} has them so already.
     *
     * @param seen the object as it was read
     * @param annotations key to value; empty to remove
     * @return the object as it is now
     * @throws KubernetesClientException stale, gone, or any other failure
     */
    public <T extends HasMetadata> T annotate(T seen, Map<String, Optional<String>> annotations) {
        Map<String, String> existing = seen.getMetadata().getAnnotations();
        Map<String, String> before = existing == null ? Map.of() : existing;
        ObjectNode changed = JsonNodeFactory.instance.objectNode();
        annotations.forEach((key, value) -> {
            if (!value.equals(Optional.ofNullable(before.get(key)))) {
                changed.put(key, value.orElse(null));
            }
        });
        if (changed.isEmpty()) {
            return seen;
        }
        ObjectNode patch = precondition(seen);
        patch.withObjectProperty("metadata").set("annotations", changed);
        return client.resource(seen).patch(MERGE, patch.toString());
    }

    /** Sets fields of {@code spec}; other fields stay. */
    public <T extends HasMetadata> T spec(T seen, ObjectNode spec) {
        ObjectNode patch = precondition(seen);
        patch.set("spec", spec);
        return client.resource(seen).patch(MERGE, patch.toString());
    }

    /** Sets fields of {@code status} through the status subresource; lists are replaced as a whole. */
    public <T extends HasMetadata> T status(T seen, ObjectNode status) {
        ObjectNode patch = precondition(seen);
        patch.set("status", status);
        return client.resource(seen).subresource("status").patch(MERGE, patch.toString());
    }

    private static ObjectNode precondition(HasMetadata seen) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.withObjectProperty("metadata")
                .put("resourceVersion", seen.getMetadata().getResourceVersion());
        return patch;
    }
}
