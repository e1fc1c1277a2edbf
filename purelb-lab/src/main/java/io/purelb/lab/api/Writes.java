package io.purelb.lab.api;

import static io.purelb.lab.api.ResourceType.Trait.CREATE_ON_UPDATE;
import static io.purelb.lab.api.ResourceType.Trait.CUSTOM;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Create, update and patch: what becomes of an object between the request and the store. */
final class Writes {
    private final Store store;
    private final Commits commits;

    Writes(Store store, Commits commits) {
        this.store = store;
        this.commits = commits;
    }

    ObjectNode create(Target target, ObjectNode sent, Request request) {
        ObjectNode object = Decoder.decode(target, sent, request);
        Meta.of(object).remove(List.of("deletionTimestamp", "deletionGracePeriodSeconds"));
        own(target, target.type().shape().empty(), object, request);
        return commits.insert(target, object, request);
    }

    /** Records in {@code object} whose work it is that it differs from {@code before}, a shown object. */
    private static void own(Target target, ObjectNode before, ObjectNode object, Request request) {
        ObjectNode shown = target.type().present(object);
        new Ownership(target.type(), target.status()).update(before, shown, request.manager());
        Json.copy("managedFields", Meta.of(shown), Meta.of(object));
    }

    /** What an update left behind, and whether it made it. */
    record Written(ObjectNode object, boolean created) {}

    Written update(Target target, ObjectNode sent, Request request) {
        ObjectNode object = Decoder.decode(target, sent, request);
        synchronized (store) {
            ObjectNode old = store.get(target.type().storage(), target.key());
            if (old == null && target.type().is(CREATE_ON_UPDATE) && !target.status()) {
                ObjectNode fresh = sent.deepCopy();
                Meta.of(fresh).remove("resourceVersion");
                return new Written(create(target, fresh, request), true);
            }
            ObjectNode found = existing(target);
            own(target, target.type().present(found), object, request);
            return new Written(commits.replace(target, found, object, request), false);
        }
    }

    Written patch(Target target, Request request) {
        Patches.checkForm(target.type(), request.contentType());
        if (request.isApply()) {
            return apply(target, request);
        }
        synchronized (store) {
            ObjectNode old = existing(target);
            ObjectNode shown = target.type().present(old);
            ObjectNode patched = Patches.apply(target.type(), request.contentType(), shown, request::json);
            ObjectNode object = Decoder.decode(target, patched, request);
            if (!Meta.uid(object).isEmpty() && !Meta.uid(object).equals(Meta.uid(old))) {
                FieldErrors errors = new FieldErrors();
                errors.invalid("metadata.uid", Json.at(object, "metadata", "uid"), "field is immutable");
                errors.invalid("metadata.uid", Json.at(object, "metadata", "uid"), "field is immutable");
                Commits.refuse(target.type(), object, errors);
            }
            own(target, shown, object, request);
            return new Written(commits.replace(target, old, object, request), false);
        }
    }

    /** Server-side apply: makes the object what the configuration says, or creates it. */
    private Written apply(Target target, Request request) {
        ResourceType type = target.type();
        ObjectNode applied = request.applied(type);
        checkApplied(target, applied);
        synchronized (store) {
            ObjectNode old = store.get(type.storage(), target.key());
            if (old == null && target.status() && type.is(CUSTOM)) {
                throw StatusError.notFound(type, target.name());
            }
            ObjectNode live = old == null ? type.shape().empty() : type.present(old);
            ObjectNode result =
                    new Ownership(type, target.status()).apply(live, applied, request.manager(), request.flag("force"));
            ObjectNode object = Decoder.decode(target, result, request);
            return old == null
                    ? new Written(commits.insert(target, object, request), true)
                    : new Written(commits.replace(target, old, object, request), false);
        }
    }

    private static void checkApplied(Target target, ObjectNode applied) {
        String apiVersion = Json.text(applied, "apiVersion");
        String kind = Json.text(applied, "kind");
        if (!apiVersion.equals(target.type().apiVersion())
                || !kind.equals(target.type().kind())) {
            String group = apiVersion.contains("/") ? apiVersion : "/" + apiVersion;
            throw StatusError.badRequest("invalid object type: " + group + ", Kind=" + kind);
        }
        if (!Meta.name(applied).isEmpty() && !Meta.name(applied).equals(target.name())) {
            throw SystemFields.otherName(Meta.name(applied), target.name());
        }
    }

    ObjectNode existing(Target target) {
        ObjectNode object = store.get(target.type().storage(), target.key());
        if (object == null) {
            throw StatusError.notFound(target.type(), target.name());
        }
        return object;
    }
}
