package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of field paths, as managed fields record them (API reference, {@code FieldsV1}): a tree whose edges are path
 * elements ({@code f:name}, {@code k:{"port":80}}, {@code v:"item"}) and whose nodes are in the set or only on the way.
 */
final class FieldSet {
    /** Names, then keys, then values, as the real server sorts. */
    private static final Comparator<String> ORDER = Comparator.comparing(
                    (String element) -> "fkvi".indexOf(element.charAt(0)))
            .thenComparing(e -> e);

    private final Map<String, FieldSet> children = new TreeMap<>(ORDER);
    private boolean member;

    /** Reads the JSON form. */
    static FieldSet read(JsonNode fields) {
        FieldSet set = new FieldSet();
        fields.properties().forEach(field -> {
            if (field.getKey().equals(".")) {
                set.member = true;
            } else {
                FieldSet child = read(field.getValue());
                child.member |= field.getValue().isEmpty();
                set.children.put(field.getKey(), child);
            }
        });
        return set;
    }

    /** Writes the JSON form. */
    ObjectNode write() {
        ObjectNode fields = Json.object();
        if (member && !children.isEmpty()) {
            fields.putObject(".");
        }
        children.forEach((element, child) -> fields.set(element, child.write()));
        return fields;
    }

    /** The element of a field's name. */
    static String field(String name) {
        return "f:" + name;
    }

    /** The node below, made if there is none. */
    FieldSet descend(String element) {
        return children.computeIfAbsent(element, name -> new FieldSet());
    }

    /** Puts the node itself into the set. */
    void include() {
        member = true;
    }

    boolean isMember() {
        return member;
    }

    /** The part of the set below that element, empty if there is none. */
    FieldSet below(String element) {
        FieldSet child = children.get(element);
        return child == null ? new FieldSet() : child;
    }

    boolean isEmpty() {
        return !member && children.values().stream().allMatch(FieldSet::isEmpty);
    }

    boolean hasBelow() {
        return children.values().stream().anyMatch(child -> !child.isEmpty());
    }

    FieldSet union(FieldSet other) {
        return combine(this, other, (a, b) -> a || b);
    }

    FieldSet minus(FieldSet other) {
        return combine(this, other, (a, b) -> a && !b);
    }

    FieldSet and(FieldSet other) {
        return combine(this, other, (a, b) -> a && b);
    }

    /** The set without those top-level fields and all below them. */
    FieldSet without(List<String> fields) {
        FieldSet rest = combine(this, new FieldSet(), (a, b) -> a);
        fields.forEach(field -> rest.children.remove(field(field)));
        return rest;
    }

    private interface Choice {
        boolean takes(boolean inFirst, boolean inSecond);
    }

    private static FieldSet combine(@Nullable FieldSet a, @Nullable FieldSet b, Choice choice) {
        FieldSet result = new FieldSet();
        result.member = choice.takes(a != null && a.member, b != null && b.member);
        Map<String, FieldSet> all = new TreeMap<>(ORDER);
        if (b != null) {
            all.putAll(b.children);
        }
        if (a != null) {
            all.putAll(a.children);
        }
        for (String element : all.keySet()) {
            FieldSet child = combine(
                    a == null ? null : a.children.get(element), b == null ? null : b.children.get(element), choice);
            if (!child.isEmpty()) {
                result.children.put(element, child);
            }
        }
        return result;
    }

    /** The set, with the fields that a schema names added wherever something below them is in it. */
    FieldSet withNamedParents(JsonNode schema) {
        FieldSet result = new FieldSet();
        result.member = member;
        children.forEach((element, child) -> {
            FieldSet copy = child.withNamedParents(FieldSchema.below(schema, element));
            copy.member |= FieldSchema.isNamed(schema, element) && child.hasBelow();
            result.children.put(element, copy);
        });
        return result;
    }

    /** All members as texts such as {@code .spec.ports[port=80,protocol="TCP"].name}, those of a level first. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        addPaths("", paths);
        return paths;
    }

    private void addPaths(String prefix, List<String> paths) {
        children.forEach((element, child) -> {
            if (child.member) {
                paths.add(prefix + show(element));
            }
        });
        children.forEach((element, child) -> child.addPaths(prefix + show(element), paths));
    }

    private static String show(String element) {
        String rest = element.substring(2);
        if (!element.startsWith("k:")) {
            return element.startsWith("f:") ? "." + rest : "[" + (element.startsWith("v:") ? "=" : "") + rest + "]";
        }
        List<String> keys = new ArrayList<>();
        Json.constant(rest).properties().forEach(key -> keys.add(key.getKey() + "=" + key.getValue()));
        return "[" + String.join(",", keys) + "]";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldSet set && member == set.member && children.equals(set.children);
    }

    @Override
    public int hashCode() {
        return children.hashCode() * 2 + (member ? 1 : 0);
    }
}
