package io.purelb.lab.api;

import static io.purelb.lab.api.ResourceType.Trait.CUSTOM;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Removal: finalizers first, contents with their container. A namespace goes with all that is in it, a
 * CustomResourceDefinition with all its resources; whoever holds something with finalizers waits for it.
 */
final class Deletes {
    private static final List<String> PERMANENT = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Store store;
    private final ResourceTypes types;

    Deletes(Store store, ResourceTypes types) {
        this.store = store;
        this.types = types;
    }

    /**
     * Deletes an object if the preconditions of the DeleteOptions hold.
     *
     * @return the object when it waits for finalizers, otherwise a Status that reports success
     */
    ObjectNode delete(ResourceType type, ObjectNode object, JsonNode options, boolean dryRun) {
        precondition(type, object, options, "uid", Meta.uid(object));
        precondition(type, object, options, "resourceVersion", Meta.version(object));
        if (isNamespace(type) && PERMANENT.contains(Meta.name(object))) {
            throw StatusError.forbidden(type, Meta.name(object), "this namespace may not be deleted");
        }
        if (dryRun && isHeld(type, object)) {
            return type.present(marked(type, object));
        }
        if (!dryRun && remove(type, object)) {
            return type.present(existing(type, object));
        }
        // As the real server: a deleted Service is shown, of other kinds the success is.
        if (!type.storage().equals(ResourceTypes.SERVICES)) {
            return success(type, object);
        }
        ObjectNode last = object.deepCopy();
        Meta.of(last).put("resourceVersion", Long.toString(store.version()));
        return last;
    }

    private static void precondition(
            ResourceType type, ObjectNode object, JsonNode options, String field, String actual) {
        String wanted = Json.text(options, "preconditions", field);
        if (!wanted.isEmpty() && !wanted.equals(actual)) {
            String what = field.equals("uid") ? "UID" : "ResourceVersion";
            String why = "the " + what + " in the precondition (" + wanted + ") does not match the " + what
                    + " in record (" + actual + "). The object might have been "
                    + (field.equals("uid") ? "deleted and then recreated" : "modified");
            throw StatusError.precondition(type, Meta.name(object), why);
        }
    }

    /** Removes the object, or marks it when something holds it; true if it is still there. */
    private boolean remove(ResourceType type, ObjectNode object) {
        emptyOut(type, object);
        ObjectNode current = store.get(type.storage(), Meta.key(object));
        if (current == null) {
            return false;
        }
        if (isHeld(type, current)) {
            if (!Meta.isDeleting(current)) {
                ObjectNode marked = marked(type, current);
                store.put(type.storage(), marked);
                type.rules().committed(current, marked);
            }
            return true;
        }
        finish(type, current);
        return false;
    }

    private static ObjectNode marked(ResourceType type, ObjectNode object) {
        ObjectNode marked = object.deepCopy();
        Meta.of(marked).put("deletionTimestamp", Meta.now()).put("deletionGracePeriodSeconds", 0);
        if (isNamespace(type)) {
            Json.child(marked, "status").put("phase", "Terminating");
        }
        return marked;
    }

    /**
     * Takes an object that nothing holds out of the store, and its container if that was waiting for it. Watchers see
     * the object as it is handed in, which an update may have made.
     */
    void finish(ResourceType type, ObjectNode object) {
        ObjectNode stored = existing(type, object);
        store.remove(type.storage(), object);
        type.rules().committed(stored, null);
        if (type.namespaced()) {
            release(ResourceTypes.NAMESPACES, Meta.namespace(object));
        }
        if (type.is(CUSTOM)) {
            release(ResourceTypes.DEFINITIONS, type.qualified());
        }
    }

    private void release(String storage, String name) {
        ObjectNode container = store.get(storage, name);
        if (container != null && Meta.isDeleting(container) && !isHeld(types.stored(storage), container)) {
            finish(types.stored(storage), container);
        }
    }

    private void emptyOut(ResourceType type, ObjectNode object) {
        if (isNamespace(type)) {
            String namespace = Meta.name(object);
            for (String storage : store.collectionsIn(namespace)) {
                ResourceType inside = types.stored(storage);
                store.list(storage, namespace).forEach(content -> remove(inside, content));
            }
        } else if (isDefinition(type)) {
            String storage = Meta.name(object);
            if (store.count(storage) > 0) {
                ResourceType inside = types.stored(storage);
                store.list(storage, "").forEach(content -> remove(inside, content));
            }
        }
    }

    private static boolean isNamespace(ResourceType type) {
        return type.storage().equals(ResourceTypes.NAMESPACES);
    }

    private static boolean isDefinition(ResourceType type) {
        return type.storage().equals(ResourceTypes.DEFINITIONS);
    }

    /** True while finalizers or contents keep the object from going. */
    boolean isHeld(ResourceType type, ObjectNode object) {
        return Meta.hasFinalizers(object) || holdsObjects(type, object);
    }

    private boolean holdsObjects(ResourceType type, ObjectNode object) {
        if (isNamespace(type)) {
            return !store.collectionsIn(Meta.name(object)).isEmpty();
        }
        return isDefinition(type) && store.count(Meta.name(object)) > 0;
    }

    private ObjectNode existing(ResourceType type, ObjectNode object) {
        ObjectNode current = store.get(type.storage(), Meta.key(object));
        return current == null ? object : current;
    }

    private static ObjectNode success(ResourceType type, ObjectNode object) {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        ObjectNode details = status.put("status", "Success").putObject("details");
        details.put("name", Meta.name(object));
        if (!type.group().isEmpty()) {
            details.put("group", type.group());
        }
        details.put("kind", type.plural()).put("uid", Meta.uid(object));
        return status;
    }
}
