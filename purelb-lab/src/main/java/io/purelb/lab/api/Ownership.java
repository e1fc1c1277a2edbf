package io.purelb.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purelb.lab.api.FieldManagers.Manager;
import java.util.List;
import java.util.Map;

/**
 * Server-side apply, and the record of who writes what that every other write leaves (API concepts, "Server-Side Apply";
 * KEP-555). Works on objects as their version shows them.
 */
final class Ownership {
    /** Owns what was there before the first apply, if nothing was recorded until then. */
    private static final String BEFORE = "before-first-apply";

    private static final String KUBECTL = "kubectl";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final ResourceType type;
    private final JsonNode schema;
    private final String subresource;
    private final List<String> reset;

    /** The rules of a resource, or of its status subresource. */
    Ownership(ResourceType type, boolean status) {
        this.type = type;
        this.schema = type.shape().fields();
        this.subresource = status ? "status" : "";
        this.reset = status
                ? (type.storage().equals(ResourceTypes.DEFINITIONS) ? List.of("metadata", "spec") : List.of("spec"))
                : type.is(ResourceType.Trait.STATUS) ? List.of("status") : List.of();
    }

    /** True if this server knows the type well enough to tell who owns its fields. */
    boolean isTracked() {
        return !schema.isMissingNode();
    }

    /** Records that {@code manager} made {@code after} of {@code before}, which is the empty object at a creation. */
    void update(JsonNode before, ObjectNode after, String manager) {
        if (!isTracked()) {
            Meta.of(after).remove("managedFields");
            return;
        }
        JsonNode sent = Json.at(after, "metadata", "managedFields");
        boolean forget = subresource.isEmpty() && isReset(sent);
        boolean given = subresource.isEmpty() && !Json.isEmpty(sent);
        JsonNode source = given ? sent : Json.at(before, "metadata", "managedFields");
        FieldManagers managers = FieldManagers.read(forget ? Json.array() : source);
        Meta.of(after).remove("managedFields");
        if (!managers.isEmpty() || Meta.uid(before).isEmpty()) {
            record(managers, before, after, new Manager(manager, false, type.apiVersion(), subresource));
        }
        managers.write(after);
    }

    /** An explicit list without anything in it. */
    private static boolean isReset(JsonNode sent) {
        return sent.isArray()
                && (sent.isEmpty() || (sent.size() == 1 && sent.get(0).isEmpty()));
    }

    private void record(FieldManagers managers, JsonNode before, JsonNode after, Manager manager) {
        FieldComparison change = FieldComparison.of(schema, before, after).without(reset);
        FieldSet touched = FieldManagers.ownable(change.touched());
        FieldSet own = managers.of(manager).minus(change.removed()).union(touched);
        managers.take(touched.union(change.removed()), List.of());
        if (!touched.isEmpty()) {
            managers.give(manager, own, type.apiVersion(), true);
        }
    }

    /**
     * What becomes of the live object when {@code manager} applies that configuration.
     *
     * @param live the object, or the empty one when there is none yet
     * @throws StatusError 409 with a cause per field when others own what the configuration changes and it is not forced
     */
    ObjectNode apply(ObjectNode live, ObjectNode applied, String manager, boolean force) {
        if (!isTracked()) {
            throw StatusError.notImitated("server-side apply of " + type.qualified());
        }
        if (applied.path("metadata").has("managedFields")) {
            throw StatusError.badRequest("metadata.managedFields must be nil");
        }
        List<String> faults = FieldSchema.faults(schema, applied, "");
        if (!faults.isEmpty()) {
            throw untyped(applied, faults.size() == 1 ? faults.get(0) : "errors:\n  " + String.join("\n  ", faults));
        }
        FieldManagers managers = FieldManagers.read(Json.at(live, "metadata", "managedFields"));
        ObjectNode before = live.deepCopy();
        Meta.of(before).remove("managedFields");
        if (managers.isEmpty() && !Meta.uid(live).isEmpty()) {
            record(managers, type.shape().empty(), before, new Manager(BEFORE, false, type.apiVersion(), subresource));
        }
        Manager self = new Manager(manager, true, "", subresource);
        FieldSet last = managers.of(self);
        FieldSet own = FieldSchema.of(schema, applied).without(reset);
        JsonNode merged = FieldMerge.merge(schema, before, applied);
        ObjectNode result =
                (ObjectNode) prune(merged, last, managers.allBut(self).union(own));
        FieldComparison change = FieldComparison.of(schema, before, result).without(reset);
        FieldSet contested = change.touched().minus(manager.equals(KUBECTL) ? fromLastApplied(before) : new FieldSet());
        Map<Manager, FieldSet> conflicts = managers.ownersOf(contested, self);
        if (!force && !conflicts.isEmpty()) {
            throw StatusError.applyConflict(conflicts);
        }
        managers.give(self, own, type.apiVersion(), !result.equals(before));
        managers.take(change.touched().union(change.removed()), List.of(self));
        managers.write(result);
        if (manager.equals(KUBECTL) && !lastApplied(result).isEmpty()) {
            Json.child(Meta.of(result), "annotations").put(LAST_APPLIED, Json.sorted(applied) + "\n");
        }
        return result;
    }

    private static String lastApplied(JsonNode object) {
        return Json.text(object, "metadata", "annotations", LAST_APPLIED);
    }

    /** What kubectl's client-side apply wrote and nobody has changed since: its server-side apply may have it. */
    private FieldSet fromLastApplied(ObjectNode live) {
        JsonNode last;
        try {
            last = Json.read(lastApplied(live));
        } catch (JsonProcessingException e) {
            return new FieldSet();
        }
        FieldComparison since = FieldComparison.of(schema, last, live);
        return FieldSchema.of(schema, last).minus(since.touched().union(since.removed()));
    }

    private static StatusError untyped(ObjectNode applied, String why) {
        String version = Json.text(applied, "apiVersion");
        return StatusError.failed("failed to create typed patch object (" + Meta.namespace(applied) + "/"
                + Meta.name(applied) + "; " + (version.contains("/") ? "" : "/") + version + ", Kind="
                + Json.text(applied, "kind") + "): " + why);
    }

    /** Removes what the manager applied last time, does not apply now, and nobody else owns. */
    private JsonNode prune(JsonNode merged, FieldSet last, FieldSet owned) {
        if (last.isEmpty()) {
            return merged;
        }
        FieldSet lastNamed = last.withNamedParents(schema);
        JsonNode pruned = FieldSchema.remove(schema, merged, lastNamed);
        FieldSet all = FieldSchema.of(schema, merged).withNamedParents(schema);
        FieldSet kept = FieldSchema.of(schema, pruned).withNamedParents(schema);
        pruned = FieldSchema.remove(schema, merged, all.minus(kept.union(owned.withNamedParents(schema))));
        kept = FieldSchema.of(schema, pruned).withNamedParents(schema);
        return FieldSchema.remove(schema, merged, all.minus(kept).and(lastNamed));
    }
}
