package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/** What {@code kubectl get} shows of the built-in kinds, column by column as the real server. */
final class BuiltInColumns {
    private static final String NONE = "<none>";
    static final Column AGE = new Column(
            "Age", "date", "Time since the object was created.", 0, o -> Json.at(o, "metadata", "creationTimestamp"));

    private BuiltInColumns() {}

    /** The name, what is particular to that kind, and the age. */
    static List<Column> of(String kind) {
        List<Column> columns = new ArrayList<>();
        columns.add(NAME);
        columns.addAll(
                switch (kind) {
                    case "Namespace" -> List.of(text("Status", o -> Json.text(o, "status", "phase")), AGE);
                    case "Service" -> service();
                    case "Node" -> node();
                    case "Pod" -> pod();
                    case "Event" -> event();
                    case "EndpointSlice" -> endpointSlice();
                    case "Endpoints" -> List.of(text("Endpoints", BuiltInColumns::endpoints), AGE);
                    case "Lease" -> List.of(text("Holder", o -> Json.text(o, "spec", "holderIdentity")), AGE);
                    case "Secret" ->
                        List.of(text("Type", o -> Json.text(o, "type")), count("Data", o -> o.path("data")), AGE);
                    case "ConfigMap" -> List.of(count("Data", o -> o.path("data")), AGE);
                    case "ServiceAccount" -> List.of(count("Secrets", o -> o.path("secrets")), AGE);
                    case "CustomResourceDefinition" ->
                        List.of(text("Created At", o -> Json.text(o, "metadata", "creationTimestamp")));
                    default -> List.of(AGE);
                });
        return kind.equals("Event") ? columns.subList(1, columns.size()) : columns;
    }

    /** The first column of everything. */
    static final Column NAME = text("Name", Meta::name);

    private static Column text(String name, Function<JsonNode, String> value) {
        return new Column(name, "string", "", 0, o -> TextNode.valueOf(value.apply(o)));
    }

    private static Column wide(String name, Function<JsonNode, String> value) {
        return new Column(name, "string", "", 1, o -> TextNode.valueOf(value.apply(o)));
    }

    private static Column count(String name, Function<JsonNode, JsonNode> list) {
        return new Column(
                name,
                "string",
                "",
                0,
                o -> TextNode.valueOf(Integer.toString(list.apply(o).size())));
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    private static List<Column> service() {
        return List.of(
                text("Type", o -> Json.text(o, "spec", "type")),
                text("Cluster-IP", o -> orNone(Json.text(o, "spec", "clusterIP"))),
                text("External-IP", BuiltInColumns::externalIp),
                text("Port(s)", BuiltInColumns::ports),
                AGE,
                wide("Selector", o -> selector(Json.at(o, "spec", "selector"))));
    }

    private static String externalIp(JsonNode service) {
        List<String> externalIps = Json.texts(Json.at(service, "spec", "externalIPs"));
        return switch (Json.text(service, "spec", "type")) {
            case "ExternalName" -> Json.text(service, "spec", "externalName");
            case "LoadBalancer" -> {
                List<String> all = new ArrayList<>(new TreeSet<>(ingress(service)));
                all.addAll(externalIps);
                yield all.isEmpty() ? "<pending>" : String.join(",", all);
            }
            default -> orNone(String.join(",", externalIps));
        };
    }

    private static List<String> ingress(JsonNode service) {
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : Json.at(service, "status", "loadBalancer", "ingress")) {
            texts.add(entry.path("ip").asText(Json.text(entry, "hostname")));
        }
        return texts;
    }

    private static String ports(JsonNode service) {
        List<String> texts = new ArrayList<>();
        for (JsonNode port : Json.at(service, "spec", "ports")) {
            String node = port.path("nodePort").asInt() > 0
                    ? ":" + port.path("nodePort").asInt()
                    : "";
            texts.add(port.path("port").asText() + node + "/"
                    + port.path("protocol").asText());
        }
        return orNone(String.join(",", texts));
    }

    private static String selector(JsonNode labels) {
        List<String> texts = new ArrayList<>();
        labels.properties()
                .forEach(l -> texts.add(l.getKey() + "=" + l.getValue().asText()));
        texts.sort(String::compareTo);
        return orNone(String.join(",", texts));
    }

