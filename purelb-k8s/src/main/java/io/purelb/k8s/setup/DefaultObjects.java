package io.purelb.k8s.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.UserText;
import io.purelb.k8s.Api;
import io.purelb.k8s.Failures;
import io.purelb.process.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The objects that an installation begins with, out of a ConfigMap: each is created once and never looked at again. An
 * annotation of the ConfigMap remembers which were, so that a user who deletes one is not given it back; one that is there
 * already counts as created.
 */
public final class DefaultObjects implements Duty {
    /** Annotation: Kind/name of each object that was created, sorted, with commas. */
    public static final String CREATED = "purelb.io/created";

    /** Where the objects are: YAML documents. */
    public static final String KEY = "defaults.yaml";

    private static final Log LOG = Log.of(DefaultObjects.class);
    private static final String GROUP = "purelb.io/v1";
    private static final Map<String, String> PLURALS =
            Map.of("LBNodeAgent", "lbnodeagents", "ServiceGroup", "servicegroups");

    private final Api api;
    private final String namespace;
    private final String name;

    /**
     * Nothing is read yet.
     *
     * @param namespace of the ConfigMap and of all objects in it
     * @param name of the ConfigMap
     */
    public DefaultObjects(Api api, String namespace, String name) {
        this.api = api;
        this.namespace = namespace;
        this.name = name;
    }

    @Override
    public List<String> fulfil() {
        Optional<JsonNode> found = api.find(path());
        if (found.isEmpty()) {
            return List.of(this + " does not exist: create it, or start the allocator without --defaults");
        }
        JsonNode seen = found.get();
        if (!seen.path("data").has(KEY)) {
            return List.of(this + " has no key " + KEY + ": put the default objects there");
        }
        List<JsonNode> objects;
        try {
            objects = YamlText.documents(seen.path("data").path(KEY).asText());
        } catch (IllegalArgumentException fault) {
            return List.of(this + ", " + KEY + " " + fault.getMessage()
                    + ": correct it; until then none of its objects is created");
        }
        List<String> faults = new ArrayList<>();
        for (JsonNode object : objects) {
            Optional<String> fault = fault(object);
            if (fault.isEmpty() && !created(seen).contains(id(object))) {
                fault = create(object);
                if (fault.isEmpty()) {
                    seen = remember(seen, id(object));
                }
            }
            fault.ifPresent(text -> faults.add(this + ", " + KEY + ": " + id(object) + " " + text));
        }
        return faults;
    }

    /** Why an object is none of those that are created, after its name. */
    private Optional<String> fault(JsonNode object) {
        if (!object.path("apiVersion").asText().equals(GROUP)
                || !PLURALS.containsKey(object.path("kind").asText())
                || object.at("/metadata/name").asText().isEmpty()) {
            return Optional.of("is no ServiceGroup or LBNodeAgent of " + GROUP + " with a name: take it out");
        }
        String own = object.at("/metadata/namespace").asText(namespace);
        return own.equals(namespace)
                ? Optional.empty()
                : Optional.of("is for namespace " + UserText.quoted(own) + ": leave metadata.namespace out, since only "
                        + namespace + " gets default objects");
    }

    private Optional<String> create(JsonNode object) {
        ObjectNode whole = object.deepCopy();
        whole.withObjectProperty("metadata").put("namespace", namespace);
        String plural = PLURALS.get(object.path("kind").asText());
        try {
            api.post("/apis/" + GROUP + "/namespaces/" + namespace + "/" + plural + "?fieldValidation=Strict", whole);
            LOG.info("created a default object", "object", id(object), "configmap", namespace + "/" + name);
            return Optional.empty();
        } catch (KubernetesClientException fault) {
            if (Failures.isStale(fault)) {
                return Optional.empty(); // it exists
            }
            if (Failures.isGone(fault)) {
                return Optional.of("cannot be created yet, because the API server does not serve its kind: apply"
                        + " PureLB's CustomResourceDefinitions");
            }
            if (Failures.isFinal(fault)) {
                return Optional.of("is refused: " + Failures.describe(fault) + ": correct it");
            }
            throw fault;
        }
    }

    /** Writes that an object was created; returns the ConfigMap as it is then. */
    private JsonNode remember(JsonNode seen, String id) {
        SortedSet<String> all = created(seen);
        all.add(id);
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.put("resourceVersion", seen.at("/metadata/resourceVersion").asText());
        metadata.putObject("annotations").put(CREATED, String.join(",", all));
        return api.patch(path(), patch);
    }

    private static SortedSet<String> created(JsonNode configMap) {
        String written = configMap.at("/metadata/annotations").path(CREATED).asText();
        SortedSet<String> all = new TreeSet<>(List.of(written.strip().split("\\s*,\\s*", -1)));
        all.remove("");
        return all;
    }

    /** Kind/name; of an object without them it has at least the slash. */
    private static String id(JsonNode object) {
        return object.path("kind").asText() + "/" + object.at("/metadata/name").asText();
    }

    private String path() {
        return "/api/v1/namespaces/" + namespace + "/configmaps/" + name;
    }

    @Override
    public String toString() {
        return "ConfigMap " + namespace + "/" + name;
    }
}
