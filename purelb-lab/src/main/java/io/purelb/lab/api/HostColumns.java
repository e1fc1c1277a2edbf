package io.purelb.lab.api;

import static io.purelb.lab.api.Column.orNone;
import static io.purelb.lab.api.Column.text;
import static io.purelb.lab.api.Column.wide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.TreeSet;

/** What {@code kubectl get} shows of nodes and pods. */
final class HostColumns {
    private HostColumns() {}

    static List<Column> node() {
        return List.of(
                text("Status", HostColumns::nodeStatus),
                text("Roles", HostColumns::roles),
                BuiltInColumns.AGE,
                text("Version", o -> Json.text(o, "status", "nodeInfo", "kubeletVersion")),
                wide("Internal-IP", o -> nodeAddress(o, "InternalIP")),
                wide("External-IP", o -> nodeAddress(o, "ExternalIP")),
                wide("OS-Image", o -> known(Json.text(o, "status", "nodeInfo", "osImage"))),
                wide("Kernel-Version", o -> known(Json.text(o, "status", "nodeInfo", "kernelVersion"))),
                wide("Container-Runtime", o -> known(Json.text(o, "status", "nodeInfo", "containerRuntimeVersion"))));
    }

    private static String known(String text) {
        return text.isEmpty() ? "<unknown>" : text;
    }

    private static String nodeStatus(JsonNode node) {
        String status = "Unknown";
        for (JsonNode condition : Json.at(node, "status", "conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                status = condition.path("status").asText().equals("True") ? "Ready" : "NotReady";
            }
        }
        return status + (Json.at(node, "spec", "unschedulable").asBoolean() ? ",SchedulingDisabled" : "");
    }

    private static String roles(JsonNode node) {
        String prefix = "node-role.kubernetes.io/";
        TreeSet<String> roles = new TreeSet<>();
        Json.at(node, "metadata", "labels").properties().forEach(label -> {
            if (label.getKey().startsWith(prefix)) {
                roles.add(label.getKey().substring(prefix.length()));
            }
        });
        return orNone(String.join(",", roles));
    }

    private static String nodeAddress(JsonNode node, String type) {
        for (JsonNode address : Json.at(node, "status", "addresses")) {
            if (address.path("type").asText().equals(type)) {
                return address.path("address").asText();
            }
        }
        return "<none>";
    }

    static List<Column> pod() {
        return List.of(
                text("Ready", HostColumns::readyContainers),
                text("Status", o -> Meta.isDeleting(o) ? "Terminating" : Json.text(o, "status", "phase")),
                text(
                        "Restarts",
                        o -> Integer.toString(statuses(o).findValues("restartCount").stream()
                                .mapToInt(JsonNode::asInt)
                                .sum())),
                BuiltInColumns.AGE,
                wide("IP", o -> orNone(Json.text(o, "status", "podIP"))),
                wide("Node", o -> orNone(Json.text(o, "spec", "nodeName"))));
    }

    private static JsonNode statuses(JsonNode pod) {
        return Json.at(pod, "status", "containerStatuses");
    }

    private static String readyContainers(JsonNode pod) {
        int ready = 0;
        for (JsonNode status : statuses(pod)) {
            ready += status.path("ready").asBoolean() ? 1 : 0;
        }
        return ready + "/" + Json.at(pod, "spec", "containers").size();
    }
}
