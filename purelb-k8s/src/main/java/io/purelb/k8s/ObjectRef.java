package io.purelb.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/**
 * An object in the API server by name, as an Event or a patch refers to it; texts are empty where there is none.
 *
 * @param apiVersion such as {@code v1}
 * @param kind such as {@code Service}
 * @param namespace empty for objects without one
 * @param uid tells it from earlier objects of that name
 * @param version {@code metadata.resourceVersion} when it was read
 */
public record ObjectRef(String apiVersion, String kind, String namespace, String name, String uid, String version) {
    /** The reference to an object. */
    public static ObjectRef of(HasMetadata object) {
        return new ObjectRef(
                object.getApiVersion(),
                object.getKind(),
                orEmpty(object.getMetadata().getNamespace()),
                object.getMetadata().getName(),
                orEmpty(object.getMetadata().getUid()),
                orEmpty(object.getMetadata().getResourceVersion()));
    }

    private static String orEmpty(String text) {
        return Objects.requireNonNullElse(text, "");
    }

    /** The reference to an object in JSON, whose kind lists do not tell. */
    public static ObjectRef of(String apiVersion, String kind, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new ObjectRef(
                apiVersion,
                kind,
                metadata.path("namespace").asText(),
                metadata.path("name").asText(),
                metadata.path("uid").asText(),
                metadata.path("resourceVersion").asText());
    }

    /** Events about objects of no namespace go to the default one, as kubectl expects. */
    String eventNamespace() {
        return namespace.isEmpty() ? "default" : namespace;
    }
}
