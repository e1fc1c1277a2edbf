package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares what the two servers answered, and names each place where they differ. */
final class ContractCompare {
    private ContractCompare() {}

    /** A line per difference; empty when the embedded server behaves as the real one, or refuses as announced. */
    static List<String> differences(Contract.Scenario scenario, List<ObjectNode> real, List<ObjectNode> lab) {
        List<String> differences = new ArrayList<>();
        List<JsonNode> realAnswers = ContractNormal.of(real);
        List<JsonNode> labAnswers = ContractNormal.of(lab);
        for (int i = 0; i < scenario.requests().size(); i++) {
            Contract.Request request = scenario.requests().get(i);
            String place = "line " + request.line() + " " + request.verb() + " " + request.path() + " ";
            boolean refused = request.labCode() != request.code();
            int before = differences.size();
            code(request.code(), real.get(i), place + "real", differences);
            code(request.labCode(), lab.get(i), place + "lab", differences);
            if (differences.size() > before) {
                continue;
            }
            if (refused && !Json.text(lab.get(i), "body", "message").contains("does not imitate")) {
                differences.add(place + ": the refusal does not say that it is one: " + lab.get(i));
            } else if (!refused) {
                ObjectNode expected = realAnswers.get(i).deepCopy();
                ObjectNode actual = labAnswers.get(i).deepCopy();
                if (request.has("message:loose")) {
                    loosen(expected);
                    loosen(actual);
                }
                compare(place, expected, actual, differences);
            }
        }
        return differences;
    }

    /** What is left to compare where there is no real server. */
    static List<String> wrongCodes(Contract.Scenario scenario, List<ObjectNode> lab) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < lab.size(); i++) {
            Contract.Request request = scenario.requests().get(i);
            code(request.labCode(), lab.get(i), "line " + request.line() + " " + request.verb(), differences);
        }
        return differences;
    }

    private static void loosen(ObjectNode answer) {
        if (answer.path("body") instanceof ObjectNode body
                && body.path("message").isTextual()) {
            body.put("message", "<message>");
            for (JsonNode cause : body.path("details").path("causes")) {
                ((ObjectNode) cause).put("message", "<message>");
            }
        }
    }

    private static void code(int expected, ObjectNode answer, String who, List<String> differences) {
        if (answer.path("code").asInt() != expected) {
            differences.add(who + " answered " + answer.path("code") + " instead of " + expected + ": "
                    + Json.text(answer, "body", "message"));
        }
    }

    private static void compare(String path, JsonNode real, JsonNode lab, List<String> differences) {
        if (real.isObject() && lab.isObject()) {
            Set<String> names = new TreeSet<>();
            real.properties().forEach(field -> names.add(field.getKey()));
            lab.properties().forEach(field -> names.add(field.getKey()));
            names.forEach(name -> compare(path + "/" + name, real.path(name), lab.path(name), differences));
        } else if (real.isArray() && lab.isArray() && real.size() == lab.size()) {
            for (int i = 0; i < real.size(); i++) {
                compare(path + "/" + i, real.get(i), lab.get(i), differences);
            }
        } else if (!real.equals(lab)) {
            differences.add(path + "\n  real: " + show(real) + "\n  lab:  " + show(lab));
        }
    }

    private static String show(JsonNode value) {
        return value.isMissingNode() ? "(absent)" : value.toString();
    }
}
