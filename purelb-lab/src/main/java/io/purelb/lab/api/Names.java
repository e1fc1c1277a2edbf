package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/** The syntax of names and labels (API concepts, "Object names and IDs", "Labels and selectors"). */
final class Names {
    private static final String WORD = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern SUBDOMAIN = Pattern.compile(WORD + "(\\." + WORD + ")*");
    private static final Pattern LABEL = Pattern.compile(WORD);
    private static final Pattern SERVICE_LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern LABEL_KEY =
            Pattern.compile("(" + WORD + "(\\." + WORD + ")*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    static final String LABEL_RULE = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
            + " '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for"
            + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private static final String SERVICE_RULE = "a DNS-1035 label must consist of lower case alphanumeric characters or"
            + " '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
            + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                    + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex"
                    + " used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private static final String KEY_RULE =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must"
                    + " start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
                    + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private static final String VALUE_RULE = "a valid label must be an empty string or consist of alphanumeric"
            + " characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
            + " 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private Names() {}

    /** Complains about a name, label or annotation key that the real server refuses. */
    static void check(ResourceType type, ObjectNode object, FieldErrors errors) {
        name(type.storage(), object, errors);
        JsonNode metadata = object.path("metadata");
        metadata.path("labels").properties().forEach(label -> {
            key("metadata.labels", label.getKey(), errors);
            if (!LABEL_VALUE.matcher(label.getValue().asText()).matches()) {
                errors.invalid("metadata.labels", label.getValue(), VALUE_RULE);
            }
        });
        metadata.path("annotations").properties().forEach(a -> key("metadata.annotations", a.getKey(), errors));
    }

    private static void key(String field, String key, FieldErrors errors) {
        if (!LABEL_KEY.matcher(key).matches()) {
            errors.invalid(field, TextNode.valueOf(key), KEY_RULE);
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
            case ResourceTypes.NAMESPACES -> match(LABEL, 63, name, LABEL_RULE, errors);
            default -> match(SUBDOMAIN, 253, name, SUBDOMAIN_RULE, errors);
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
