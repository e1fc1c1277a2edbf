package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Announcer;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Membership;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.EventReasons;
import io.purelb.process.Log;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tells people what this node announces: events and annotations of Services, metrics, each once per transition. */
final class Announcements {
    private static final Log LOG = Log.of(Announcements.class);

    /** A Service's address as this node announces it. */
    private record Announced(ServiceKey service, InterfaceAddress where, boolean local) {}

    /** What is wrong with an address of a Service. */
    private record Trouble(ServiceKey service, String reason) {}

    private final String node;
    private final ServiceNotes notes;
    private final AgentMetrics metrics;
    private final Pending<ServiceKey> annotating = new Pending<>(5_000, 60_000);
    private final Pending<ServiceKey> overriding = new Pending<>(5_000, 60_000);
    private final Set<ServiceKey> overridden = new HashSet<>();
    private final Map<IpFamily, String> knownProblems = new EnumMap<>(IpFamily.class);
    private final Map<IpAddress, Set<Announced>> announced = new HashMap<>();
    private final Map<IpAddress, Map<Trouble, String>> troubles = new HashMap<>();
    private Set<String> live = Set.of();
    private boolean first = true;

    Announcements(String node, ServiceNotes notes, AgentMetrics metrics) {
        this.node = node;
        this.notes = notes;
        this.metrics = metrics;
    }

    /** When to report again without any news. */
    long nextAt() {
        return Math.min(annotating.nextAt(), overriding.nextAt());
    }

    /**
     * Reports what changed since the last report.
     *
     * @param changedServices Services that changed or went
     * @param changedAddresses addresses whose plan or place may have changed, or whose announcement failed
     */
    void report(Report now, Set<ServiceKey> changedServices, Set<IpAddress> changedAddresses) {
        Set<IpAddress> addresses =
                reportProblems(now.problems()) ? new TreeSet<>(now.plans().keySet()) : new TreeSet<>();
        addresses.addAll(changedAddresses);
        Set<ServiceKey> services = new TreeSet<>(changedServices);
        for (IpAddress address : addresses) {
            Optional<AddressPlan> plan = Optional.ofNullable(now.plans().get(address));
            reportAnnounced(address, plan, now.changes());
            reportTroubles(address, plan, now);
            plan.ifPresent(known -> known.services().forEach(service -> services.add(service.service())));
        }
        services.addAll(annotating.due(now.at()));
        services.addAll(overriding.due(now.at()));
        if (!now.live().equals(live)) {
            live = now.live();
            now.services().values().stream()
                    .filter(service -> ServiceAnnotations.namesOtherThan(live, service))
                    .forEach(service -> services.add(service.announced().service()));
        }
        ServiceAnnotations annotations =
                new ServiceAnnotations(node, live, now.plans(), now.changes().held());
        services.forEach(key -> {
            Optional<ServiceView> service = Optional.ofNullable(now.services().get(key));
            override(now, key, service);
            annotate(now.at(), key, service, annotations);
        });
        first = false;
    }

    /**
     * How things are.
     *
     * @param at the time
     * @param live names of the live agents
     * @param problems why a family has no local interface
     * @param changes what was done
     */
    record Report(
            long at,
            Map<ServiceKey, ServiceView> services,
            Set<String> live,
            Map<IpAddress, AddressPlan> plans,
            Map<IpFamily, String> problems,
            AddressChanges changes) {}

    private void annotate(long now, ServiceKey key, Optional<ServiceView> service, ServiceAnnotations annotations) {
        Map<String, Optional<String>> wanted = service.map(annotations::changes).orElse(Map.of());
        if (wanted.isEmpty()) {
            annotating.forget(key);
        } else if (annotating.ask(now, key, List.of(service.get().announcements(), wanted))) {
            notes.annotate(key, service.get().announcements(), wanted);
        }
    }

    private void reportAnnounced(IpAddress address, Optional<AddressPlan> plan, AddressChanges changes) {
        Optional<InterfaceAddress> place = Optional.ofNullable(changes.held().get(address));
        Set<Announced> current = new LinkedHashSet<>();
        if (place.isPresent() && plan.isPresent()) {
            boolean local = plan.get().scope() == AddressPlan.Scope.LOCAL;
            plan.get().services().forEach(service -> current.add(new Announced(service.service(), place.get(), local)));
        }
        Set<Announced> before = announced.getOrDefault(address, Set.of());
        before.stream().filter(gone -> !current.contains(gone)).forEach(this::withdrawn);
        current.stream()
                .filter(fresh -> !before.contains(fresh))
                // What an agent finds in place when it starts is no transition.
                .forEach(fresh -> announcing(fresh, !first || changes.added().contains(fresh.where())));
        if (current.isEmpty()) {
            announced.remove(address);
        } else {
            announced.put(address, current);
        }
    }

    private void withdrawn(Announced gone) {
        metrics.announced(gone.service(), node, gone.where(), gone.local(), false);
        LOG.info(
                "withdrawn",
                "service",
                gone.service(),
                "ip",
                gone.where().address().address(),
                "interface",
                gone.where().interfaceName());
    }

