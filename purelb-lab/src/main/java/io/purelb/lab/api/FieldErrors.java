package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What is wrong with an object, field by field, in the words of the real server. */
final class FieldErrors {
    /** One complaint; the reason is one of the API's cause types. */
    record FieldError(String reason, String field, String message) {
        @Override
        public String toString() {
            return field + ": " + message;
        }
    }

    private final List<FieldError> errors = new ArrayList<>();

    void required(String field, String detail) {
        add("FieldValueRequired", field, "Required value" + (detail.isEmpty() ? "" : ": " + detail));
    }

    void invalid(String field, JsonNode value, String detail) {
        add("FieldValueInvalid", field, "Invalid value: " + show(value) + ": " + detail);
    }

    /** A value that shows otherwise than as JSON. */
    void invalidText(String field, String shown, String detail) {
        add("FieldValueInvalid", field, "Invalid value: " + shown + ": " + detail);
    }

    void forbidden(String field, String detail) {
        add("FieldValueForbidden", field, "Forbidden: " + detail);
    }

    void duplicate(String field, JsonNode value) {
        add("FieldValueDuplicate", field, "Duplicate value: " + show(value));
    }

    void unsupported(String field, JsonNode value, List<String> supported) {
        unsupportedAsGiven(field, value, supported.stream().sorted().toList());
    }

    /** The supported values in that order. */
    void unsupportedAsGiven(String field, JsonNode value, List<String> supported) {
        String values = supported.stream().map(s -> '"' + s + '"').collect(Collectors.joining(", "));
        add("FieldValueNotSupported", field, "Unsupported value: " + show(value) + ": supported values: " + values);
    }

    void tooMany(String field, int actual, int limit) {
        add("FieldValueTooMany", field, "Too many: " + actual + ": must have at most " + limit + " items");
    }

    void tooLong(String field, int limit) {
        add("FieldValueTooLong", field, "Too long: may not be more than " + limit + " bytes");
    }

    /** Values of the wrong JSON type; the value shown is the type that was found, as the real server does. */
    void type(String field, String found, String expected) {
        String detail = field + " in body must be of type " + expected + ": \"" + found + '"';
        add("FieldValueTypeInvalid", field, "Invalid value: \"" + found + "\": " + detail);
    }

    List<FieldError> list() {
        return errors;
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    private void add(String reason, String field, String message) {
        errors.add(new FieldError(reason, field, message));
    }

    private static String show(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "\"null\"";
        }
        if (value.isObject()) {
            return goMap(value);
        }
        boolean texts = value.isArray() && !value.isEmpty() && value.get(0).isTextual();
        return texts ? goList(Json.texts(value)) : value.toString();
    }

    private static String goMap(JsonNode map) {
        return new TreeMap<>(
                        map.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
                .entrySet().stream()
                        .map(entry -> '"' + entry.getKey() + "\":" + entry.getValue())
                        .collect(Collectors.joining(", ", "map[string]interface {}{", "}"));
    }

    /** Texts as Go prints them, which the real server's messages show. */
    static String goList(List<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(", ", "[]string{", "}"));
    }
}
