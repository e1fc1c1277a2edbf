package io.purelb.cli;

import io.fabric8.kubernetes.api.model.Condition;
import io.purelb.cli.ServiceProblem.Kind;
import io.purelb.cli.ServiceRow.Announcer;
import io.purelb.core.AddressPool;
import io.purelb.core.Allocator;
import io.purelb.core.Assignment;
import io.purelb.core.Claim;
import io.purelb.core.Configuration;
import io.purelb.core.FoundService;
import io.purelb.core.IpAddress;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceKey;
import io.purelb.core.ShownService.Standing;
import io.purelb.core.Subnet;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.EventReasons;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds what a cluster's Services have and what is wrong with it. Who holds what is decided by the allocator's code. */
final class ServiceRows {
    private static final String UNDECIDED = "UNDECIDED";
    private static final String PODS = "kubectl --namespace purelb get pods --output wide";

    private final ClusterView cluster;
    private final Configuration groups;
    private final Ledger ledger;
    private final Set<IpAddress> orphans;
    private final Map<ServiceKey, List<Ledger.Conflict>> conflicts = new HashMap<>();
    private final String virtualInterface;
    /** Whether nodes have an address of their own in a subnet. */
    private final Map<Subnet, Boolean> atNodes = new HashMap<>();
    /** Subnets of pools of which some address is announced as a local one: nodes may be there with another interface. */
    private final Set<Subnet> local = new HashSet<>();

    private ServiceRows(ClusterView cluster) {
        this.cluster = cluster;
        this.groups = cluster.state().configuration();
        this.ledger = cluster.state().ledger();
        this.orphans = Set.copyOf(ledger.orphans());
        this.virtualInterface = String.join("|", cluster.virtualInterfaces());
        for (ServiceKey service : ledger.services()) {
            ledger.heldBy(service).stream()
                    .map(Assignment::address)
                    .filter(address -> cluster.said(service).announcers().containsKey(address.family()))
                    .flatMap(address -> groups.poolOf(address).stream())
                    .forEach(pool -> local.add(pool.subnet()));
        }
        ledger.conflicts()
                .forEach(conflict -> conflicts
                        .computeIfAbsent(conflict.service(), service -> new ArrayList<>())
                        .add(conflict));
    }

    /** All rows, sorted by Service; addresses in the order in which the Service shows them. */
    static List<ServiceRow> of(ClusterView cluster) {
        ServiceRows rows = new ServiceRows(cluster);
        return cluster.state().services().values().stream()
                .flatMap(service -> rows.rows(service).stream())
                .toList();
    }

    private List<ServiceRow> rows(FoundService found) {
        if (found.shown().among(groups) == Standing.SERVED_BY_ANOTHER) {
            return List.of();
        }
        List<ServiceRow> rows = new ArrayList<>();
        ledger.heldBy(found.key()).forEach(held -> rows.add(row(found, held)));
        pending(found).ifPresent(problem -> rows.add(waiting(found, problem)));
        return rows;
    }

    /** The allocator's own words, where it has said something. */
    private Optional<ServiceProblem> pending(FoundService found) {
        Optional<Condition> said = cluster.said(found.key()).allocated();
        String status = said.map(Condition::getStatus).orElse("Unknown");
        boolean holds = !ledger.heldBy(found.key()).isEmpty();
        if (status.equals("False")) {
            return said.map(why -> new ServiceProblem(Kind.PENDING, text(why.getReason()), text(why.getMessage())));
        }
        return holds || found.request().terminating()
                ? Optional.empty()
                : Optional.of(new ServiceProblem(
                        Kind.PENDING,
                        UNDECIDED,
                        "the allocator has not decided about it yet: check that it runs, " + PODS));
    }

    private static String text(String said) {
        return Objects.requireNonNullElse(said, ServiceRow.NONE);
    }

    private static ServiceRow waiting(FoundService found, ServiceProblem problem) {
        return new ServiceRow(
                found.key().namespace(),
                found.key().name(),
                ServiceRow.NONE,
                found.request().group().orElse(Allocator.DEFAULT_GROUP),
                ServiceRow.NONE,
                ServiceRow.NONE,
                List.of(),
                found.request().sharingKey().orElse(ServiceRow.NONE),
                List.of(),
                List.of(problem));
    }

