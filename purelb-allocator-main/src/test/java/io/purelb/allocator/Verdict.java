package io.purelb.allocator;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.core.Allocations;
import io.purelb.core.Assignment;
import io.purelb.core.Configuration;
import io.purelb.core.Decision;
import io.purelb.core.GroupUsage;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is wrong with the state of an API server that an allocator has come to rest on, by core's own judgement: a fresh
 * ledger adopts what the Services show and has to leave everything as it is.
 */
final class Verdict {
    private final List<ServiceGroupResource> groups;
    private final List<Service> all;
    private final List<Service> ours;
    private final Allocations core = new Allocations();
    private final List<String> faults = new ArrayList<>();

    private Verdict(KubernetesClient client) {
        groups = client.resources(ServiceGroupResource.class)
                .inAnyNamespace()
                .list()
                .getItems();
        all = client.services().inAnyNamespace().list().getItems();
        ours = all.stream()
                .filter(service -> Services.isOurs(service, true))
                .sorted(Comparator.comparing(Services::created).thenComparing(Services::key))
                .toList();
    }

    /**
     * Sentences about what is wrong; none when all is well.
     *
     * @param state the allocator's {@code /debug/state}
     * @param metrics its {@code /metrics}
     */
    static List<String> faults(KubernetesClient client, JsonNode state, List<String> metrics) {
        Verdict verdict = new Verdict(client);
        verdict.adopt();
        verdict.nothingIsHeldTwice(state);
        verdict.everyDecisionKeepsWhatIsThere();
        verdict.othersCarryNoTrace();
        verdict.stateIsTheSame(state);
        verdict.seriesAreTheSame(metrics);
        verdict.statusesAreTheSame();
        return verdict.faults;
    }

    private void adopt() {
        core.configure(Configuration.of(
                Configuration.EMPTY, groups.stream().map(ServiceGroups::spec).toList()));
        core.ledger().configuration().problems().forEach(problem -> faults.add(problem.message()));
        for (Service service : ours) {
            if (Services.hasIngress(service)) {
                core.adopt(
                        Services.request(service),
                        Services.created(service),
                        Services.ingress(service),
                        Services.allocatedFrom(service));
            }
        }
    }

    /** Only an edit of who holds an address already brings two into conflict there, and the allocator says so of both. */
    private void nothingIsHeldTwice(JsonNode state) {
        Set<String> told = names(state.path("conflicts"));
        for (Ledger.Conflict conflict : core.ledger().conflicts()) {
            if (!told.contains(conflict.service().toString())) {
                faults.add("held twice: " + conflict);
            }
        }
    }

    private void everyDecisionKeepsWhatIsThere() {
        if (core.ledger().services().isEmpty()) {
            faults.add("no Service is served");
        }
        for (Service service : ours) {
            ServiceRequest request = Services.request(service);
            List<Decision> decisions = core.put(request, Services.created(service));
            decisions.stream()
                    .filter(decision -> !decision.assigned().isEmpty()
                            || !decision.released().isEmpty())
                    .forEach(decision -> faults.add("core decides otherwise: " + decision));
            if (!ServiceWriter.isWritten(service, ServiceContents.of(request, decisions.get(0)))) {
                faults.add("core decides " + decisions.get(0) + " but the Service says "
                        + service.getMetadata().getAnnotations() + " " + service.getStatus());
            }
        }
    }

    private void othersCarryNoTrace() {
        all.stream()
                .filter(service -> !Services.isOurs(service, true))
                .filter(service -> Services.isBranded(service)
                        || Services.hasIngress(service)
                        || ServiceWriter.hasCondition(service))
                .forEach(service -> faults.add(Services.key(service) + " is not ours and carries traces: "
                        + service.getMetadata().getAnnotations() + " " + service.getStatus()));
    }

    private void stateIsTheSame(JsonNode state) {
        Map<String, List<String>> shown = new TreeMap<>();
        ours.stream()
                .filter(Services::hasIngress)
                .forEach(service -> shown.put(
                        Services.key(service).toString(),
                        Services.ingress(service).stream()
                                .map(Object::toString)
                                .sorted()
                                .toList()));
        Map<String, List<String>> held = new TreeMap<>();
        state.path("services").forEach(service -> {
            List<String> addresses = new ArrayList<>();
            service.path("addresses")
                    .forEach(address -> addresses.add(address.path("ip").asText()));
            held.put(
                    service.path("service").asText(),
                    addresses.stream().sorted().toList());
        });
        same("/debug/state: services", shown, held);
        Set<String> unsettled = new TreeSet<>();
        core.unsettled().stream()
                .filter(decision -> !decision.refusals().isEmpty())
                .forEach(decision -> unsettled.add(decision.service().toString()));
        same("/debug/state: pending", unsettled, names(state.path("pending")));
    }

    private void seriesAreTheSame(List<String> metrics) {
        Set<String> expected = new TreeSet<>();
        for (ServiceKey key : core.ledger().services()) {
            for (Assignment held : core.ledger().heldBy(key)) {
                expected.add(
                        "purelb_address_allocated{namespace=\"%s\",service=\"%s\",ip=\"%s\",pool=\"%s\",family=\"%s\",} 1.0"
                                .formatted(
                                        key.namespace(),
                                        key.name(),
                                        held.address(),
                                        held.group(),
                                        held.address().family()));
            }
        }
        for (GroupUsage usage : core.ledger().usage()) {
            expected.add("purelb_address_pool_addresses_in_use{pool=\"%s\",} %s"
                    .formatted(usage.group().name(), usage.total().allocated().doubleValue()));
        }
        Set<String> exported = new TreeSet<>();
        metrics.stream()
                .filter(line -> line.startsWith("purelb_address_allocated{")
                        || line.startsWith("purelb_address_pool_addresses_in_use{"))
                .forEach(exported::add);
        same("/metrics", expected, exported);
    }

    private void statusesAreTheSame() {
        List<GroupUsage> usage = core.ledger().usage();
        for (ServiceGroupResource group : groups) {
            Stream.of(GroupStatuses.of(group, core.ledger(), usage, java.time.Instant.EPOCH))
                    .filter(expected -> !expected.equals(group.getStatus()))
                    .forEach(expected -> faults.add("status of ServiceGroup "
                            + group.getMetadata().getName() + ": " + group.getStatus() + " instead of " + expected));
        }
    }

    private static Set<String> names(JsonNode services) {
        Set<String> names = new TreeSet<>();
        services.forEach(service -> names.add(service.path("service").asText()));
        return names;
    }

    private void same(String what, Map<String, ?> expected, Map<String, ?> found) {
        same(what, new HashSet<>(expected.entrySet()), new HashSet<>(found.entrySet()));
    }

    private void same(String what, Set<?> expected, Set<?> found) {
        expected.stream().filter(one -> !found.contains(one)).forEach(one -> faults.add(what + " lacks " + one));
        found.stream()
                .filter(one -> !expected.contains(one))
                .forEach(one -> faults.add(what + " has too much: " + one));
    }
}
