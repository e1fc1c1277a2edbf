package io.purelb.core;

/**
 * Something wrong with a service group.
 *
 * @param namespace namespace of the group
 * @param name name of the group
 * @param field the field that is wrong, such as {@code spec.local.v4pools[0].pool}
 * @param value the text found there; empty when there is none
 * @param reason what is wrong with it and what to do
 */
public record ConfigProblem(String namespace, String name, String field, String value, String reason) {
    /** The problem as one sentence. */
    public String message() {
        return "ServiceGroup " + namespace + "/" + name + ": " + fault();
    }

    /** The same without the group's name. */
    String fault() {
        String quoted = value.isEmpty() ? "" : UserText.quoted(value) + " ";
        return field + " " + quoted + reason;
    }
}