    private void announcing(Announced fresh, boolean transition) {
        metrics.announced(fresh.service(), node, fresh.where(), fresh.local(), true);
        IpAddress address = fresh.where().address().address();
        String name = fresh.where().interfaceName();
        LOG.info("announcing", "service", fresh.service(), "ip", address, "node", node, "interface", name);
        if (transition) {
            notes.event(
                    fresh.service(),
                    false,
                    fresh.local() ? EventReasons.ANNOUNCING_LOCAL : EventReasons.ANNOUNCING_NON_LOCAL,
                    fresh.local()
                            ? EventReasons.announcingLocal(node, address, name)
                            : EventReasons.announcingNonLocal(node, address, name));
        }
    }

    private void reportTroubles(IpAddress address, Optional<AddressPlan> plan, Report now) {
        Map<Trouble, String> current = plan.map(known -> troubles(known, now)).orElse(Map.of());
        Map<Trouble, String> before = troubles.getOrDefault(address, Map.of());
        current.forEach((trouble, text) -> {
            if (!text.equals(before.get(trouble))) {
                notes.event(trouble.service(), true, trouble.reason(), text);
            }
        });
        if (current.isEmpty()) {
            troubles.remove(address);
        } else {
            troubles.put(address, current);
        }
    }

    private Map<Trouble, String> troubles(AddressPlan plan, Report now) {
        IpAddress address = plan.address();
        Optional<InterfaceAddress> target = plan.placement();
        String failure = target.map(now.changes().failures()::get).orElse(null);
        String problem = now.problems().get(address.family());
        boolean misplaced = problem != null && plan.scope() != AddressPlan.Scope.LOCAL;
        if (target.isEmpty() || (failure == null && !misplaced)) {
            return Map.of();
        }
        Map<Trouble, String> found = new HashMap<>();
        String name = target.get().interfaceName();
        for (AnnouncedService service : plan.services()) {
            if (failure != null) {
                found.put(
                        new Trouble(service.service(), EventReasons.ANNOUNCEMENT_FAILED),
                        "Node " + node + " could not announce " + address + " on interface " + name + ": " + failure);
            }
            if (misplaced) {
                found.put(
                        new Trouble(service.service(), EventReasons.NO_LOCAL_INTERFACE),
                        "Node " + node + " has no local interface, so " + address + " is on " + name + ": " + problem);
            }
        }
        return found;
    }

    /** Whether the reasons why there is no local interface are others than before. */
    private boolean reportProblems(Map<IpFamily, String> problems) {
        if (problems.equals(knownProblems)) {
            return false;
        }
        problems.forEach((family, text) -> {
            if (!text.equals(knownProblems.get(family))) {
                LOG.error("no local interface", "node", node, "reason", text);
            }
        });
        knownProblems.clear();
        knownProblems.putAll(problems);
        return true;
    }

    /** On a local address the policy Local would send traffic to one node only, so it becomes Cluster. */
    private void override(Report now, ServiceKey key, Optional<ServiceView> service) {
        boolean wrong = service.map(ServiceView::announced)
                .filter(one -> one.localPolicy() && !one.allowLocal())
                .filter(one -> one.addresses().stream().anyMatch(address -> isHeldLocally(now, address)))
                .isPresent();
        if (!wrong) {
            overriding.forget(key);
            overridden.remove(key);
            return;
        }
        if (overriding.ask(now.at(), key, "")) {
            notes.useClusterPolicy(key);
        }
        if (overridden.add(key)) {
            notes.event(
                    key,
                    false,
                    EventReasons.LOCAL_OVERRIDE,
                    "ExternalTrafficPolicy Local is not supported on local addresses, setting to Cluster");
        }
    }

    private static boolean isHeldLocally(Report now, IpAddress address) {
        return now.changes().held().containsKey(address)
                && Optional.ofNullable(now.plans().get(address))
                        .filter(plan -> plan.scope() == AddressPlan.Scope.LOCAL)
                        .isPresent();
    }

    /** Some other host has an address that this node has or should have. */
    void conflict(AddressPlan plan, Announcer.Conflict conflict, Membership live) {
        String who = conflict.node()
                .map(name -> "node " + name + " (" + conflict.mac() + ") answers for it"
                        + (live.nodes().contains(name)
                                ? " without announcing it: with kube-proxy in IPVS mode set strictARP"
                                : ", but its agent is not in the group: see that it runs and can be reached"))
                .orElse("host " + conflict.mac() + " uses it: give one of them another address");
        LOG.warn("address conflict", "ip", plan.address(), "node", node, "reason", who);
        metrics.conflict();
        plan.services()
                .forEach(service -> notes.event(
                        service.service(),
                        true,
                        EventReasons.ADDRESS_CONFLICT,
                        "Node " + node + (conflict.held() ? " announces " : " does not announce ") + plan.address()
                                + (conflict.held() ? ", and " : ": ") + who));
    }
}
