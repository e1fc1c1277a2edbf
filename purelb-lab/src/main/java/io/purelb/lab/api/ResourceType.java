package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One resource of one group and version, as discovery lists it.
 *
 * @param group empty for the core group
 * @param storage names the collection in the store; several versions, or groups, may share one
 * @param selectable field selector labels beyond metadata.name and metadata.namespace, with the field's path
 */
record ResourceType(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        List<String> categories,
        String storage,
        Set<Trait> traits,
        Map<String, String> selectable,
        List<Column> columns,
        Shape shape,
        Rules rules) {

    /** How a resource behaves. */
    enum Trait {
        /** Objects live in a namespace. */
        NAMESPACED,
        /** Status is a subresource: written only through it, and it writes nothing else. */
        STATUS,
        /** Status given at creation is kept. */
        STATUS_AT_CREATE,
        /** Comes from a CustomResourceDefinition: no strategic merge, status writes leave the metadata alone. */
        CUSTOM,
        /** A PUT of an absent object creates it. */
        CREATE_ON_UPDATE,
        /** A PUT without resourceVersion replaces whatever is there. */
        UNCONDITIONAL_UPDATE,
        /** metadata.generation counts the changes outside metadata and status. */
        GENERATION
    }

    boolean is(Trait trait) {
        return traits.contains(trait);
    }

    boolean namespaced() {
        return is(Trait.NAMESPACED);
    }

    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** The resource as error messages name it: {@code services}, {@code servicegroups.purelb.io}. */
    String qualified() {
        return group.isEmpty() ? plural : plural + "." + group;
    }

    /** A stored object as this version shows it. */
    ObjectNode present(ObjectNode stored) {
        ObjectNode shown = shape.present(stored);
        boolean same = apiVersion().equals(Json.text(shown, "apiVersion"));
        return same ? shown : shown.deepCopy().put("apiVersion", apiVersion());
    }

    /** A shown object as an item of a list, where built-in kinds leave out what the list says already. */
    ObjectNode inList(ObjectNode shown) {
        return is(Trait.CUSTOM) ? shown : shown.deepCopy().without(List.of("apiVersion", "kind"));
    }

    /** The entries of an APIResourceList: the resource and its subresource. */
    void describe(ArrayNode resources) {
        ObjectNode entry = entry(
                plural, List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"));
        entry.put("singularName", singular);
        if (!shortNames.isEmpty()) {
            Json.put(entry, "shortNames", shortNames);
        }
        if (!categories.isEmpty()) {
            Json.put(entry, "categories", categories);
        }
        resources.add(entry);
        if (is(Trait.STATUS)) {
            resources.add(entry(plural + "/status", List.of("get", "patch", "update")));
        }
    }

    private ObjectNode entry(String name, List<String> verbs) {
        ObjectNode entry = Json.object().put("name", name).put("singularName", "");
        entry.put("namespaced", namespaced()).put("kind", kind);
        Json.put(entry, "verbs", verbs);
        return entry;
    }

    /** How requests' objects become stored ones and back. */
    interface Shape {
        /** Makes a decoded object the stored form; may change it. Unknown fields are removed and reported. */
        ObjectNode accept(ObjectNode object, List<String> unknown);

        /** The form to show; must not change the argument. */
        default ObjectNode present(ObjectNode stored) {
            return stored;
        }

        /** A fresh OpenAPI schema of the shown form. */
        ObjectNode schema();

        /** The schema that tells who may own what of the shown form; missing where this server cannot tell. */
        JsonNode fields();

        /** The shown form of an object that nobody has written anything into. */
        ObjectNode empty();
    }

    /** The value of a selectable field of a shown object, empty when absent. */
    String field(JsonNode object, String label) {
        String path = switch (label) {
            case "metadata.name", "metadata.namespace" -> label;
            default -> selectable.getOrDefault(label, label);
        };
        return Json.text(object, path.split("\\."));
    }
}
