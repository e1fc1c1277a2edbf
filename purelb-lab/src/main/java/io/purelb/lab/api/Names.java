package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Set;
import java.util.regex.Pattern;

/** The syntax of names and labels (API concepts, "Object names and IDs", "Labels and selectors"). */
final class Names {
    private static final String WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    static final Pattern SUBDOMAIN = Pattern.compile(WORD + "(\\." + WORD + ")*");
    private static final Pattern LABEL = Pattern.compile(WORD);
    private static final Pattern SERVICE_LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?");

    static final String LABEL_RULE = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
            + " '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for"
            + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private static final String SERVICE_RULE = "a DNS-1035 label must consist of lower case alphanumeric characters or"
            + " '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
            + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    static final String SUBDOMAIN_RULE = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
            + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
            + " used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private static final String KEY_RULE =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must"
                    + " start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                    + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private static final String VALUE_RULE = "a valid label must be an empty string or consist of alphanumeric"
            + " characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
            + " 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", "orphan", "foregroundDeletion");

    private Names() {}

    /** Complains about a name, label or annotation key that the real server refuses. */
    static void check(ResourceType type, ObjectNode object, FieldErrors errors) {
        name(type.storage(), object, errors);
        JsonNode metadata = object.path("metadata");
        finalizers(metadata.path("finalizers"), errors);
        metadata.path("labels").properties().forEach(label -> {
            labelKey("metadata.labels", label.getKey(), errors);
            labelValue("metadata.labels", label.getValue(), errors);
        });
        metadata.path("annotations").properties().forEach(a -> labelKey("metadata.annotations", a.getKey(), errors));
    }

    /** A key of a label or annotation, or another qualified name: {@code [prefix/]name}. */
    static void labelKey(String field, String key, FieldErrors errors) {
        int slash = key.lastIndexOf('/');
        TextNode shown = TextNode.valueOf(key);
        if (slash == 0) {
            errors.invalid(field, shown, "prefix part must be non-empty");
        } else if (slash > 0 && !SUBDOMAIN.matcher(key.substring(0, slash)).matches()) {
            errors.invalid(field, shown, "prefix part " + SUBDOMAIN_RULE);
        }
        String name = key.substring(slash + 1);
        if (name.isEmpty()) {
            errors.invalid(field, shown, "name part must be non-empty");
        }
        if (name.length() > 63) {
            errors.invalid(field, shown, "name part must be no more than 63 characters");
        }
        if (!LABEL_NAME.matcher(name).matches()) {
            errors.invalid(field, shown, KEY_RULE);
        }
    }

    static void labelValue(String field, JsonNode value, FieldErrors errors) {
        if (value.asText().length() > 63) {
            errors.invalid(field, value, "must be no more than 63 characters");
        }
        if (!LABEL_VALUE.matcher(value.asText()).matches()) {
            errors.invalid(field, value, VALUE_RULE);
        }
    }

    private static void name(String storage, ObjectNode object, FieldErrors errors) {
        JsonNode name = Json.at(object, "metadata", "name");
        if (Json.isEmpty(name)) {
            errors.required("metadata.name", "name or generateName is required");
            return;
        }
        switch (storage) {
            case ResourceTypes.SERVICES -> match(SERVICE_LABEL, 63, name, SERVICE_RULE, errors);
            case ResourceTypes.NAMESPACES -> namespace(name, errors);
            default -> match(SUBDOMAIN, 253, name, SUBDOMAIN_RULE, errors);
        }
    }

    private static void namespace(JsonNode name, FieldErrors errors) {
        if (SUBDOMAIN.matcher(name.asText()).matches() && name.asText().contains(".")) {
            errors.invalid("metadata.name", name, "must not contain dots");
        } else {
            match(LABEL, 63, name, LABEL_RULE, errors);
        }
    }

    /** A finalizer is a qualified name with its owner's domain in front. */
    private static void finalizers(JsonNode finalizers, FieldErrors errors) {
        for (int i = 0; i < finalizers.size(); i++) {
            String text = finalizers.get(i).asText();
            labelKey("metadata.finalizers", text, errors);
            if (!text.contains("/") && !STANDARD_FINALIZERS.contains(text)) {
                String why = "name is neither a standard finalizer name nor is it fully qualified";
                errors.invalid("metadata.finalizers[" + i + "]", finalizers.get(i), why);
            }
        }
    }

    private static void match(Pattern pattern, int longest, JsonNode name, String rule, FieldErrors errors) {
        if (!pattern.matcher(name.asText()).matches()) {
            errors.invalid("metadata.name", name, rule);
        } else if (name.asText().length() > longest) {
            errors.invalid("metadata.name", name, "must be no more than " + longest + " characters");
        }
    }
}
