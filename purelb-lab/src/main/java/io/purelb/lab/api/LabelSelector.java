package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Label selectors: {@code a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1} (API concepts, "Labels and Selectors"), refused in
 * the words of the real server.
 */
final class LabelSelector {
    private static final Pattern TOKEN = Pattern.compile("\\s*(==|!=|[=!<>(),]|[^\\s=!<>(),]+)");
    private static final Set<String> SYMBOLS = Set.of("==", "!=", "=", "!", "<", ">", "(", ")", ",");

    private final List<String> tokens = new ArrayList<>();
    private int position;

    private LabelSelector(String text) {
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group(1));
        }
    }

    /** Matches objects by their labels. */
    static Predicate<JsonNode> parse(String text) {
        return new LabelSelector(text).all();
    }

    private Predicate<JsonNode> all() {
        Predicate<JsonNode> all = object -> true;
        while (!peek().isEmpty()) {
            if (!peek().equals("!") && !isWord(peek())) {
                throw refused("found '" + peek() + "', expected: !, identifier, or 'end of string'");
            }
            all = all.and(requirement());
            String next = next();
            if (!next.isEmpty() && !next.equals(",")) {
                throw refused("found '" + next + "', expected: ',' or 'end of string'");
            } else if (next.equals(",") && !peek().equals("!") && !isWord(peek())) {
                throw refused("found '" + peek() + "', expected: identifier after ','");
            }
        }
        return all;
    }

    private Predicate<JsonNode> requirement() {
        boolean negated = peek().equals("!");
        if (negated) {
            next();
        }
        String key = word("found '" + peek() + "', expected: identifier");
        FieldErrors errors = new FieldErrors();
        Names.labelKey("<nil>", key, errors);
        refuse(errors);
        if (negated || peek().isEmpty() || peek().equals(",")) {
            return object -> label(object, key).isTextual() != negated;
        }
        String operator = next();
        return switch (operator) {
            case "in", "notin" -> oneOf(key, values(key), operator.equals("in"));
            case "=", "==" -> oneOf(key, Set.of(value(key)), true);
            case "!=" -> oneOf(key, Set.of(value(key)), false);
            case "<", ">" -> ordered(key, operator);
            default -> throw unparsed("found '" + operator + "', expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private Set<String> values(String key) {
        String open = next();
        if (!open.equals("(")) {
            throw unparsed("found '" + open + "' expected: '('");
        }
        List<String> values = new ArrayList<>();
        if (!peek().equals(")") && !peek().equals(",") && !isWord(peek())) {
            throw unparsed("found '" + peek() + "', expected: ',', ')' or identifier");
        }
        while (!peek().equals(")")) {
            values.add(isWord(peek()) ? next() : "");
            if (!peek().equals(",")) {
                break;
            }
            next();
            if (peek().equals(")")) {
                values.add("");
            }
        }
        String close = next();
        if (!close.equals(")")) {
            throw unparsed("found '" + close + "', expected: ',' or ')'");
        }
        if (values.isEmpty()) {
            values.add("");
        }
        check(key, values);
        return Set.copyOf(values);
    }

    private String value(String key) {
        String value =
                peek().isEmpty() || peek().equals(",") ? "" : word("found '" + peek() + "', expected: identifier");
        check(key, List.of(value));
        return value;
    }

    private static void check(String key, List<String> values) {
        FieldErrors errors = new FieldErrors();
        for (int i = 0; i < values.size(); i++) {
            Names.labelValue("values[" + i + "][" + key + "]", TextNode.valueOf(values.get(i)), errors);
        }
        refuse(errors);
    }

    /** As the real one: an absent label satisfies {@code !=} and {@code notin}. */
    private static Predicate<JsonNode> oneOf(String key, Set<String> values, boolean wanted) {
        return object -> {
            JsonNode label = label(object, key);
            return (label.isTextual() && values.contains(label.asText())) == wanted;
        };
    }

    private Predicate<JsonNode> ordered(String key, String operator) {
        String value = value(key);
        if (!value.matches("-?\\d{1,18}")) {
            FieldErrors errors = new FieldErrors();
            errors.invalid(
                    "values[0]", TextNode.valueOf(value), "for 'Gt', 'Lt' operators, the value must be an integer");
            refuse(errors);
        }
        long bound = Long.parseLong(value);
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

    /** The next token, empty at the end. */
    private String peek() {
        return position < tokens.size() ? tokens.get(position) : "";
    }

    private String next() {
        String token = peek();
        position++;
        return token;
    }

    private String word(String otherwise) {
        if (!isWord(peek())) {
            throw unparsed(otherwise);
        }
        return next();
    }

    private static boolean isWord(String token) {
        return !token.isEmpty() && !SYMBOLS.contains(token);
    }

    private static void refuse(FieldErrors errors) {
        if (!errors.isEmpty()) {
            throw unparsed(errors.list().get(0).toString());
        }
    }

    private static StatusError unparsed(String why) {
        return refused("unable to parse requirement: " + why);
    }

    private static StatusError refused(String why) {
        return StatusError.badRequest(why);
    }
}