    private ServiceRow row(FoundService found, Assignment held) {
        ServiceKey service = found.key();
        IpAddress address = held.address();
        Map<ServiceKey, Claim> claims = ledger.claims(address);
        Scope scope = scope(service, address);
        List<Announcer> announcers = announcers(scope, found, address);
        List<ServiceProblem> problems = new ArrayList<>();
        conflicts.getOrDefault(service, List.of()).stream()
                .filter(conflict -> conflict.address().equals(address))
                .forEach(conflict -> problems.add(new ServiceProblem(
                        Kind.CONFLICT,
                        conflict.refusal().reason().name(),
                        conflict.refusal().message())));
        announced(scope, announcers, address).ifPresent(problems::add);
        if (orphans.contains(address)) {
            problems.add(ServiceProblem.of(Kind.ORPHANED, EventReasons.orphaned(service, address)));
        }
        if (cluster.knowsEndpoints() && !cluster.hasReadyPod(service)) {
            problems.add(ServiceProblem.of(
                    Kind.NO_ENDPOINTS,
                    "no pod behind it is ready: check spec.selector of the Service and the readiness of its pods"));
        }
        problems.sort(Comparator.comparing(ServiceProblem::problem));
        return new ServiceRow(
                service.namespace(),
                service.name(),
                address.toString(),
                held.group(),
                scope.word,
                Annotations.BRAND,
                announcers,
                Optional.ofNullable(claims.get(service))
                        .flatMap(Claim::sharingKey)
                        .orElse(ServiceRow.NONE),
                claims.keySet().stream()
                        .filter(other -> !other.equals(service))
                        .map(ServiceKey::toString)
                        .toList(),
                problems);
    }

    /** How an address is announced, as far as Services and Nodes tell. */
    private enum Scope {
        LOCAL("local"),
        VIRTUAL("virtual"),
        UNKNOWN(ServiceRow.NONE);

        private final String word;

        Scope(String word) {
            this.word = word;
        }
    }

    /** Agents name the announcers of local addresses only; else the addresses of the Nodes tell. */
    private Scope scope(ServiceKey service, IpAddress address) {
        if (cluster.said(service).announcers().containsKey(address.family())) {
            return Scope.LOCAL;
        }
        if (!cluster.knowsNodes()) {
            return Scope.UNKNOWN;
        }
        return groups.poolOf(address)
                .map(AddressPool::subnet)
                .map(subnet -> local.contains(subnet) || atNodes.computeIfAbsent(subnet, cluster::isAtNodes)
                        ? Scope.LOCAL
                        : Scope.VIRTUAL)
                .orElse(Scope.UNKNOWN);
    }

    /** Who announces it by what all its Services say; two of them only where something is wrong. */
    private List<Announcer> announcers(Scope scope, FoundService found, IpAddress address) {
        if (scope == Scope.VIRTUAL) {
            return found.request().localPolicy()
                    ? cluster.receivingNodes(found.key()).stream()
                            .map(node -> new Announcer(node, virtualInterface))
                            .toList()
                    : List.of(new Announcer(ServiceRow.EVERY_NODE, virtualInterface));
        }
        Map<String, Announcer> places = new TreeMap<>();
        for (ServiceKey service : ledger.claims(address).keySet()) {
            ClusterView.Said said = cluster.said(service);
            Optional.ofNullable(said.announcers().get(address.family()))
                    .ifPresent(
                            place -> places.put(place.node(), new Announcer(place.node(), place.networkInterface())));
            if (said.announcers().size() == 1) {
                said.node()
                        .filter(node -> said.announcers().containsKey(address.family()))
                        .ifPresent(node -> places.putIfAbsent(node, new Announcer(node, "")));
            }
        }
        return List.copyOf(places.values());
    }

    private Optional<ServiceProblem> announced(Scope scope, List<Announcer> announcers, IpAddress address) {
        if (announcers.isEmpty()) {
            return nobody(scope, address);
        }
        if (scope == Scope.LOCAL && announcers.size() > 1) {
            String names = announcers.stream().map(Announcer::node).collect(Collectors.joining(" and "));
            return Optional.of(ServiceProblem.of(
                    Kind.ANNOUNCED_TWICE,
                    "nodes " + names + " are both named as announcing " + address
                            + ": open port 7934, UDP and TCP, between the nodes and see whether both agents run, "
                            + PODS));
        }
        return scope == Scope.LOCAL
                        && cluster.knowsNodes()
                        && !cluster.isReady(announcers.get(0).node())
                ? Optional.of(unhealthy(announcers.get(0).node(), address))
                : Optional.empty();
    }

    private static Optional<ServiceProblem> nobody(Scope scope, IpAddress address) {
        return switch (scope) {
            case LOCAL ->
                Optional.of(ServiceProblem.of(
                        Kind.NO_ANNOUNCER,
                        "no node announces " + address + ", though it is local, in a subnet of nodes: check that their"
                                + " agents run, " + PODS + ", and what the events of the Service say"));
            case VIRTUAL ->
                Optional.of(ServiceProblem.of(
                        Kind.NO_ANNOUNCER,
                        "no node has " + address + ", because externalTrafficPolicy is Local and no pod is ready: make"
                                + " a pod ready or set the policy to Cluster"));
            case UNKNOWN -> Optional.empty();
        };
    }

    private ServiceProblem unhealthy(String node, IpAddress address) {
        String why = cluster.hasNode(node) ? "is not Ready" : "is not in the cluster";
        return ServiceProblem.of(
                Kind.ANNOUNCER_UNHEALTHY,
                "node " + node + ", named as announcing " + address + ", " + why
                        + ": another node takes over once that one's agent is silent; check that agents run elsewhere, "
                        + PODS);
    }
}
