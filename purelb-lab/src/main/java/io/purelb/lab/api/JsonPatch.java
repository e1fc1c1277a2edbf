package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** JSON Patch (RFC 6902) over JSON Pointers (RFC 6901). */
final class JsonPatch {
    private JsonNode document;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    /**
     * The document after all operations; the argument is left as it was.
     *
     * @throws StatusError 400 for what is no patch, 422 for one that does not fit the document
     */
    static JsonNode apply(JsonNode document, JsonNode patch) {
        if (!patch.isArray()) {
            throw StatusError.badRequest("a JSON patch is an array of operations");
        }
        JsonPatch work = new JsonPatch(document.deepCopy());
        patch.forEach(work::operation);
        return work.document;
    }

    private void operation(JsonNode operation) {
        List<String> path = pointer(operation, "path");
        switch (Json.text(operation, "op")) {
            case "add" -> add(path, value(operation));
            case "remove" -> remove(path);
            case "replace" -> replace(path, value(operation));
            case "move" -> add(path, remove(pointer(operation, "from")));
            case "copy" -> add(path, find(pointer(operation, "from")).deepCopy());
            case "test" -> test(path, value(operation));
            default -> throw refused("unexpected kind: " + operation.path("op"));
        }
    }

    private static JsonNode value(JsonNode operation) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw StatusError.badRequest("JSON patch operation without value: " + operation);
        }
        return value.deepCopy();
    }

    private static List<String> pointer(JsonNode operation, String field) {
        JsonNode node = operation.path(field);
        String text = node.asText();
        if (!node.isTextual() || !(text.isEmpty() || text.startsWith("/"))) {
            throw StatusError.badRequest("JSON patch operation without a proper " + field + ": " + operation);
        }
        List<String> steps = new ArrayList<>();
        for (String step : text.isEmpty() ? new String[0] : text.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return steps;
    }

    private void add(List<String> path, JsonNode value) {
        if (path.isEmpty()) {
            document = value;
            return;
        }
        JsonNode parent = parent(path);
        String last = last(path);
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array) {
            array.insert(last.equals("-") ? array.size() : index(last, array.size() + 1, path), value);
        } else {
            throw misfit("add", path);
        }
    }

    private JsonNode remove(List<String> path) {
        JsonNode removed = path.isEmpty() ? null : take(parent(path), last(path), path);
        if (removed == null) {
            throw misfit("remove", path);
        }
        return removed;
    }

    private static JsonNode take(JsonNode parent, String last, List<String> path) {
        JsonNode taken = null;
        if (parent instanceof ObjectNode object) {
            taken = object.remove(last);
        } else if (parent instanceof ArrayNode array) {
            taken = array.remove(index(last, array.size(), path));
        }
        if (taken == null) {
            throw misfit("remove", path);
        }
        return taken;
    }

    /** As the real server: a field that is not there is added. */
    private void replace(List<String> path, JsonNode value) {
        if (path.isEmpty()) {
            document = value;
            return;
        }
        if (parent(path) instanceof ArrayNode array) {
            array.set(index(last(path), array.size(), path), value);
        } else {
            add(path, value);
        }
    }

    private void test(List<String> path, JsonNode value) {
        JsonNode parent = path.isEmpty() ? document : parent(path);
        boolean absent = !path.isEmpty() && parent.isObject() && !parent.has(last(path));
        if (absent ? !value.isNull() : !find(path).equals(value)) {
            throw misfit("test", path);
        }
    }

    private JsonNode parent(List<String> path) {
        return find(path.subList(0, path.size() - 1));
    }

    private JsonNode find(List<String> path) {
        JsonNode node = document;
        for (String step : path) {
            node = node instanceof ArrayNode array ? array.get(index(step, array.size(), path)) : node.path(step);
            if (node.isMissingNode()) {
                throw misfit("find", path);
            }
        }
        return node;
    }

    private static String last(List<String> path) {
        return path.get(path.size() - 1);
    }

    private static int index(String step, int size, List<String> path) {
        if (!step.matches("0|[1-9][0-9]{0,8}") || Integer.parseInt(step) >= size) {
            throw misfit("index", path);
        }
        return Integer.parseInt(step);
    }

    private static StatusError misfit(String operation, List<String> path) {
        String pointer = path.isEmpty() ? "" : "/" + String.join("/", path);
        return refused("JSON patch " + operation + " does not fit at \"" + pointer + "\"");
    }

    private static StatusError refused(String why) {
        return StatusError.bare(
                422, "Invalid", "the server rejected our request due to an error in our request: " + why);
    }
}
