package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label and field selectors of list, watch and deletecollection requests. */
final class Selectors {
    private static final String KEY = "[A-Za-z0-9][-A-Za-z0-9_./]*";
    private static final Pattern COMPARISON = Pattern.compile("(" + KEY + ")\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)");
    private static final Pattern SET = Pattern.compile("(" + KEY + ")\\s+(in|notin)\\s*\\(([^()]*)\\)");
    private static final Pattern ORDER = Pattern.compile("(" + KEY + ")\\s*([<>])\\s*(-?\\d+)");
    private static final Pattern EXISTENCE = Pattern.compile("(!?)\\s*(" + KEY + ")");
    private static final Pattern COMMA_OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");
    private static final Pattern FIELD = Pattern.compile("([^=!]+)(==|=|!=)(.*)");

    private Selectors() {}

    /** Matches objects by their labels: {@code a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1}. */
    static Predicate<JsonNode> labels(String selector) {
        Predicate<JsonNode> all = object -> true;
        for (String term : COMMA_OUTSIDE_PARENTHESES.split(selector.strip(), -1)) {
            if (!selector.isBlank()) {
                all = all.and(labelTerm(term.strip()));
            }
        }
        return all;
    }

    private static Predicate<JsonNode> labelTerm(String term) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            Set<String> values = Set.copyOf(words(set.group(3)));
            return oneOf(set.group(1), values, set.group(2).equals("in"));
        }
        Matcher comparison = COMPARISON.matcher(term);
        if (comparison.matches()) {
            return oneOf(
                    comparison.group(1),
                    Set.of(comparison.group(3)),
                    !comparison.group(2).equals("!="));
        }
        Matcher order = ORDER.matcher(term);
        if (order.matches()) {
            return ordered(order.group(1), order.group(2), Long.parseLong(order.group(3)));
        }
        Matcher existence = EXISTENCE.matcher(term);
        if (existence.matches()) {
            String key = existence.group(2);
            boolean wanted = existence.group(1).isEmpty();
            return object -> label(object, key).isTextual() == wanted;
        }
        throw StatusError.badRequest("unable to parse requirement: \"" + term + "\" is no label selector");
    }

    /** As the real one: an absent label satisfies {@code !=} and {@code notin}. */
    private static Predicate<JsonNode> oneOf(String key, Set<String> values, boolean wanted) {
        return object -> {
            JsonNode label = label(object, key);
            return (label.isTextual() && values.contains(label.asText())) == wanted;
        };
    }

    private static Predicate<JsonNode> ordered(String key, String operator, long bound) {
        return object -> {
            String text = label(object, key).asText("");
            if (!text.matches("-?\\d{1,18}")) {
                return false;
            }
            int comparison = Long.compare(Long.parseLong(text), bound);
            return operator.equals(">") ? comparison > 0 : comparison < 0;
        };
    }

    private static JsonNode label(JsonNode object, String key) {
        return Json.at(object, "metadata", "labels", key);
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            words.add(word.strip());
        }
        return words;
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
                throw StatusError.badRequest("field label not supported: " + label);
            }
            all = all.and(object -> type.field(object, label).equals(value) == wanted);
        }
        return all;
    }
}
