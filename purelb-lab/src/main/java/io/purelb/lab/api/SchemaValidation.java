package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks a value against a structural schema, in the real server's words: type, nullable, required, enum, pattern,
 * bounds of numbers, lengths and counts, list sets and maps, allOf, anyOf, oneOf, not. Formats and CEL rules
 * ({@code x-kubernetes-validations}) are not checked.
 */
final class SchemaValidation {
    private SchemaValidation() {}

    static void check(JsonNode schema, JsonNode value, String path, FieldErrors errors) {
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        if (!isOfType(schema, value)) {
            errors.type(path, typeName(value), expected(schema));
            return;
        }
        enumeration(schema, value, path, errors);
        if (value.isTextual()) {
            text(schema, value, path, errors);
        } else if (value.isNumber()) {
            number(schema, value, path, errors);
        } else if (value instanceof ArrayNode array) {
            list(schema, array, path, errors);
        } else if (value.isObject()) {
            object(schema, value, path, errors);
        }
        combinations(schema, value, path, errors);
    }

    private static boolean isOfType(JsonNode schema, JsonNode value) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return value.isIntegralNumber() || value.isTextual();
        }
        return switch (Json.text(schema, "type")) {
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "number" -> value.isNumber();
            case "integer" ->
                value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> !value.isNull();
        };
    }

    private static String expected(JsonNode schema) {
        return schema.path("x-kubernetes-int-or-string").asBoolean() ? "integer,string" : Json.text(schema, "type");
    }

    private static String typeName(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case NULL, MISSING -> "null";
            case STRING, BINARY -> "string";
        };
    }

    private static void enumeration(JsonNode schema, JsonNode value, String path, FieldErrors errors) {
        JsonNode allowed = schema.path("enum");
        boolean found = allowed.isMissingNode();
        for (JsonNode candidate : allowed) {
            found |= candidate.equals(value);
        }
        if (!found) {
            errors.unsupported(path, value, Json.texts(allowed));
        }
    }

    private static void text(JsonNode schema, JsonNode value, String path, FieldErrors errors) {
        int length = value.asText().codePointCount(0, value.asText().length());
        if (schema.has("maxLength") && length > schema.path("maxLength").asInt()) {
            errors.tooLong(path, schema.path("maxLength").asInt());
            return;
        }
        if (length < schema.path("minLength").asInt()) {
            String least = schema.path("minLength").asText();
            errors.invalid(path, value, path + " in body should be at least " + least + " chars long");
            return;
        }
        String pattern = Json.text(schema, "pattern");
        if (!pattern.isEmpty()
                && !Pattern.compile(pattern).matcher(value.asText()).find()) {
            errors.invalid(path, value, path + " in body should match '" + pattern + "'");
        }
    }

    private static void number(JsonNode schema, JsonNode value, String path, FieldErrors errors) {
        BigDecimal number = value.decimalValue();
        if (schema.has("minimum")) {
            int comparison = number.compareTo(schema.path("minimum").decimalValue());
            boolean exclusive = schema.path("exclusiveMinimum").asBoolean();
            if (comparison < 0 || (exclusive && comparison == 0)) {
                errors.invalid(path, value, bound(path, "greater than", exclusive, schema.path("minimum")));
            }
        }
        if (schema.has("maximum")) {
            int comparison = number.compareTo(schema.path("maximum").decimalValue());
            boolean exclusive = schema.path("exclusiveMaximum").asBoolean();
            if (comparison > 0 || (exclusive && comparison == 0)) {
                errors.invalid(path, value, bound(path, "less than", exclusive, schema.path("maximum")));
            }
        }
        if (schema.has("multipleOf")
                && number.remainder(schema.path("multipleOf").decimalValue()).signum() != 0) {
            errors.invalid(path, value, path + " in body should be a multiple of " + Json.text(schema, "multipleOf"));
        }
    }

    private static String bound(String path, String relation, boolean exclusive, JsonNode limit) {
        String number = limit.decimalValue().stripTrailingZeros().toPlainString();
        return path + " in body should be " + relation + (exclusive ? " " : " or equal to ") + number;
    }

    private static void list(JsonNode schema, ArrayNode list, String path, FieldErrors errors) {
        if (schema.has("maxItems") && list.size() > schema.path("maxItems").asInt()) {
            errors.tooMany(path, list.size(), schema.path("maxItems").asInt());
        }
        if (list.size() < schema.path("minItems").asInt()) {
            String least = schema.path("minItems").asText();
            errors.invalid(
                    path, IntNode.valueOf(list.size()), path + " in body should have at least " + least + " items");
        }
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            String field = path + "[" + i + "]";
            check(schema.path("items"), item, field, errors);
            if (!seen.add(identity(schema, item, seen.size()))) {
                errors.duplicate(field, item);
            }
        }
    }

    /** What must not occur twice: the item of a set, the keys of a map's item; nothing in other lists. */
    private static Object identity(JsonNode schema, JsonNode item, int unique) {
        return switch (Json.text(schema, "x-kubernetes-list-type")) {
            case "set" -> item;
            case "map" ->
                Json.texts(schema.path("x-kubernetes-list-map-keys")).stream()
                        .map(key -> item.path(key).toString())
                        .toList();
            default -> unique;
        };
    }

    private static void object(JsonNode schema, JsonNode object, String path, FieldErrors errors) {
        for (String name : Json.texts(schema.path("required"))) {
            if (!object.has(name)) {
                errors.required(join(path, name), "");
            }
        }
        if (schema.has("maxProperties")
                && object.size() > schema.path("maxProperties").asInt()) {
            errors.tooMany(path, object.size(), schema.path("maxProperties").asInt());
        }
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        object.properties().forEach(field -> {
            JsonNode known = properties.path(field.getKey());
            JsonNode rule = known.isObject() ? known : others;
            if (rule.isObject()) {
                check(rule, field.getValue(), join(path, field.getKey()), errors);
            }
        });
    }

    private static void combinations(JsonNode schema, JsonNode value, String path, FieldErrors errors) {
        schema.path("allOf").forEach(part -> check(part, value, path, errors));
        List<String> kinds = List.of("anyOf", "oneOf");
        for (String kind : kinds) {
            int matching = 0;
            for (JsonNode part : schema.path(kind)) {
                matching += matches(part, value) ? 1 : 0;
            }
            if (schema.has(kind) && (matching == 0 || (kind.equals("oneOf") && matching > 1))) {
                String how = kind.equals("oneOf") ? "one and only one schema (oneOf)" : "at least one schema (anyOf)";
                errors.invalid(path, value, "\"" + path + "\" must validate " + how);
            }
        }
        if (schema.has("not") && matches(schema.path("not"), value)) {
            errors.invalid(path, value, "\"" + path + "\" must not validate the schema (not)");
        }
    }

    private static boolean matches(JsonNode schema, JsonNode value) {
        FieldErrors errors = new FieldErrors();
        check(schema, value, "", errors);
        return errors.isEmpty();
    }

    private static String join(String path, String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
