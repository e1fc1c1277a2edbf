package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a request is about.
 *
 * @param namespace empty for all namespaces, and for resources without
 * @param name empty for the collection
 * @param status true for the subresource of that name
 */
record Target(ResourceType type, String namespace, String name, boolean status) {
    private static final Set<String> NOT_IMITATED =
            Set.of("services/proxy", "nodes/proxy", "namespaces/finalize", "serviceaccounts/token");

    /**
     * Reads {@code api/v1/...} or {@code apis/group/version/...}, then
     * {@code [namespaces/ns/]resource[/name[/status]]}.
     *
     * @throws StatusError 404 for anything else, 501 for subresources that are not imitated
     */
    static Target parse(List<String> path, ResourceTypes types) {
        int root = !path.isEmpty() && path.get(0).equals("api") ? 2 : 3;
        if (path.size() <= root) {
            throw StatusError.noSuchPage();
        }
        String apiVersion = Discovery.apiVersion(path.subList(0, root));
        List<String> tail = path.subList(root, path.size());
        boolean inNamespace = tail.size() > 2
                && tail.get(0).equals("namespaces")
                && !List.of("status", "finalize").contains(tail.get(2));
        List<String> words = inNamespace ? tail.subList(2, tail.size()) : tail;
        ResourceType type = types.find(apiVersion, words.get(0)).orElseThrow(() -> unknown(apiVersion, types));
        String name = words.size() > 1 ? words.get(1) : "";
        if (inNamespace != type.namespaced() && (inNamespace || !name.isEmpty())) {
            throw StatusError.unknownPath();
        }
        boolean status = words.size() > 2 && isStatus(type, name, String.join("/", words.subList(2, words.size())));
        return new Target(type, inNamespace ? tail.get(1) : "", name, status);
    }

    /** Only the groups of built-in kinds answer with a Status about a resource that is not there. */
    private static StatusError unknown(String apiVersion, ResourceTypes types) {
        boolean builtIn = apiVersion.startsWith("v")
                || types.of(apiVersion).stream().anyMatch(type -> !type.is(ResourceType.Trait.CUSTOM));
        return builtIn ? StatusError.unknownPath() : StatusError.noSuchPage();
    }

    private static boolean isStatus(ResourceType type, String name, String subresource) {
        String qualified = type.plural() + "/" + subresource;
        if (NOT_IMITATED.contains(qualified) || (type.plural().equals("pods") && !subresource.equals("status"))) {
            throw StatusError.notImitated("the subresource " + qualified);
        } else if (!subresource.equals("status")) {
            throw type.is(ResourceType.Trait.CUSTOM) ? StatusError.notFound(type, name) : StatusError.unknownPath();
        } else if (!type.is(ResourceType.Trait.STATUS)) {
            throw type.is(ResourceType.Trait.CUSTOM) ? StatusError.notFound(type, name) : StatusError.unknownPath();
        }
        return true;
    }

    String key() {
        return Meta.key(namespace, name);
    }

    /** The selectors of a list or watch, together. */
    Predicate<JsonNode> selector(Request request) {
        return Selectors.labels(request.parameter("labelSelector"))
                .and(Selectors.fields(type, request.parameter("fieldSelector")));
    }
}
