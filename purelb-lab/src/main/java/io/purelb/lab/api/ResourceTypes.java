package io.purelb.lab.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The resources that are served: the built-in ones and those that CustomResourceDefinitions add. */
final class ResourceTypes {
    /** The storage names that the rest of the server knows. */
    static final String NAMESPACES = "namespaces";

    static final String DEFINITIONS = "customresourcedefinitions";

    static final String SERVICES = "services";

    static final String EVENTS = "events";

    private static final Comparator<ResourceType> ORDER = Comparator.comparing(ResourceType::group)
            .thenComparing(ResourceTypes::stability)
            .thenComparing(ResourceType::version)
            .thenComparing(ResourceType::plural);

    private final Map<String, ResourceType> types = new ConcurrentHashMap<>();

    void add(ResourceType type) {
        types.put(type.apiVersion() + "/" + type.plural(), type);
    }

    void remove(ResourceType type) {
        types.remove(type.apiVersion() + "/" + type.plural());
    }

    Optional<ResourceType> find(String apiVersion, String plural) {
        return Optional.ofNullable(types.get(apiVersion + "/" + plural));
    }

    /** All resources, by group, then the most stable version first, then name. */
    List<ResourceType> all() {
        return types.values().stream().sorted(ORDER).toList();
    }

    /** The first type that is kept in that collection. */
    ResourceType stored(String storage) {
        return all().stream()
                .filter(type -> type.storage().equals(storage))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing serves " + storage));
    }

    /** The resources of one group and version, empty if there is no such. */
    List<ResourceType> of(String apiVersion) {
        return all().stream()
                .filter(type -> type.apiVersion().equals(apiVersion))
                .toList();
    }

    /** The versions of each group but the core group, the preferred first. */
    Collection<List<ResourceType>> groups() {
        Map<String, List<ResourceType>> groups = new java.util.LinkedHashMap<>();
        for (ResourceType type : all()) {
            List<ResourceType> group = groups.computeIfAbsent(type.group(), name -> new ArrayList<>());
            if (group.stream().noneMatch(known -> known.version().equals(type.version()))) {
                group.add(type);
            }
        }
        groups.remove("");
        return groups.values();
    }

    private static int stability(ResourceType type) {
        return type.version().contains("alpha") ? 2 : type.version().contains("beta") ? 1 : 0;
    }
}
