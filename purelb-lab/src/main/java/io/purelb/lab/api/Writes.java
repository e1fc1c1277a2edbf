package io.purelb.lab.api;

import static io.purelb.lab.api.ResourceType.Trait.CREATE_ON_UPDATE;
import static io.purelb.lab.api.ResourceType.Trait.CUSTOM;
import static io.purelb.lab.api.ResourceType.Trait.GENERATION;
import static io.purelb.lab.api.ResourceType.Trait.STATUS;
import static io.purelb.lab.api.ResourceType.Trait.STATUS_AT_CREATE;
import static io.purelb.lab.api.ResourceType.Trait.UNCONDITIONAL_UPDATE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Create, update and patch: what becomes of an object between the request and the store. */
final class Writes {
    /** What the real server draws generated names from. */
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private final Store store;
    private final ResourceTypes types;
    private final Deletes deletes;
    private final int maxEvents;

    Writes(Store store, ResourceTypes types, Deletes deletes, int maxEvents) {
        this.maxEvents = maxEvents;
        this.store = store;
        this.types = types;
        this.deletes = deletes;
    }

    ObjectNode create(Target target, ObjectNode sent, Request request) {
        ResourceType type = target.type();
        ObjectNode object = decode(type, sent, request);
        inNamespace(target, object);
        if (!Meta.version(object).isEmpty()) {
            throw StatusError.badRequest("resourceVersion should not be set on objects to be created");
        }
        synchronized (store) {
            requireNamespace(target);
            name(type, object);
            stamp(type, object);
            FieldErrors errors = new FieldErrors();
            Names.check(type, object, errors);
            type.rules().create(object, errors);
            refuse(type, object, errors);
            if (store.get(type.storage(), Meta.key(object)) != null) {
                throw StatusError.alreadyExists(type, Meta.name(object));
            }
            return type.present(commit(type, null, object, request));
        }
    }

    private void requireNamespace(Target target) {
        if (!target.type().namespaced()) {
            return;
        }
        ObjectNode namespace = store.get(ResourceTypes.NAMESPACES, target.namespace());
        if (namespace == null) {
            throw StatusError.notFound(types.stored(ResourceTypes.NAMESPACES), target.namespace());
        }
        if (Meta.isDeleting(namespace)) {
            throw StatusError.forbidden(
                    target.type(),
                    target.name(),
                    "unable to create new content in namespace " + target.namespace()
                            + " because it is being terminated");
        }
    }

    private void name(ResourceType type, ObjectNode object) {
        String prefix = Json.text(object, "metadata", "generateName");
        if (!Meta.name(object).isEmpty() || prefix.isEmpty()) {
            return;
        }
        do {
            StringBuilder name = new StringBuilder(prefix);
            ThreadLocalRandom.current()
                    .ints(5, 0, SUFFIX_LETTERS.length())
                    .forEach(i -> name.append(SUFFIX_LETTERS.charAt(i)));
            Meta.of(object).put("name", name.toString());
        } while (store.get(type.storage(), Meta.key(object)) != null);
    }

    private static void stamp(ResourceType type, ObjectNode object) {
        ObjectNode meta = Meta.of(object);
        meta.remove(
                List.of("deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields", "generation"));
        meta.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", Meta.now());
        if (type.is(GENERATION)) {
            meta.put("generation", 1);
        }
        if (type.is(STATUS) && !type.is(STATUS_AT_CREATE)) {
            object.remove("status");
        }
    }

    /** What an update left behind, and whether it made it. */
    record Written(ObjectNode object, boolean created) {}

    Written update(Target target, ObjectNode sent, Request request) {
        ObjectNode object = decode(target.type(), sent, request);
        inNamespace(target, object);
        synchronized (store) {
            ObjectNode old = store.get(target.type().storage(), target.key());
            if (old == null && target.type().is(CREATE_ON_UPDATE) && !target.status()) {
                Meta.of(object).remove("resourceVersion");
                return new Written(create(target, object, request), true);
            }
            return new Written(replace(target, existing(target), object, request), false);
        }
    }

    ObjectNode patch(Target target, Request request) {
        synchronized (store) {
            ObjectNode old = existing(target);
            ObjectNode shown = target.type().present(old);
            ObjectNode patched = Patches.apply(target.type(), request.contentType(), shown, request::json);
            ObjectNode object = decode(target.type(), patched, request);
            if (!Meta.uid(object).equals(Meta.uid(old))) {
                FieldErrors errors = new FieldErrors();
                errors.invalid("metadata.uid", Json.at(object, "metadata", "uid"), "field is immutable");
                refuse(target.type(), object, errors);
            }
            return replace(target, old, object, request);
        }
    }

    ObjectNode existing(Target target) {
        ObjectNode object = store.get(target.type().storage(), target.key());
        if (object == null) {
            throw StatusError.notFound(target.type(), target.name());
        }
        return object;
    }

    /** Puts {@code object} in the place of {@code old}, or refuses. */
    private ObjectNode replace(Target target, ObjectNode old, ObjectNode object, Request request) {
        ResourceType type = target.type();
        FieldErrors errors = new FieldErrors();
        checkIdentity(type, old, object, errors);
        ObjectNode next = target.status() ? statusOf(type, object, old) : object;
        keepSystemFields(next, old);
        if (!target.status() && type.is(STATUS)) {
            copy("status", old, next);
        }
        Names.check(type, next, errors);
        type.rules().update(next, old, errors);
        refuse(type, next, errors);
        if (type.is(GENERATION) && !contents(next).equals(contents(old))) {
            long generation = Json.at(old, "metadata", "generation").asLong();
            Meta.of(next).put("generation", generation + 1);
        }
        if (next.equals(old)) {
            return type.present(old);
        }
        if (Meta.isDeleting(next) && !deletes.isHeld(type, next)) {
            if (!request.dryRun()) {
                deletes.finish(type, next);
            }
            return type.present(next);
        }
        return type.present(commit(type, old, next, request));
    }

