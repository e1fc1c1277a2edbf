package io.purelb.lab.api;

import static io.purelb.lab.api.ResourceType.Trait.CREATE_ON_UPDATE;
import static io.purelb.lab.api.ResourceType.Trait.GENERATION;
import static io.purelb.lab.api.ResourceType.Trait.NAMESPACED;
import static io.purelb.lab.api.ResourceType.Trait.STATUS;
import static io.purelb.lab.api.ResourceType.Trait.STATUS_AT_CREATE;
import static io.purelb.lab.api.ResourceType.Trait.UNCONDITIONAL_UPDATE;

import io.purelb.lab.api.ResourceType.Shape;
import io.purelb.lab.api.ResourceType.Trait;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The kinds that are there from the start, each with what makes it different from the others. */
final class BuiltIn {
    private static final Set<Trait> CLUSTER = EnumSet.of(UNCONDITIONAL_UPDATE);
    private static final Set<Trait> NORMAL = EnumSet.of(NAMESPACED, UNCONDITIONAL_UPDATE);

    private BuiltIn() {}

    /** All of them; Services and CustomResourceDefinitions follow the given rules. */
    static List<ResourceType> types(Rules services, Rules definitions) {
        return List.of(
                new Entry("v1", "Namespace", "namespaces", "ns", with(CLUSTER, STATUS))
                        .type(KindRules.NAMESPACE, same("status.phase")),
                new Entry("v1", "Node", "nodes", "no", with(CLUSTER, STATUS, STATUS_AT_CREATE))
                        .type(KindRules.NODE, same("spec.unschedulable")),
                new Entry("v1", "Service", "services", "svc", with(NORMAL, STATUS, CREATE_ON_UPDATE))
                        .type(services, same("spec.type", "spec.clusterIP")),
                new Entry("v1", "Pod", "pods", "po", with(NORMAL, STATUS)).type(KindRules.POD, podFields()),
                new Entry("v1", "Endpoints", "endpoints", "ep", with(NORMAL, CREATE_ON_UPDATE))
                        .type(KindRules.ENDPOINTS, same()),
                new Entry("v1", "Secret", "secrets", "", NORMAL).type(KindRules.SECRET, same("type")),
                new Entry("v1", "ConfigMap", "configmaps", "cm", NORMAL).type(Rules.NONE, same()),
                new Entry("v1", "ServiceAccount", "serviceaccounts", "sa", NORMAL).type(Rules.NONE, same()),
                new Entry("v1", "Event", "events", "ev", with(NORMAL, CREATE_ON_UPDATE))
                        .type(KindRules.EVENT, eventFields("involvedObject", "source.component")),
                new Entry("events.k8s.io/v1", "Event", "events", "ev", with(NORMAL, CREATE_ON_UPDATE))
                        .type(
                                KindRules.EVENT,
                                new EventShape(),
                                eventFields("regarding", "deprecatedSource.component")),
                new Entry("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", "", with(NORMAL, GENERATION))
                        .type(KindRules.ENDPOINT_SLICE, same()),
                new Entry("coordination.k8s.io/v1", "Lease", "leases", "", EnumSet.of(NAMESPACED, CREATE_ON_UPDATE))
                        .type(Rules.NONE, same()),
                new Entry(
                                "apiextensions.k8s.io/v1",
                                "CustomResourceDefinition",
                                "customresourcedefinitions",
                                "crd",
                                EnumSet.of(STATUS, GENERATION))
                        .type(definitions, same()));
    }

    private record Entry(String apiVersion, String kind, String plural, String shortName, Set<Trait> traits) {
        ResourceType type(Rules rules, Map<String, String> selectable) {
            return type(rules, new BuiltInShape(kind), selectable);
        }

        ResourceType type(Rules rules, Shape shape, Map<String, String> selectable) {
            int slash = apiVersion.indexOf('/');
            boolean inAll = kind.equals("Service") || kind.equals("Pod");
            return new ResourceType(
                    slash < 0 ? "" : apiVersion.substring(0, slash),
                    apiVersion.substring(slash + 1),
                    kind,
                    plural,
                    kind.toLowerCase(Locale.ROOT),
                    shortName.isEmpty() ? List.of() : List.of(shortName),
                    inAll ? List.of("all") : List.of(),
                    plural,
                    traits,
                    selectable,
                    BuiltInColumns.of(kind),
                    shape,
                    rules);
        }
    }

    private static Set<Trait> with(Set<Trait> base, Trait... more) {
        Set<Trait> traits = EnumSet.copyOf(base);
        traits.addAll(List.of(more));
        return traits;
    }

    private static Map<String, String> same(String... labels) {
        Map<String, String> fields = new HashMap<>();
        for (String label : labels) {
            fields.put(label, label);
        }
        return fields;
    }

    private static Map<String, String> podFields() {
        return same(
                "spec.nodeName",
                "spec.restartPolicy",
                "spec.schedulerName",
                "spec.serviceAccountName",
                "status.phase",
                "status.podIP",
                "status.nominatedNodeName");
    }

    private static Map<String, String> eventFields(String object, String source) {
        Map<String, String> fields = same("type", "reason", "reportingComponent", "reportingController");
        for (String field : List.of("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")) {
            fields.put(object + "." + field, object + "." + field);
        }
        fields.put("source", source);
        return fields;
    }
}
