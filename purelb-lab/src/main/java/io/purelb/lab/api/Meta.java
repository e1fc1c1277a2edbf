package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The metadata every object carries. */
final class Meta {
    private Meta() {}

    static ObjectNode of(ObjectNode object) {
        return Json.child(object, "metadata");
    }

    static String name(JsonNode object) {
        return Json.text(object, "metadata", "name");
    }

    static String namespace(JsonNode object) {
        return Json.text(object, "metadata", "namespace");
    }

    static String uid(JsonNode object) {
        return Json.text(object, "metadata", "uid");
    }

    static String version(JsonNode object) {
        return Json.text(object, "metadata", "resourceVersion");
    }

    static boolean isDeleting(JsonNode object) {
        return object.path("metadata").hasNonNull("deletionTimestamp");
    }

    static boolean hasFinalizers(JsonNode object) {
        return !Json.isEmpty(Json.at(object, "metadata", "finalizers"));
    }

    /** True if two objects differ in nothing but the times at which their fields' owners wrote last. */
    static boolean equalButTimes(ObjectNode a, ObjectNode b) {
        return a.equals(b) || withoutTimes(a).equals(withoutTimes(b));
    }

    private static ObjectNode withoutTimes(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        for (JsonNode entry : Json.at(copy, "metadata", "managedFields")) {
            ((ObjectNode) entry).remove("time");
        }
        return copy;
    }

    /** The key of an object among its like: {@code namespace/name}, or the name alone. Sorted as etcd sorts it. */
    static String key(String namespace, String name) {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    static String key(JsonNode object) {
        return key(namespace(object), name(object));
    }

    /** This moment as Kubernetes writes times: UTC, whole seconds. */
    static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