    private static void checkIdentity(ResourceType type, ObjectNode old, ObjectNode object, FieldErrors errors) {
        String name = Meta.name(old);
        if (!Meta.name(object).equals(name)) {
            throw StatusError.badRequest("the name of the object (" + Meta.name(object)
                    + ") does not match the name on the URL (" + name + ")");
        }
        String uid = Meta.uid(object);
        if (!uid.isEmpty() && !uid.equals(Meta.uid(old))) {
            String why = "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + Meta.uid(old);
            throw StatusError.conflict(type, name, why);
        }
        String version = Meta.version(object);
        if (version.isEmpty() && !type.is(UNCONDITIONAL_UPDATE)) {
            errors.invalid("metadata.resourceVersion", IntNode.valueOf(0), "must be specified for an update");
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
                errors.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers "
                                + FieldErrors.goList(added));
            }
        }
    }

    /** What a write to the status subresource may change: the status, and a built-in kind's metadata. */
    private static ObjectNode statusOf(ResourceType type, ObjectNode object, ObjectNode old) {
        ObjectNode next = old.deepCopy();
        copy("status", object, next);
        if (!type.is(CUSTOM)) {
            copy("metadata", object, next);
        }
        return next;
    }

    private static void keepSystemFields(ObjectNode object, ObjectNode old) {
        ObjectNode meta = Meta.of(object);
        ObjectNode oldMeta = Meta.of(old);
        meta.remove(List.of("selfLink", "managedFields"));
        for (String field : List.of(
                "uid",
                "resourceVersion",
                "creationTimestamp",
                "generation",
                "generateName",
                "deletionTimestamp",
                "deletionGracePeriodSeconds")) {
            copy(field, oldMeta, meta);
        }
    }

    private static void copy(String field, ObjectNode from, ObjectNode to) {
        JsonNode value = from.get(field);
        if (value == null) {
            to.remove(field);
        } else {
            to.set(field, value.deepCopy());
        }
    }

    private static ObjectNode contents(ObjectNode object) {
        ObjectNode contents = Json.object();
        object.properties().forEach(field -> contents.set(field.getKey(), field.getValue()));
        return contents.remove(List.of("metadata", "status"));
    }

    private ObjectNode commit(ResourceType type, @Nullable ObjectNode old, ObjectNode object, Request request) {
        if (!request.dryRun()) {
            store.put(type.storage(), object);
            type.rules().committed(old, object);
            if (type.storage().equals(ResourceTypes.EVENTS) && store.count(ResourceTypes.EVENTS) > maxEvents) {
                forgetOldEvents();
            }
        }
        return object;
    }

    /** The real server forgets events after an hour; here the oldest tenth goes when there are too many. */
    private void forgetOldEvents() {
        store.list(ResourceTypes.EVENTS, "").stream()
                .sorted(Comparator.comparingLong(event -> Long.parseLong(Meta.version(event))))
                .limit(maxEvents / 10 + 1)
                .forEach(event -> store.remove(ResourceTypes.EVENTS, event));
    }

    private static void refuse(ResourceType type, ObjectNode object, FieldErrors errors) {
        if (!errors.isEmpty()) {
            throw StatusError.invalid(type, Meta.name(object), errors);
        }
    }

    /** Checks that the body is an object of the type, and brings it into its stored form. */
    private static ObjectNode decode(ResourceType type, ObjectNode sent, Request request) {
        ObjectNode copy = sent.deepCopy();
        if (!type.is(CUSTOM)) {
            // For built-in kinds the URL says what the body is.
            copy.put("kind", Json.at(sent, "kind").asText(type.kind()));
            copy.put("apiVersion", Json.at(sent, "apiVersion").asText(type.apiVersion()));
        }
        String kind = Json.text(copy, "kind");
        String apiVersion = Json.text(copy, "apiVersion");
        if (kind.isEmpty() || apiVersion.isEmpty()) {
            throw StatusError.badRequest("Object '" + (kind.isEmpty() ? "Kind" : "apiVersion") + "' is missing");
        }
        if (!kind.equals(type.kind()) || !apiVersion.equals(type.apiVersion())) {
            throw StatusError.badRequest("the object sent (" + kind + " of " + apiVersion
                    + ") does not match the expected one (" + type.kind() + " of " + type.apiVersion() + ")");
        }
        if (sent.hasNonNull("metadata") && !sent.path("metadata").isObject()) {
            throw StatusError.badRequest("metadata must be an object");
        }
        List<String> unknown = new ArrayList<>();
        ObjectNode object = type.shape().accept(copy, unknown);
        List<String> complaints =
                unknown.stream().map(field -> "unknown field \"" + field + "\"").toList();
        switch (request.parameter("fieldValidation")) {
            case "Strict" -> {
                if (!complaints.isEmpty()) {
                    throw StatusError.badRequest(kind + " in version \"" + type.version()
                            + "\" cannot be handled as a " + kind + ": strict decoding error: "
                            + String.join(", ", complaints));
                }
            }
            case "Ignore" -> {}
            default -> request.warnings().addAll(complaints);
        }
        return object;
    }

    private static void inNamespace(Target target, ObjectNode object) {
        ObjectNode meta = Meta.of(object);
        if (target.type().namespaced() && Meta.namespace(object).isEmpty()) {
            meta.put("namespace", target.namespace());
        }
        if (!Meta.namespace(object).equals(target.namespace())) {
            throw StatusError.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
    }
}
