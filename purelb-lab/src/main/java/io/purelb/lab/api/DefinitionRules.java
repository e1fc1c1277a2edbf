package io.purelb.lab.api;

import static io.purelb.lab.api.ResourceType.Trait.CUSTOM;
import static io.purelb.lab.api.ResourceType.Trait.GENERATION;
import static io.purelb.lab.api.ResourceType.Trait.NAMESPACED;
import static io.purelb.lab.api.ResourceType.Trait.STATUS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purelb.lab.api.ResourceType.Trait;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** CustomResourceDefinitions: checked, established at once, and their resources served from then on. */
final class DefinitionRules implements Rules {
    private final ResourceTypes types;
    private final Store store;

    DefinitionRules(ResourceTypes types, Store store) {
        this.types = types;
        this.store = store;
    }

    @Override
    public void create(ObjectNode definition, FieldErrors errors) {
        complete(definition, errors);
        if (!errors.isEmpty()) {
            return;
        }
        ObjectNode status = definition.putObject("status");
        status.set("acceptedNames", Json.at(definition, "spec", "names").deepCopy());
        ArrayNode conditions = status.putArray("conditions");
        condition(conditions, "NamesAccepted", "NoConflicts", "no conflicts found");
        condition(conditions, "Established", "InitialNamesAccepted", "the initial names have been accepted");
        storedVersions(definition);
    }

    @Override
    public void update(ObjectNode definition, ObjectNode old, FieldErrors errors) {
        complete(definition, errors);
        for (String field : List.of("group", "scope")) {
            if (!Json.at(definition, "spec", field).equals(Json.at(old, "spec", field))) {
                errors.invalid("spec." + field, Json.at(definition, "spec", field), "field is immutable");
            }
        }
        if (errors.isEmpty()) {
            storedVersions(definition);
        }
    }

    private static void condition(ArrayNode conditions, String type, String reason, String message) {
        conditions
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", Meta.now());
    }

    private static void storedVersions(ObjectNode definition) {
        List<String> stored = Json.texts(Json.at(definition, "status", "storedVersions"));
        for (JsonNode version : Json.at(definition, "spec", "versions")) {
            String name = Json.text(version, "name");
            if (version.path("storage").asBoolean() && !stored.contains(name)) {
                stored.add(name);
            }
        }
        Json.put(Json.child(definition, "status"), "storedVersions", stored);
    }

    private void complete(ObjectNode definition, FieldErrors errors) {
        ObjectNode spec = Json.child(definition, "spec");
        ObjectNode names = Json.child(spec, "names");
        for (String field : List.of("plural", "kind")) {
            if (Json.text(names, field).isEmpty()) {
                errors.required("spec.names." + field, "");
            }
        }
        if (Json.text(spec, "group").isEmpty()) {
            errors.required("spec.group", "");
        }
        String kind = Json.text(names, "kind");
        if (Json.text(names, "singular").isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (Json.text(names, "listKind").isEmpty()) {
            names.put("listKind", kind + "List");
        }
        String expected = Json.text(names, "plural") + "." + Json.text(spec, "group");
        if (!Meta.name(definition).equals(expected)) {
            errors.invalid(
                    "metadata.name",
                    Json.at(definition, "metadata", "name"),
                    "must be spec.names.plural+\".\"+spec.group");
        }
        if (!List.of("Cluster", "Namespaced").contains(Json.text(spec, "scope"))) {
            errors.unsupported("spec.scope", spec.path("scope"), List.of("Cluster", "Namespaced"));
        }
        ObjectNode conversion = Json.child(spec, "conversion");
        if (!conversion.path("strategy").asText("None").equals("None")) {
            errors.forbidden("spec.conversion.strategy", "this lab API server does not imitate conversion webhooks");
        }
        conversion.put("strategy", "None");
        versions(spec.path("versions"), errors);
    }

    private static void versions(JsonNode versions, FieldErrors errors) {
        int storage = 0;
        for (int i = 0; i < versions.size(); i++) {
            JsonNode version = versions.get(i);
            storage += version.path("storage").asBoolean() ? 1 : 0;
            String field = "spec.versions[" + i + "].schema.openAPIV3Schema";
            JsonNode schema = Json.at(version, "schema", "openAPIV3Schema");
            if (!schema.isObject()) {
                errors.required(field, "schemas are required");
            } else if (!Json.text(schema, "type").equals("object")) {
                errors.invalid(field + ".type", schema.path("type"), "must be object at the root");
            } else {
                rules(schema, field, errors);
            }
        }
        if (storage != 1) {
            errors.invalid("spec.versions", versions, "must have exactly one version marked as storage version");
        }
    }

    private static void rules(JsonNode schema, String field, FieldErrors errors) {
        try {
            new CustomRules(schema);
        } catch (CelException e) {
            errors.forbidden(field, e.getMessage());
        }
    }

    @Override
    public void committed(@Nullable ObjectNode before, @Nullable ObjectNode after) {
        List<ResourceType> served = after == null ? List.of() : resources(after);
        served.forEach(types::add);
        if (before != null) {
            Set<String> kept = served.stream().map(ResourceType::version).collect(Collectors.toSet());
            resources(before).stream()
                    .filter(type -> !kept.contains(type.version()))
                    .forEach(types::remove);
        }
        if (after == null && before != null) {
            store.endWatches(Meta.name(before));
        }
    }

    private static List<ResourceType> resources(JsonNode definition) {
        List<ResourceType> resources = new ArrayList<>();
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        for (JsonNode version : spec.path("versions")) {
            if (version.path("served").asBoolean()) {
                CustomShape shape = new CustomShape(
                        Json.at(version, "schema", "openAPIV3Schema"),
                        Json.text(spec, "group") + "/" + Json.text(version, "name"),
                        Json.text(names, "kind"));
                resources.add(new ResourceType(
                        Json.text(spec, "group"),
                        Json.text(version, "name"),
                        Json.text(names, "kind"),
                        Json.text(names, "plural"),
                        Json.text(names, "singular"),
                        Json.texts(names.path("shortNames")),
                        Json.texts(names.path("categories")),
                        Meta.name(definition),
                        traits(spec, version),
                        selectable(version),
                        CustomColumns.of(version.path("additionalPrinterColumns")),
                        shape,
                        shape));
            }
        }
        return resources;
    }

    private static Set<Trait> traits(JsonNode spec, JsonNode version) {
        Set<Trait> traits = EnumSet.of(CUSTOM, GENERATION);
        if (Json.text(spec, "scope").equals("Namespaced")) {
            traits.add(NAMESPACED);
        }
        if (Json.at(version, "subresources", "status").isObject()) {
            traits.add(STATUS);
        }
        return traits;
    }

    private static Map<String, String> selectable(JsonNode version) {
        Map<String, String> fields = new HashMap<>();
        for (JsonNode field : version.path("selectableFields")) {
            String path = Json.text(field, "jsonPath").replaceFirst("^\\.", "");
            fields.put(path, path);
        }
        return fields;
    }
}