    private static List<Column> node() {
        return List.of(
                text("Status", BuiltInColumns::nodeStatus),
                text("Roles", BuiltInColumns::roles),
                AGE,
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
        return NONE;
    }

    private static List<Column> pod() {
        return List.of(
                text("Ready", BuiltInColumns::readyContainers),
                text("Status", o -> Meta.isDeleting(o) ? "Terminating" : Json.text(o, "status", "phase")),
                text(
                        "Restarts",
                        o -> Integer.toString(statuses(o).findValues("restartCount").stream()
                                .mapToInt(JsonNode::asInt)
                                .sum())),
                AGE,
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

    private static List<Column> event() {
        return List.of(
                new Column("Last Seen", "date", "", 0, BuiltInColumns::lastSeen),
                text("Type", o -> Json.text(o, "type")),
                text("Reason", o -> Json.text(o, "reason")),
                text("Object", o -> about(o)),
                wide("Subobject", o -> Json.text(o, "involvedObject", "fieldPath")),
                wide("Source", BuiltInColumns::source),
                text("Message", o -> (Json.text(o, "message") + Json.text(o, "note")).strip()),
                new Column(
                        "First Seen",
                        "date",
                        "",
                        1,
                        o -> first(o, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime")),
                wide(
                        "Count",
                        o -> first(o, "count", "deprecatedCount")
                                .asText(o.at("/series/count").asText("1"))),
                wide("Name", Meta::name));
    }

    private static String about(JsonNode event) {
        JsonNode object = event.path(event.has("regarding") ? "regarding" : "involvedObject");
        String kind = object.path("kind").asText().toLowerCase(Locale.ROOT);
        String name = object.path("name").asText();
        return name.isEmpty() ? kind : kind + "/" + name;
    }

    private static String source(JsonNode event) {
        JsonNode old = first(event, "source", "deprecatedSource");
        String component = Json.text(old, "component");
        String place = Json.text(old, "host");
        if (component.isEmpty()) {
            component =
                    first(event, "reportingComponent", "reportingController").asText("");
            place = Json.text(event, "reportingInstance");
        }
        return place.isEmpty() ? component : component + ", " + place;
    }

    private static JsonNode lastSeen(JsonNode event) {
        JsonNode series = Json.at(event, "series", "lastObservedTime");
        return series.isTextual() ? series : first(event, "lastTimestamp", "deprecatedLastTimestamp", "eventTime");
    }

    private static JsonNode first(JsonNode object, String... fields) {
        for (String field : fields) {
            if (object.hasNonNull(field)) {
                return object.get(field);
            }
        }
        return MissingNode.getInstance();
    }

    private static List<Column> endpointSlice() {
        return List.of(
                text("AddressType", o -> Json.text(o, "addressType")),
                text("Ports", BuiltInColumns::slicePorts),
                text("Endpoints", BuiltInColumns::sliceEndpoints),
                AGE);
    }

    private static String slicePorts(JsonNode slice) {
        List<String> ports = new ArrayList<>();
        slice.path("ports")
                .forEach(port ->
                        ports.add(port.hasNonNull("port") ? port.path("port").asText() : "*"));
        return ports.isEmpty() ? "<unset>" : some(ports);
    }

    private static String sliceEndpoints(JsonNode slice) {
        List<String> addresses = new ArrayList<>();
        slice.path("endpoints").forEach(e -> addresses.addAll(Json.texts(e.path("addresses"))));
        return addresses.isEmpty() ? "<unset>" : some(addresses);
    }

    private static String endpoints(JsonNode endpoints) {
        List<String> texts = new ArrayList<>();
        for (JsonNode subset : endpoints.path("subsets")) {
            for (JsonNode address : subset.path("addresses")) {
                subset.path("ports")
                        .forEach(port -> texts.add(address.path("ip").asText() + ":"
                                + port.path("port").asText()));
            }
        }
        return texts.isEmpty() ? NONE : some(texts);
    }

    private static String some(List<String> items) {
        String shown = String.join(",", items.subList(0, Math.min(3, items.size())));
        return items.size() > 3 ? shown + " + " + (items.size() - 3) + " more..." : shown;
    }
}
