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

    private Names() {}

    /** Complains about a name, label or annotation key that the real server refuses. */
    static void check(ResourceType type, ObjectNode object, FieldErrors errors) {
        name(type.storage(), object, errors);
        JsonNode metadata = object.path("metadata");
        metadata.path("labels").properties().forEach(label -> {
            if (!LABEL_KEY.matcher(label.getKey()).matches()) {
                errors.invalid(
                        "metadata.labels",
                        TextNode.valueOf(label.getKey()),
                        "name part must consist of alphanumeric"
                                + " characters, '-', '_' or '.', and must start and end with an alphanumeric character");
            }
            if (!LABEL_VALUE.matcher(label.getValue().asText()).matches()) {
                errors.invalid(
                        "metadata.labels",
                        label.getValue(),
                        "a valid label must be an empty string or consist of"
                                + " at most 63 alphanumeric characters, '-', '_' or '.', and must start and end with an"
                                + " alphanumeric character");
            }
        });
        metadata.path("annotations").properties().forEach(annotation -> {
            if (!LABEL_KEY.matcher(annotation.getKey()).matches()) {
                errors.invalid(
                        "metadata.annotations",
                        TextNode.valueOf(annotation.getKey()),
                        "name part must consist of" + " alphanumeric characters, '-', '_' or '.'");
            }
        });
    }

    private static void name(String storage, ObjectNode object, FieldErrors errors) {
        JsonNode name = Json.at(object, "metadata", "name");
        if (Json.isEmpty(name)) {
            errors.required("metadata.name", "name or generateName is required");
            return;
        }
        String text = name.asText();
        switch (storage) {
            case ResourceTypes.SERVICES -> {
                if (!SERVICE_LABEL.matcher(text).matches() || text.length() > 63) {
                    errors.invalid(
                            "metadata.name",
                            name,
                            "a DNS-1035 label must consist of lower case alphanumeric"
                                    + " characters or '-', start with an alphabetic character, and end with an alphanumeric"
                                    + " character");
                }
            }
            case ResourceTypes.NAMESPACES -> {
                if (!LABEL.matcher(text).matches() || text.length() > 63) {
                    errors.invalid(
                            "metadata.name",
                            name,
                            "a lowercase RFC 1123 label must consist of lower case"
                                    + " alphanumeric characters or '-', and must start and end with an alphanumeric character");
                }
            }
            default -> {
                if (!SUBDOMAIN.matcher(text).matches() || text.length() > 253) {
                    errors.invalid(
                            "metadata.name",
                            name,
                            "a lowercase RFC 1123 subdomain must consist of lower case"
                                    + " alphanumeric characters, '-' or '.', and must start and end with an alphanumeric"
                                    + " character");
                }
            }
        }
    }
}
