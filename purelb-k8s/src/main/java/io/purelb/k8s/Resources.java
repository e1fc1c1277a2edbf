package io.purelb.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Map;

/** Custom resources out of plain JSON, with as much of their metadata as decides anything. */
public final class Resources {
    private static final TypeReference<Map<String, String>> ANNOTATIONS = new TypeReference<>() {};

    private Resources() {}

    /**
     * A ServiceGroup with its status.
     *
     * @throws IllegalArgumentException when it does not fit the definition
     */
    public static ServiceGroupResource serviceGroup(JsonNode object) {
        ServiceGroupResource group = filled(new ServiceGroupResource(), object, ServiceGroupSpec.class);
        if (object.hasNonNull("status")) {
            group.setStatus(read("status", object, ServiceGroupStatus.class));
        }
        return group;
    }

    /**
     * An LBNodeAgent.
     *
     * @throws IllegalArgumentException when its spec does not fit the definition
     */
    public static LBNodeAgentResource lbNodeAgent(JsonNode object) {
        return filled(new LBNodeAgentResource(), object, LBNodeAgentSpec.class);
    }

    private static <S, R extends CustomResource<S, ?>> R filled(R resource, JsonNode object, Class<S> spec) {
        JsonNode written = object.path("metadata");
        ObjectMeta metadata = new ObjectMeta();
        metadata.setNamespace(written.path("namespace").asText());
        metadata.setName(written.path("name").asText());
        metadata.setUid(written.path("uid").asText());
        metadata.setCreationTimestamp(written.path("creationTimestamp").asText());
        if (written.hasNonNull("generation")) {
            metadata.setGeneration(written.get("generation").asLong());
        }
        if (written.hasNonNull("annotations")) {
            metadata.setAnnotations(Api.JSON.convertValue(written.get("annotations"), ANNOTATIONS));
        }
        resource.setMetadata(metadata);
        if (object.hasNonNull("spec")) {
            resource.setSpec(read("spec", object, spec));
        }
        return resource;
    }

    private static <T> T read(String field, JsonNode object, Class<T> type) {
        try {
            return Api.JSON.treeToValue(object.get(field), type);
        } catch (JsonProcessingException fault) {
            throw new IllegalArgumentException(field + ": " + fault.getOriginalMessage(), fault);
        }
    }
}
