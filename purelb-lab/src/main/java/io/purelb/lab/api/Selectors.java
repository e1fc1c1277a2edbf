package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors of list, watch and deletecollection requests. */
final class Selectors {
    private static final Pattern FIELD = Pattern.compile("([^=!]+)(==|=|!=)(.*)");

    private Selectors() {}

    /** Matches objects by their labels. */
    static Predicate<JsonNode> labels(String selector) {
        return LabelSelector.parse(selector);
    }

    /** Matches objects by those fields that the resource lets select: {@code metadata.name=a,spec.type!=b}. */
    static Predicate<JsonNode> fields(ResourceType type, String selector) {
        Predicate<JsonNode> all = object -> true;
        for (String term : selector.split(",", -1)) {
            if (selector.isBlank()) {
                continue;
            }
            Matcher matcher = FIELD.matcher(term.strip());
            if (!matcher.matches()) {
                throw StatusError.badRequest(
                        "invalid selector: '" + selector + "'; can't understand '" + term.strip() + "'");
            }
            String label = matcher.group(1).strip();
            String value = matcher.group(3).strip();
            boolean wanted = !matcher.group(2).equals("!=");
            boolean known = label.equals("metadata.name") || (label.equals("metadata.namespace") && type.namespaced());
            if (!known && !type.selectable().containsKey(label)) {
                throw StatusError.badRequest(refusal(type, label));
            }
            all = all.and(object -> type.field(object, label).equals(value) == wanted);
        }
        return all;
    }

    /** Kinds that let select by nothing of their own say so in other words. */
    private static String refusal(ResourceType type, String label) {
        boolean plain = type.selectable().isEmpty() && !type.is(ResourceType.Trait.CUSTOM);
        return plain
                ? '"' + label + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                : "field label not supported: " + label;
    }
}
