package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.AddressPlan;
import io.purelb.core.AgentSettings;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.NodePlan;
import io.purelb.core.NodePlan.AddressChange;
import io.purelb.process.Log;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Brings the kernel's addresses in line with what should be, and announces new local ones on the LAN. */
final class AddressChanges {
    private static final Log LOG = Log.of(AddressChanges.class);

    private final Kernel kernel;
    private final Lan lan;
    private final LocalAddresses local;
    private final AgentMetrics metrics;
    private final AnnouncementSchedule schedule = new AnnouncementSchedule();
    private final Renewals renewals = new Renewals();
    private final Pending<AddressChange> asked = new Pending<>(200, 30_000);

    private final Set<InterfaceAddress> added = new TreeSet<>();
    private final Map<InterfaceAddress, String> failures = new TreeMap<>();
    private Map<IpAddress, InterfaceAddress> held = Map.of();

    AddressChanges(Kernel kernel, Lan lan, LocalAddresses local, AgentMetrics metrics) {
        this.kernel = kernel;
        this.lan = lan;
        this.local = local;
        this.metrics = metrics;
    }

    /** What this node has as planned, after the last {@link #apply}. */
    Map<IpAddress, InterfaceAddress> held() {
        return held;
    }

    /** What the last {@link #apply} put on an interface. */
    Set<InterfaceAddress> added() {
        return added;
    }

    /** Why addresses that should be on an interface are not. */
    Map<InterfaceAddress, String> failures() {
        return failures;
    }

    /** When to apply again without any news. */
    long nextAt() {
        return Math.min(Math.min(asked.nextAt(), schedule.nextAt()), renewals.nextAt());
    }

    /**
     * Makes the changes.
     *
     * @param plans all plans
     * @param targets where this node may have which addresses now
     * @param observed addresses of ours that it has
     * @return whether the kernel was changed, so that it has to be read again
     */
    boolean apply(
            long now,
            AgentSettings settings,
            Map<IpAddress, AddressPlan> plans,
            Collection<InterfaceAddress> targets,
            Collection<InterfaceAddress> observed) {
        added.clear();
        List<AddressChange> steps = NodePlan.diff(targets, observed, true);
        asked.retain(steps);
        // One that is to be asked for again meanwhile has failed all the same.
        failures.keySet()
                .removeIf(target -> !Optional.ofNullable(plans.get(addressOf(target)))
                        .flatMap(AddressPlan::placement)
                        .equals(Optional.of(target)));
        Map<IpAddress, InterfaceAddress> before = held;
        held = new TreeMap<>();
        Set<InterfaceAddress> there = new HashSet<>(observed);
        targets.stream().filter(there::contains).forEach(target -> hold(target));
        boolean changed = false;
        for (AddressChange step : steps) {
            if (asked.ask(now, step, "")) {
                changed |= step instanceof AddressChange.Remove
                        ? remove(now, step.target(), Optional.ofNullable(plans.get(addressOf(step.target()))))
                        : add(now, settings, plans.get(addressOf(step.target())), step.target(), before);
            }
        }
        renew(now, settings, plans);
        announce(now);
        return changed;
    }

    private void hold(InterfaceAddress target) {
        held.put(addressOf(target), target);
        failures.remove(target);
    }

    private boolean remove(long now, InterfaceAddress target, Optional<AddressPlan> plan) {
        Optional<String> failure = kernel.remove(target);
        if (failure.isPresent()) {
            LOG.warn(
                    "address is not withdrawn",
                    "ip",
                    addressOf(target),
                    "interface",
                    target.interfaceName(),
                    "error",
                    failure.get());
            metrics.failed("delete_address");
            return false;
        }
        LOG.info(
                "address withdrawn",
                "ip",
                addressOf(target),
                "interface",
                target.interfaceName(),
                "reason",
                plan.map(AddressPlan::reason).orElse("no Service has it"));
        metrics.withdrawn();
        local.gone(now, addressOf(target));
        return true;
    }

    private boolean add(
            long now,
            AgentSettings settings,
            AddressPlan plan,
            InterfaceAddress target,
            Map<IpAddress, InterfaceAddress> before) {
        boolean onLan = plan.scope() == AddressPlan.Scope.LOCAL;
        Optional<String> failure = kernel.add(target, options(settings, plan), onLan && settings.probe());
        if (failure.isPresent()) {
            LOG.warn(
                    "address is not announced",
                    "ip",
                    plan.address(),
                    "interface",
                    target.interfaceName(),
                    "error",
                    failure.get());
            metrics.failed("add_address");
            failures.put(target, failure.get());
            return false;
        }
        boolean repaired = target.equals(before.get(plan.address()));
        LOG.info(
                repaired ? "address put back" : "address added",
                "ip",
                plan.address(),
                "interface",
                target.interfaceName(),
                "reason",
                plan.reason());
        if (repaired) {
            metrics.repaired();
        } else {
            metrics.added();
        }
        added.add(target);
        hold(target);
        if (onLan && settings.sendGarp()) {
            schedule.begin(
                    now, target, settings.garpCount(), settings.garpInterval().toMillis());
        }
        return true;
    }

    private void renew(long now, AgentSettings settings, Map<IpAddress, AddressPlan> plans) {
        Map<InterfaceAddress, AddressOptions> options = new HashMap<>();
        held.values().forEach(target -> options.put(target, options(settings, plans.get(addressOf(target)))));
        for (InterfaceAddress target : renewals.due(now, options, added)) {
            kernel.add(target, options.get(target), true).ifPresent(failure -> {
                LOG.warn("address is not renewed", "ip", addressOf(target), "error", failure);
                metrics.failed("renew_address");
            });
        }
    }

    private void announce(long now) {
        schedule.retain(held.values());
        for (InterfaceAddress target : schedule.due(now)) {
            lan.announce(target);
            metrics.told(addressOf(target).family());
        }
    }

    private static AddressOptions options(AgentSettings settings, AddressPlan plan) {
        return plan.scope() == AddressPlan.Scope.LOCAL ? settings.local() : settings.virtual();
    }

    private static IpAddress addressOf(InterfaceAddress target) {
        return target.address().address();
    }
}
