package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/**
 * What a request is about.
 *
 * @param namespace empty for all namespaces, and for resources without
 * @param name empty for the collection
 */
record Target(ResourceType type, String namespace, String name, boolean status) {
    String key() {
        return Meta.key(namespace, name);
    }

    /** The selectors of a list or watch, together. */
    Predicate<JsonNode> selector(Request request) {
        return Selectors.labels(request.parameter("labelSelector"))
                .and(Selectors.fields(type, request.parameter("fieldSelector")));
    }
}
