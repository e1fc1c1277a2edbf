package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of a custom resource's schema, {@code x-kubernetes-validations} ("Extend the Kubernetes API with
 * CustomResourceDefinitions", "Validation rules"), at the schema node that carries them and at all below.
 */
final class CustomRules {
    /** Structural faults that leave rules unchecked. */
    private static final List<String> BLOCKING = List.of(
            "FieldValueNotSupported",
            "FieldValueRequired",
            "FieldValueTooLong",
            "FieldValueTooMany",
            "FieldValueTypeInvalid");

    private record Rule(Cel.Node condition, boolean transition, Optional<Cel.Node> message, JsonNode source) {
        String text() {
            String message = Json.text(source, "message").strip();
            return message.isEmpty()
                    ? "failed rule: " + Json.text(source, "rule").strip()
                    : message;
        }
    }

    private final JsonNode schema;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, CustomRules> properties = new HashMap<>();
    private final Optional<CustomRules> items;
    private final Optional<CustomRules> others;

    /** @throws CelException for a rule that this server cannot evaluate */
    CustomRules(JsonNode schema) {
        this.schema = schema;
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            rules.add(read(rule));
        }
        schema.path("properties").properties().forEach(property -> {
            CustomRules below = new CustomRules(property.getValue());
            if (!below.isEmpty()) {
                properties.put(property.getKey(), below);
            }
        });
        this.items = below(schema.path("items"));
        this.others = below(schema.path("additionalProperties"));
    }

    private static Optional<CustomRules> below(JsonNode schema) {
        return schema.isObject() ? Optional.of(new CustomRules(schema)).filter(r -> !r.isEmpty()) : Optional.empty();
    }

    private static Rule read(JsonNode rule) {
        if (rule.path("optionalOldSelf").asBoolean()) {
            throw CelException.syntax("optionalOldSelf");
        }
        String text = Json.text(rule, "rule");
        String message = Json.text(rule, "messageExpression");
        return new Rule(
                Cel.parse(text),
                text.matches("(?s).*\\boldSelf\\b.*"),
                message.isEmpty() ? Optional.empty() : Optional.of(Cel.parse(message)),
                rule);
    }

    boolean isEmpty() {
        return rules.isEmpty() && properties.isEmpty() && items.isEmpty() && others.isEmpty();
    }

    /** Checks an object whose structure has been checked with those errors; {@code old} is missing at a creation. */
    void check(JsonNode object, JsonNode old, FieldErrors errors) {
        if (isEmpty()) {
            return;
        }
        if (errors.list().stream().anyMatch(error -> BLOCKING.contains(error.reason()))) {
            errors.invalidText(
                    "<nil>",
                    "\"null\"",
                    "some validation rules were not checked because the object was invalid; correct the existing errors"
                            + " to complete validation");
            return;
        }
        check(object, old, "", errors);
    }

    private void check(JsonNode value, JsonNode old, String path, FieldErrors errors) {
        if (value.isNull() || value.isMissingNode()) {
            return;
        }
        rules.forEach(rule -> check(rule, value, old, path, errors));
        properties.forEach((name, below) -> below.check(value.path(name), old.path(name), join(path, name), errors));
        others.ifPresent(below -> value.properties().forEach(field -> {
            if (!schema.path("properties").has(field.getKey())) {
                String place = path + "[" + field.getKey() + "]";
                below.check(field.getValue(), old.path(field.getKey()), place, errors);
            }
        }));
        for (int i = 0; items.isPresent() && i < value.size(); i++) {
            items.get().check(value.get(i), counterpart(value.get(i), old), path + "[" + i + "]", errors);
        }
    }

    /** The old item with the same keys; items of other lists have no past. */
    private JsonNode counterpart(JsonNode item, JsonNode old) {
        if (Json.text(schema, "x-kubernetes-list-type").equals("map")) {
            List<String> keys = Json.texts(schema.path("x-kubernetes-list-map-keys"));
            for (JsonNode candidate : old) {
                if (keys.stream().allMatch(key -> candidate.path(key).equals(item.path(key)))) {
                    return candidate;
                }
            }
        }
        return MissingNode.getInstance();
    }

    private void check(Rule rule, JsonNode value, JsonNode old, String path, FieldErrors errors) {
        boolean past = !old.isMissingNode() && !old.isNull();
        // What an update leaves as it was may break a rule that came later.
        if (rule.transition() ? !past : value.equals(old)) {
            return;
        }
        Cel.Scope scope = new Cel.Scope("self", CelValues.of(schema, value), null);
        if (past) {
            scope = new Cel.Scope("oldSelf", CelValues.of(schema, old), scope);
        }
        String type = '"' + Json.text(schema, "type") + '"';
        try {
            if (!CelValues.bool(rule.condition().value(scope))) {
                String field = join(path, Json.text(rule.source(), "fieldPath").replaceFirst("^\\.", ""));
                refuse(Json.text(rule.source(), "reason"), field, type, message(rule, scope), errors);
            }
        } catch (CelException e) {
            String what = Json.text(rule.source(), "message").isEmpty()
                    ? Json.text(rule.source(), "rule")
                    : Json.text(rule.source(), "message");
            errors.invalidText(shown(path), type, e.getMessage() + " evaluating rule: " + what);
        }
    }

    private static String message(Rule rule, Cel.Scope scope) {
        try {
            return rule.message()
                    .map(node -> node.value(scope))
                    .filter(String.class::isInstance)
                    .map(text -> text.toString().strip())
                    .filter(text -> !text.isEmpty() && text.indexOf('\n') < 0)
                    .orElseGet(rule::text);
        } catch (CelException e) {
            return rule.text();
        }
    }

    private static void refuse(String reason, String field, String type, String message, FieldErrors errors) {
        String place = shown(field);
        switch (reason) {
            case "FieldValueForbidden" -> errors.forbidden(place, message);
            case "FieldValueRequired" -> errors.required(place, message);
            default -> errors.invalidText(place, type, message);
        }
    }

    private static String shown(String path) {
        return path.isEmpty() ? "<nil>" : path;
    }

    private static String join(String path, String field) {
        return path.isEmpty() || field.isEmpty() ? path + field : path + "." + field;
    }
}
