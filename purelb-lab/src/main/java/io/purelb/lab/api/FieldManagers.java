package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who owns which fields of an object: its {@code metadata.managedFields}, to be changed and written back. */
final class FieldManagers {
    /** Beyond this number of updating managers the oldest are put together. */
    private static final int MAX_UPDATERS = 10;

    private static final String ANCIENT = "ancient-changes";

    /** Fields that nobody owns: identity, and what the server alone writes. */
    private static final FieldSet NOBODYS = FieldSet.read(Json.constant("""
            {"f:apiVersion": {}, "f:kind": {}, "f:metadata": {".": {}, "f:name": {}, "f:namespace": {},
             "f:creationTimestamp": {}, "f:selfLink": {}, "f:uid": {}, "f:clusterName": {}, "f:generation": {},
             "f:managedFields": {}, "f:resourceVersion": {}}}
            """));

    /**
     * One that writes.
     *
     * @param applies true for server-side apply, false for all other writes
     * @param apiVersion empty for one that applies: it is the same in all versions
     * @param subresource empty for the object itself
     */
    record Manager(String name, boolean applies, String apiVersion, String subresource) {
        @Override
        public String toString() {
            return '"'
                    + name
                    + '"'
                    + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + '"')
                    + (applies ? "" : " using " + apiVersion);
        }
    }

    /** What a manager owns, in which version's terms and since when. */
    private record Share(FieldSet fields, String apiVersion, String time) {}

    private final Map<Manager, Share> shares = new LinkedHashMap<>();

    static FieldManagers read(JsonNode managedFields) {
        FieldManagers managers = new FieldManagers();
        for (JsonNode entry : managedFields) {
            boolean applies = Json.text(entry, "operation").equals("Apply");
            String apiVersion = Json.text(entry, "apiVersion");
            Manager manager = new Manager(
                    Json.text(entry, "manager"), applies, applies ? "" : apiVersion, Json.text(entry, "subresource"));
            FieldSet fields = FieldSet.read(entry.path("fieldsV1"));
            managers.shares.put(manager, new Share(fields, apiVersion, Json.text(entry, "time")));
        }
        return managers;
    }

    /** Writes them into the object, appliers first, then by age. */
    void write(ObjectNode object) {
        ObjectNode meta = Meta.of(object);
        if (shares.isEmpty()) {
            meta.remove("managedFields");
            return;
        }
        ArrayNode entries = meta.putArray("managedFields");
        Comparator<Map.Entry<Manager, Share>> order =
                Comparator.comparing(e -> !e.getKey().applies());
        shares.entrySet().stream()
                .sorted(order.thenComparing(e -> e.getValue().time())
                        .thenComparing(e -> e.getKey().name())
                        .thenComparing(e -> e.getValue().apiVersion())
                        .thenComparing(e -> e.getKey().subresource()))
                .forEach(entry -> {
                    Manager manager = entry.getKey();
                    ObjectNode written = entries.addObject()
                            .put("manager", manager.name())
                            .put("operation", manager.applies() ? "Apply" : "Update")
                            .put("apiVersion", entry.getValue().apiVersion())
                            .put("fieldsType", "FieldsV1");
                    if (!entry.getValue().time().isEmpty()) {
                        written.put("time", entry.getValue().time());
                    }
                    written.set("fieldsV1", entry.getValue().fields().write());
                    if (!manager.subresource().isEmpty()) {
                        written.put("subresource", manager.subresource());
                    }
                });
    }

    /** Those of the fields that can have an owner. */
    static FieldSet ownable(FieldSet fields) {
        return fields.minus(NOBODYS);
    }

    boolean isEmpty() {
        return shares.isEmpty();
    }

    FieldSet of(Manager manager) {
        Share share = shares.get(manager);
        return share == null ? new FieldSet() : share.fields();
    }

    /** What all but that one own together. */
    FieldSet allBut(Manager except) {
        return shares.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(except))
                .map(entry -> entry.getValue().fields())
                .reduce(new FieldSet(), FieldSet::union);
    }

    /** What others own of those fields. */
    Map<Manager, FieldSet> ownersOf(FieldSet fields, Manager except) {
        Map<Manager, FieldSet> owners = new LinkedHashMap<>();
        shares.forEach((manager, share) -> {
            FieldSet common = share.fields().and(fields);
            if (!manager.equals(except) && !common.isEmpty()) {
                owners.put(manager, common);
            }
        });
        return owners;
    }

    /** Takes those fields from everybody. */
    void take(FieldSet fields, List<Manager> except) {
        shares.replaceAll((manager, share) -> except.contains(manager)
                ? share
                : new Share(share.fields().minus(fields), share.apiVersion(), share.time()));
        shares.values().removeIf(share -> share.fields().isEmpty());
    }

    /** Makes those fields what the manager owns; its time changes only when the object does. */
    void give(Manager manager, FieldSet fields, String apiVersion, boolean changed) {
        FieldSet owned = ownable(fields);
        Share before = shares.remove(manager);
        String time = changed ? Meta.now() : before == null ? "" : before.time();
        if (!owned.isEmpty()) {
            shares.put(manager, new Share(owned, apiVersion, time));
        }
        if (!manager.applies()) {
            cap();
        }
    }

    private void cap() {
        List<Map.Entry<Manager, Share>> updaters = shares.entrySet().stream()
                .filter(entry -> !entry.getKey().applies())
                .sorted(Comparator.comparing((Map.Entry<Manager, Share> entry) ->
                                entry.getValue().time())
                        .thenComparing(entry -> entry.getKey().name()))
                .toList();
        if (updaters.size() <= MAX_UPDATERS) {
            return;
        }
        Map.Entry<Manager, Share> first = updaters.get(0);
        Share second = updaters.get(1).getValue();
        shares.remove(first.getKey());
        shares.remove(updaters.get(1).getKey());
        FieldSet together = first.getValue().fields().union(second.fields());
        Manager bucket = new Manager(ANCIENT, false, second.apiVersion(), "");
        shares.put(bucket, new Share(together, second.apiVersion(), second.time()));
    }
}
