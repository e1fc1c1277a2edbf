package io.purelb.lab.api;

import static io.purelb.lab.api.ResourceType.Trait.GENERATION;
import static io.purelb.lab.api.ResourceType.Trait.STATUS;
import static io.purelb.lab.api.ResourceType.Trait.STATUS_AT_CREATE;
import static io.purelb.lab.api.ResourceType.Trait.UNCONDITIONAL_UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The metadata that belongs to the server: set at creation, compared and kept at every update. */
final class SystemFields {
    private SystemFields() {}

    /** Gives a new object its identity, and takes away what only the server may set. */
    static void stamp(ResourceType type, ObjectNode object) {
        ObjectNode meta = Meta.of(object);
        meta.remove("selfLink");
        meta.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Meta.now());
        if (type.is(GENERATION)) {
            meta.put("generation", 1);
        }
        if (type.is(STATUS) && !type.is(STATUS_AT_CREATE)) {
            object.remove("status");
        }
    }

    /** Checks that an update means this object in this version: by name, uid and resourceVersion. */
    static void check(ResourceType type, ObjectNode old, ObjectNode object, FieldErrors errors) {
        String name = Meta.name(old);
        if (!Meta.name(object).equals(name)) {
            throw otherName(Meta.name(object), name);
        }
        String uid = Meta.uid(object);
        if (!uid.isEmpty() && !uid.equals(Meta.uid(old))) {
            String why = "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + Meta.uid(old);
            throw StatusError.conflict(type, name, why);
        }
        String version = Meta.version(object);
        if (version.isEmpty() && !type.is(UNCONDITIONAL_UPDATE)) {
            throw StatusError.versionRequired(type, name);
        } else if (!version.isEmpty() && !version.equals(Meta.version(old))) {
            throw StatusError.conflict(
                    type,
                    name,
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
        if (Meta.isDeleting(old)) {
            List<String> before = Json.texts(Json.at(old, "metadata", "finalizers"));
            List<String> added = new ArrayList<>(Json.texts(Json.at(object, "metadata", "finalizers")));
            added.removeAll(before);
            if (!added.isEmpty()) {
                String why = "no new finalizers can be added if the object is being deleted, found new finalizers "
                        + FieldErrors.goList(added);
                errors.forbidden("metadata.finalizers", why);
                // The real server checks this twice.
                errors.forbidden("metadata.finalizers", why);
            }
        }
    }

    static StatusError otherName(String sent, String name) {
        return StatusError.badRequest(
                "the name of the object (" + sent + ") does not match the name on the URL (" + name + ")");
    }

    /** Copies the server's fields from the object that is replaced. */
    static void keep(ObjectNode object, ObjectNode old) {
        ObjectNode meta = Meta.of(object);
        ObjectNode oldMeta = Meta.of(old);
        meta.remove("selfLink");
        for (String field : List.of(
                "uid",
                "resourceVersion",
                "creationTimestamp",
                "generation",
                "generateName",
                "deletionTimestamp",
                "deletionGracePeriodSeconds")) {
            Json.copy(field, oldMeta, meta);
        }
    }
}
