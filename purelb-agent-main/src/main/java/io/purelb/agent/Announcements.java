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
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells people what this node announces: events and annotations of Services, metrics, each once per transition. */
final class Announcements {
    private static final Log LOG = Log.of(Announcements.class);

    /** A Service's address as this node announces it. */
    private record Announced(ServiceKey service, InterfaceAddress where, boolean local) {}

    private record Trouble(ServiceKey service, IpAddress address, String reason) {}

    private final String node;
    private final ServiceNotes notes;
    private final AgentMetrics metrics;
    private final Pending<ServiceKey> annotating = new Pending<>(5_000, 60_000);
    private final Pending<ServiceKey> overriding = new Pending<>(5_000, 60_000);
    private final Set<ServiceKey> overridden = new HashSet<>();
    private final Map<IpFamily, String> knownProblems = new EnumMap<>(IpFamily.class);
    private Set<Announced> announced = Set.of();
    private Map<Trouble, String> troubles = Map.of();
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
     * @param live names of the live agents
     * @param problems why a family has no local interface
     * @param changes what was done
     */
    void report(
            long now,
            Collection<ServiceView> services,
            Set<String> live,
            Map<IpAddress, AddressPlan> plans,
            Map<IpFamily, String> problems,
            AddressChanges changes) {
        reportAnnounced(plans, changes);
        reportTroubles(plans, problems, changes);
        override(now, plans, changes.held());
        ServiceAnnotations annotations = new ServiceAnnotations(node, live, plans, changes.held());
        Set<ServiceKey> differing = new HashSet<>();
        for (ServiceView service : services) {
            ServiceKey key = service.announced().service();
            Map<String, Optional<String>> wanted = annotations.changes(service);
            if (!wanted.isEmpty()) {
                differing.add(key);
                if (annotating.ask(now, key, List.of(service.announcements(), wanted))) {
                    notes.annotate(key, service.announcements(), wanted);
                }
            }
        }
        annotating.retain(differing);
        first = false;
    }

    private void reportAnnounced(Map<IpAddress, AddressPlan> plans, AddressChanges changes) {
        Set<Announced> current = new LinkedHashSet<>();
        changes.held().forEach((address, where) -> {
            AddressPlan plan = plans.get(address);
            plan.services()
                    .forEach(service -> current.add(
                            new Announced(service.service(), where, plan.scope() == AddressPlan.Scope.LOCAL)));
        });
        announced.stream().filter(gone -> !current.contains(gone)).forEach(gone -> {
            metrics.announced(gone.service(), node, gone.where(), gone.local(), false);
            LOG.info(
                    "withdrawn",
                    "service",
                    gone.service(),
                    "ip",
                    gone.where().address().address(),
                    "interface",
                    gone.where().interfaceName());
        });
        for (Announced fresh : current) {
            if (!announced.contains(fresh)) {
                metrics.announced(fresh.service(), node, fresh.where(), fresh.local(), true);
                IpAddress address = fresh.where().address().address();
                String name = fresh.where().interfaceName();
                LOG.info("announcing", "service", fresh.service(), "ip", address, "node", node, "interface", name);
                // What an agent finds in place when it starts is no transition.
                if (!first || changes.added().contains(fresh.where())) {
                    notes.event(
                            fresh.service(),
                            false,
                            fresh.local() ? EventReasons.ANNOUNCING_LOCAL : EventReasons.ANNOUNCING_NON_LOCAL,
                            fresh.local()
                                    ? EventReasons.announcingLocal(node, address, name)
                                    : EventReasons.announcingNonLocal(node, address, name));
                }
            }
        }
        announced = current;
    }

    private void reportTroubles(
            Map<IpAddress, AddressPlan> plans, Map<IpFamily, String> problems, AddressChanges changes) {
        Map<Trouble, String> current = new HashMap<>();
        for (AddressPlan plan : plans.values()) {
            IpAddress address = plan.address();
            Optional<InterfaceAddress> target = plan.placement();
            String failure = target.map(changes.failures()::get).orElse(null);
            String problem = problems.get(address.family());
            for (AnnouncedService service : plan.services()) {
                if (failure != null) {
                    current.put(
                            new Trouble(service.service(), address, EventReasons.ANNOUNCEMENT_FAILED),
                            "Node " + node + " could not announce " + address + " on interface "
                                    + target.get().interfaceName() + ": " + failure);
                }
                if (problem != null && plan.scope() == AddressPlan.Scope.VIRTUAL && target.isPresent()) {
                    current.put(
                            new Trouble(service.service(), address, EventReasons.NO_LOCAL_INTERFACE),
                            "Node " + node + " has no local interface, so " + address + " is on "
                                    + target.get().interfaceName() + ": " + problem);
                }
            }
        }
        Map<Trouble, String> before = troubles;
        current.forEach((trouble, text) -> {
            if (!text.equals(before.get(trouble))) {
                notes.event(trouble.service(), true, trouble.reason(), text);
            }
        });
        troubles = current;
        problems.forEach((family, text) -> {
            if (!text.equals(knownProblems.put(family, text))) {
                LOG.error("no local interface", "node", node, "reason", text);
            }
        });
        knownProblems.keySet().retainAll(problems.keySet());
    }

    /** On a local address the policy Local would send traffic to one node only, so it becomes Cluster. */
    private void override(long now, Map<IpAddress, AddressPlan> plans, Map<IpAddress, InterfaceAddress> held) {
        Set<ServiceKey> wrong = new HashSet<>();
        held.keySet().stream()
                .map(plans::get)
                .filter(plan -> plan.scope() == AddressPlan.Scope.LOCAL)
                .flatMap(plan -> plan.services().stream())
                .filter(service -> service.localPolicy() && !service.allowLocal())
                .forEach(service -> wrong.add(service.service()));
        for (ServiceKey service : wrong) {
            if (overriding.ask(now, service, "")) {
                notes.useClusterPolicy(service);
            }
            if (overridden.add(service)) {
                notes.event(
                        service,
                        false,
                        EventReasons.LOCAL_OVERRIDE,
                        "ExternalTrafficPolicy Local is not supported on local addresses, setting to Cluster");
            }
        }
        overriding.retain(wrong);
        overridden.retainAll(wrong);
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
