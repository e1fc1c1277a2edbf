package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Replaces what two servers cannot have in common, and nothing else. Identities become numbers in the order of their
 * appearance, so that an object that keeps its uid or version still differs from one that does not.
 */
final class ContractNormal {
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final Pattern VERSION_IN_TEXT =
            Pattern.compile("(resource version: |current: |in record \\(|ResourceVersion: )\\d+(?: \\(\\d+\\))?");
    private static final Pattern UID_IN_TEXT =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern AGE = Pattern.compile("\\d{1,2}s");

    private final Map<String, String> known = new HashMap<>();

    /** The answers of one scenario, in the form to compare. */
    static List<JsonNode> of(List<ObjectNode> answers) {
        ContractNormal normal = new ContractNormal();
        return answers.stream()
                .map(answer -> normal.value("", onlyLastBookmark(answer.deepCopy()), answer))
                .toList();
    }

    /** When a server sends bookmarks is its own affair; what the last one says is compared. */
    private static ObjectNode onlyLastBookmark(ObjectNode answer) {
        if (answer.path("body").path("events") instanceof ArrayNode events) {
            boolean later = false;
            for (int i = events.size() - 1; i >= 0; i--) {
                boolean bookmark = Json.text(events.get(i), "type").equals("BOOKMARK");
                boolean marked = events.get(i).path("object").path("metadata").has("annotations");
                if (bookmark && !marked && later) {
                    events.remove(i);
                }
                later |= bookmark;
            }
        }
        return answer;
    }

    private JsonNode value(String field, JsonNode value, JsonNode parent) {
        if (field.equals("managedFields") && value instanceof ArrayNode entries) {
            return managers(entries);
        } else if (field.equals("causes") && value instanceof ArrayNode causes) {
            return sorted(causes);
        } else if (value instanceof ObjectNode object) {
            ObjectNode normal = Json.object();
            // In the order of the names: identities are numbered as they appear.
            new TreeMap<>(fields(object)).forEach((name, inside) -> normal.set(name, value(name, inside, object)));
            return normal;
        } else if (value instanceof ArrayNode array) {
            ArrayNode normal = Json.array();
            array.forEach(item -> normal.add(value(field.equals("cells") ? "cell" : field, item, array)));
            return normal;
        } else if (field.matches("nodePort|healthCheckNodePort") && value.asInt() >= 30000) {
            return TextNode.valueOf("<node port>");
        } else if (field.equals("remainingItemCount") || !value.isTextual()) {
            return value;
        }
        return TextNode.valueOf(text(field, value.asText(), parent));
    }

    /** Their order depends on the second in which they wrote. */
    private JsonNode managers(ArrayNode entries) {
        return sorted(entries);
    }

    private JsonNode sorted(ArrayNode entries) {
        List<JsonNode> sorted = new ArrayList<>();
        entries.forEach(entry -> sorted.add(value("", entry, entries)));
        sorted.sort(Comparator.comparing(JsonNode::toString));
        return Json.array().addAll(sorted);
    }

    private static Map<String, JsonNode> fields(ObjectNode object) {
        return object.properties().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private String text(String field, String text, JsonNode parent) {
        String given = Json.text(parent, "generateName");
        String prefix = given.substring(0, Math.min(given.length(), 58));
        return switch (field) {
            case "uid" -> identity("uid", text);
            // A list is as old as the whole server's last change, which no scenario makes alone.
            case "resourceVersion" -> parent.has("name") ? identity("version", text) : number(text, "<version>");
            case "continue" -> text.isEmpty() ? text : "<token>";
            case "message" -> message(unordered(text, parent.path("details").path("causes")));
            // Prose, but for that which the server makes of the path.
            case "description" ->
                parent.has("priority") && !text.startsWith("Custom resource definition column")
                        ? "<description>"
                        : text;
            case "name" ->
                !prefix.isEmpty() && text.matches(Pattern.quote(prefix) + "[bcdfghjklmnpqrstvwxz2456789]{5}")
                        ? prefix + "<suffix>"
                        : text;
            case "clusterIP", "clusterIPs" -> address(text);
            case "cell" -> AGE.matcher(message(ports(address(text)))).replaceAll("<age>");
            default -> message(text);
        };
    }

    private String identity(String what, String text) {
        return text.isEmpty()
                ? text
                : known.computeIfAbsent(what + " " + text, key -> "<" + what + " " + (count(what) + 1) + ">");
    }

    private long count(String what) {
        return known.keySet().stream().filter(key -> key.startsWith(what)).count();
    }

    /** The real server names what is wrong in the order of its hash tables; the causes tell the same. */
    private static String unordered(String text, JsonNode causes) {
        int open = text.indexOf(": [");
        if (causes.size() < 2 || open < 0 || !text.endsWith("]")) {
            return text;
        }
        String rest = text.substring(open + 3, text.length() - 1);
        for (JsonNode cause : causes) {
            rest = rest.replace(Json.text(cause, "field") + ": " + Json.text(cause, "message"), "");
        }
        return rest.matches("[, ]*") ? text.substring(0, open) + ": <causes>" : text;
    }

    private static String number(String text, String name) {
        return text.matches("\\d{2,}") ? name : text;
    }

    private static String address(String text) {
        return text.replaceAll("10\\.96\\.\\d+\\.\\d+", "<cluster v4>")
                .replaceAll("fd00:10:96::[0-9a-f]+", "<cluster v6>");
    }

    private static String ports(String text) {
        return text.replaceAll(":3[0-2]\\d{3}/", ":<node port>/");
    }

    private static String message(String text) {
        String times = TIME.matcher(text)
                .replaceAll(match -> match.group(1) == null
                        ? "<time>"
                        : "<time with " + (match.group(1).length() - 1) + " digits>");
        String uids = UID_IN_TEXT.matcher(times).replaceAll("<uid>");
        return address(VERSION_IN_TEXT.matcher(uids).replaceAll("$1<version>"));
    }
}
