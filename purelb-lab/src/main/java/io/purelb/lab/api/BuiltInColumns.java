package io.purelb.lab.api;

import static io.purelb.lab.api.Column.count;
import static io.purelb.lab.api.Column.orNone;
import static io.purelb.lab.api.Column.text;
import static io.purelb.lab.api.Column.wide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What {@code kubectl get} shows of the built-in kinds, column by column as the real server. */
final class BuiltInColumns {
    static final Column AGE = new Column(
            "Age", "date", "Time since the object was created.", 0, o -> Json.at(o, "metadata", "creationTimestamp"));

    private static final Column CREATED = new Column(
            "Created At", "date", "When it was created.", 0, o -> Json.at(o, "metadata", "creationTimestamp"));

    private BuiltInColumns() {}

    /** The name, what is particular to that kind, and the age. */
    static List<Column> of(String kind) {
        List<Column> columns = new ArrayList<>();
        columns.add(NAME);
        columns.addAll(
                switch (kind) {
                    case "Namespace" -> List.of(text("Status", o -> Json.text(o, "status", "phase")), AGE);
                    case "Service" -> service();
                    case "Node" -> HostColumns.node();
                    case "Pod" -> HostColumns.pod();
                    case "Event" -> EventColumns.event();
                    case "EndpointSlice" -> endpointSlice();
                    case "Endpoints" -> List.of(text("Endpoints", BuiltInColumns::endpoints), AGE);
                    case "Lease" -> List.of(text("Holder", o -> Json.text(o, "spec", "holderIdentity")), AGE);
                    case "Secret" ->
                        List.of(text("Type", o -> Json.text(o, "type")), count("Data", o -> o.path("data")), AGE);
                    case "ConfigMap" -> List.of(count("Data", o -> o.path("data")), AGE);
                    case "ServiceAccount" -> List.of(count("Secrets", o -> o.path("secrets")), AGE);
                    case "CustomResourceDefinition" -> List.of(CREATED);
                    default -> List.of(AGE);
                });
        return kind.equals("Event") ? columns.subList(1, columns.size()) : columns;
    }

    /** The first column of everything. */
    static final Column NAME = text("Name", Meta::name);

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
        return texts.isEmpty() ? "<none>" : some(texts);
    }

    private static String some(List<String> items) {
        String shown = String.join(",", items.subList(0, Math.min(3, items.size())));
        return items.size() > 3 ? shown + " + " + (items.size() - 3) + " more..." : shown;
    }
}
