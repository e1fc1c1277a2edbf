package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The JSON paths that printer columns use: {@code .spec.name}, {@code .a['b.c']}, {@code .a\.b}, {@code .list[0]},
 * {@code .list[*].name} and {@code .conditions[?(@.type=="Ready")].status}.
 */
final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.((?:\\\\.|[^.\\[\\]\\\\])+)"
            + "|\\[(\\d+)\\]"
            + "|(\\[\\*\\]|\\.\\*)"
            + "|\\[['\"]([^'\"]+)['\"]\\]"
            + "|\\[\\?\\(@\\.([^=!\\s]+)\\s*(==|!=)\\s*['\"]?([^'\"]*?)['\"]?\\)\\]");

    private final List<Function<JsonNode, Stream<JsonNode>>> steps = new ArrayList<>();

    private JsonPath() {}

    /** @throws StatusError 400 for a path of another form */
    static JsonPath parse(String text) {
        JsonPath path = new JsonPath();
        Matcher matcher = STEP.matcher(text);
        int end = 0;
        while (matcher.find(end) && matcher.start() == end) {
            path.steps.add(step(matcher));
            end = matcher.end();
        }
        if (end != text.length() || text.isEmpty()) {
            throw StatusError.badRequest("this lab API server does not imitate the JSON path " + text);
        }
        return path;
    }

    private static Function<JsonNode, Stream<JsonNode>> step(Matcher matcher) {
        if (matcher.group(1) != null) {
            String field = matcher.group(1).replaceAll("\\\\(.)", "$1");
            return field.equals("*") ? JsonPath::children : node -> Stream.of(node.path(field));
        } else if (matcher.group(2) != null) {
            int index = Integer.parseInt(matcher.group(2));
            return node -> Stream.of(node.path(index));
        } else if (matcher.group(3) != null) {
            return JsonPath::children;
        } else if (matcher.group(4) != null) {
            String field = matcher.group(4);
            return node -> Stream.of(node.path(field));
        }
        String[] field = matcher.group(5).split("\\.");
        String value = matcher.group(7);
        boolean wanted = matcher.group(6).equals("==");
        return node -> children(node).filter(item -> Json.text(item, field).equals(value) == wanted);
    }

    private static Stream<JsonNode> children(JsonNode node) {
        List<JsonNode> children = new ArrayList<>();
        node.forEach(children::add);
        return children.stream();
    }

    /** The values found, in order; absent and null ones are left out. */
    List<JsonNode> find(JsonNode root) {
        Stream<JsonNode> nodes = Stream.of(root);
        for (Function<JsonNode, Stream<JsonNode>> step : steps) {
            nodes = nodes.flatMap(step);
        }
        return nodes.filter(node -> !node.isMissingNode() && !node.isNull()).toList();
    }
}
