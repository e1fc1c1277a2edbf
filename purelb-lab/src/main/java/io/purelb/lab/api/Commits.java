package io.purelb.lab.api;

import static io.purelb.lab.api.ResourceType.Trait.CUSTOM;
import static io.purelb.lab.api.ResourceType.Trait.GENERATION;
import static io.purelb.lab.api.ResourceType.Trait.STATUS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Puts decoded objects into the store: names, the server's fields, the kind's rules, generations. */
final class Commits {
    /** What the real server draws generated names from. */
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int LONGEST_PREFIX = 58;

    private final Store store;
    private final ResourceTypes types;
    private final Deletes deletes;
    private final int maxEvents;

    Commits(Store store, ResourceTypes types, Deletes deletes, int maxEvents) {
        this.store = store;
        this.types = types;
        this.deletes = deletes;
        this.maxEvents = maxEvents;
    }

    /** Creates an object whose fields have their owners. */
    ObjectNode insert(Target target, ObjectNode object, Request request) {
        ResourceType type = target.type();
        if (!Meta.version(object).isEmpty()) {
            throw StatusError.failed("resourceVersion should not be set on objects to be created");
        }
        synchronized (store) {
            requireNamespace(target);
            name(type, object);
            SystemFields.stamp(type, object);
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
            StringBuilder name = new StringBuilder(prefix.substring(0, Math.min(prefix.length(), LONGEST_PREFIX)));
            ThreadLocalRandom.current()
                    .ints(5, 0, SUFFIX_LETTERS.length())
                    .forEach(i -> name.append(SUFFIX_LETTERS.charAt(i)));
            Meta.of(object).put("name", name.toString());
        } while (store.get(type.storage(), Meta.key(object)) != null);
    }

    /** Puts {@code object} in the place of {@code old}, or refuses. */
    ObjectNode replace(Target target, ObjectNode old, ObjectNode object, Request request) {
        ResourceType type = target.type();
        FieldErrors errors = new FieldErrors();
        SystemFields.check(type, old, object, errors);
        ObjectNode next = target.status() ? statusOf(type, object, old) : object;
        SystemFields.keep(next, old);
        if (!target.status() && type.is(STATUS)) {
            Json.copy("status", old, next);
        }
        Names.check(type, next, errors);
        type.rules().update(next, old, errors);
        refuse(type, next, errors);
        if (type.is(GENERATION) && !contents(type, next).equals(contents(type, old))) {
            long generation = Json.at(old, "metadata", "generation").asLong();
            Meta.of(next).put("generation", generation + 1);
        }
        if (Meta.equalButTimes(next, old)) {
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

    /** What a write to the status subresource may change: the status, and a built-in kind's metadata. */
    private static ObjectNode statusOf(ResourceType type, ObjectNode object, ObjectNode old) {
        ObjectNode next = old.deepCopy();
        Json.copy("status", object, next);
        Json.copy("managedFields", Meta.of(object), Meta.of(next));
        if (!type.is(CUSTOM)) {
            Json.copy("metadata", object, next);
        }
        return next;
    }

    /** What the generation counts changes of. */
    private static ObjectNode contents(ResourceType type, ObjectNode object) {
        ObjectNode contents = Json.object();
        object.properties().forEach(field -> contents.set(field.getKey(), field.getValue()));
        return contents.remove(type.is(STATUS) ? List.of("metadata", "status") : List.of("metadata"));
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

    static void refuse(ResourceType type, ObjectNode object, FieldErrors errors) {
        if (!errors.isEmpty()) {
            throw StatusError.invalid(type, Meta.name(object), errors);
        }
    }
}
