package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.AddressPlan;
import io.purelb.core.AgentSettings;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.NodePlan;
import io.purelb.core.NodePlan.AddressChange;
import io.purelb.process.Log;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Brings the kernel's addresses in line with what should be, and announces new local ones on the LAN. */
final class AddressChanges {
    private static final Log LOG = Log.of(AddressChanges.class);

    private final Kernel kernel;
    private final Lan lan;
    private final LocalAddresses local;
    private final AgentMetrics metrics;
    private final AddressForms forms;
    private final AnnouncementSchedule schedule = new AnnouncementSchedule();
    private final Renewals renewals = new Renewals();
    private final Pending<AddressChange> asked = new Pending<>(200, 30_000);

    private final Set<InterfaceAddress> added = new TreeSet<>();
    private final Map<InterfaceAddress, String> failures = new TreeMap<>();
    private final SortedMap<IpAddress, InterfaceAddress> held = new TreeMap<>();
    /** What is still to be done about addresses. */
    private final Map<IpAddress, List<AddressChange>> undone = new HashMap<>();

    /** Addresses of whose announcement the first frame went out, and the second one is still to come. */
    private final Set<InterfaceAddress> halfSent = new HashSet<>();

    /** What was held until it was found missing, so that to put it there is a repair. */
    private final Map<IpAddress, InterfaceAddress> lostLately = new HashMap<>();

    private Set<IpAddress> looked = Set.of();
    private boolean reshaped;

    AddressChanges(Kernel kernel, Lan lan, LocalAddresses local, AgentMetrics metrics, AddressForms forms) {
        this.kernel = kernel;
        this.lan = lan;
        this.local = local;
        this.metrics = metrics;
        this.forms = forms;
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

    /** The addresses that the last {@link #apply} dealt with. */
    Set<IpAddress> looked() {
        return looked;
    }

    /** Whether the last {@link #apply} gave an address another form; how it is now shows when the kernel is read. */
    boolean reshaped() {
        return reshaped;
    }

    /** The addresses that are where they should be, but not as they should be there. */
    Set<IpAddress> misshapen(AgentSettings settings, Situation situation) {
        Set<IpAddress> found = new TreeSet<>();
        held.forEach((address, target) -> situation
                .plan(address)
                .filter(plan -> !forms.isRight(target, forms.wanted(settings, plan, target)))
                .ifPresent(plan -> found.add(address)));
        return found;
    }

    /** How one address should be and is. */
    interface Situation {
        Optional<AddressPlan> plan(IpAddress address);

        /** Where this node may have it now. */
        Optional<InterfaceAddress> target(IpAddress address);

        /** Where it is, as far as that is ours. */
        List<InterfaceAddress> places(IpAddress address);

        /** It was put there, or taken from there. */
        void placed(InterfaceAddress place, boolean there);
    }

    /**
     * Makes the changes for these addresses, and for those that are not yet as they should be.
     *
     * @return the addresses that were changed in the kernel
     */
    Set<IpAddress> apply(long now, AgentSettings settings, Collection<IpAddress> touched, Situation situation) {
        added.clear();
        looked = new TreeSet<>(touched);
        looked.addAll(undone.keySet());
        List<InterfaceAddress> removals = new ArrayList<>();
        List<InterfaceAddress> additions = new ArrayList<>();
        List<InterfaceAddress> others = new ArrayList<>();
        for (IpAddress address : looked) {
            for (AddressChange step : steps(now, settings, address, situation)) {
                if (asked.ask(now, step, "")) {
                    (step instanceof AddressChange.Remove
                                    ? removals
                                    : step instanceof AddressChange.Add ? additions : others)
                            .add(step.target());
                }
            }
        }
        reshape(now, settings, others, situation);
        Set<IpAddress> changed = new TreeSet<>();
        removals.stream()
                .filter(target -> remove(now, target, situation.plan(addressOf(target))))
                .forEach(target -> {
                    situation.placed(target, false);
                    changed.add(addressOf(target));
                });
        changed.addAll(add(now, settings, additions, situation));
        renew(now);
        announce(now);
        return changed;
    }

    private List<AddressChange> steps(long now, AgentSettings settings, IpAddress address, Situation situation) {
        Optional<InterfaceAddress> target = situation.target(address);
        List<InterfaceAddress> places = situation.places(address);
        List<AddressChange> steps =
                new ArrayList<>(NodePlan.diff(target.stream().toList(), places, true));
        Optional<AddressOptions> options = target.filter(places::contains)
                .map(there -> forms.wanted(settings, situation.plan(address).orElseThrow(), there));
        options.filter(wanted -> !forms.isRight(target.orElseThrow(), wanted))
                .ifPresent(wanted -> steps.add(new AddressChange.Reshape(target.orElseThrow())));
        List<AddressChange> before = steps.isEmpty() ? undone.remove(address) : undone.put(address, steps);
        if (before != null) {
            before.stream().filter(step -> !steps.contains(step)).forEach(asked::forget);
        }
        // One that is to be asked for again meanwhile has failed all the same.
        Optional<InterfaceAddress> wanted = situation.plan(address).flatMap(AddressPlan::placement);
        failures.keySet()
                .removeIf(failed -> addressOf(failed).equals(address)
                        && !Optional.of(failed).equals(wanted));
        if (options.isPresent()) {
            hold(now, target.orElseThrow(), options.get(), false);
            schedule.hold(
                    now, target.get(), times(settings, situation.plan(address).orElseThrow()));
        } else {
            InterfaceAddress lost = held.remove(address);
            if (lost != null) {
                schedule.forget(lost);
                renewals.forget(lost);
                lostLately.put(address, lost);
            }
        }
        return steps;
    }

    private void hold(long now, InterfaceAddress target, AddressOptions options, boolean fresh) {
        InterfaceAddress before = held.put(addressOf(target), target);
        if (before != null && !before.equals(target)) {
            schedule.forget(before);
            renewals.forget(before);
        }
        failures.remove(target);
        renewals.hold(now, target, options, fresh);
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

    private void reshape(long now, AgentSettings settings, List<InterfaceAddress> targets, Situation situation) {
        reshaped = !targets.isEmpty();
        if (targets.isEmpty()) {
            return;
        }
        List<Kernel.Addition> changes = targets.stream()
                .map(target -> addition(settings, target, situation, true))
                .toList();
        Iterator<Optional<String>> refusals = kernel.reshape(changes).iterator();
        for (Kernel.Addition change : changes) {
            InterfaceAddress target = change.target();
            Optional<String> refusal = refusals.next();
            if (refusal.isPresent()) {
                LOG.warn(
                        "address is not as it should be",
                        "ip",
                        addressOf(target),
                        "interface",
                        target.interfaceName(),
                        "error",
                        refusal.get());
                metrics.failed("add_address");
            } else {
                LOG.info("address set right", "ip", addressOf(target), "interface", target.interfaceName());
                hold(now, target, change.options(), true);
                situation.placed(target, true);
            }
        }
    }

    private Kernel.Addition addition(
            AgentSettings settings, InterfaceAddress target, Situation situation, boolean checked) {
        AddressPlan plan = situation.plan(addressOf(target)).orElseThrow();
        return new Kernel.Addition(target, forms.wanted(settings, plan, target), checked);
    }

    private Set<IpAddress> add(long now, AgentSettings settings, List<InterfaceAddress> targets, Situation situation) {
        List<Kernel.Addition> additions = targets.stream()
                .sorted()
                .map(target -> {
                    AddressPlan plan = situation.plan(addressOf(target)).orElseThrow();
                    return addition(settings, target, situation, isLocal(plan) && settings.probe());
                })
                .toList();
        Set<IpAddress> there = new TreeSet<>();
        Iterator<Optional<String>> refusals = additions.isEmpty()
                ? Collections.emptyIterator()
                : kernel.add(additions).iterator();
        for (Kernel.Addition addition : additions) {
            AddressPlan plan = situation.plan(addressOf(addition.target())).orElseThrow();
            Optional<String> refusal = refusals.next();
            if (refusal.isPresent()) {
                refused(addition.target(), refusal.get());
            } else {
                added(now, settings, addition, plan);
                situation.placed(addition.target(), true);
                there.add(plan.address());
            }
        }
        lostLately.clear();
        return there;
    }

    private void refused(InterfaceAddress target, String refusal) {
        LOG.warn(
                "address is not announced",
                "ip",
                addressOf(target),
                "interface",
                target.interfaceName(),
                "error",
                refusal);
        metrics.failed("add_address");
        failures.put(target, refusal);
    }

    private void added(long now, AgentSettings settings, Kernel.Addition addition, AddressPlan plan) {
        InterfaceAddress target = addition.target();
        boolean repaired = target.equals(lostLately.get(plan.address()));
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
        hold(now, target, addition.options(), true);
        schedule.begin(now, target, times(settings, plan));
    }

    private void renew(long now) {
        List<Kernel.Addition> due = new ArrayList<>();
        renewals.due(now).forEach((target, options) -> due.add(new Kernel.Addition(target, options, true)));
        if (due.isEmpty()) {
            return;
        }
        Iterator<Optional<String>> refusals = kernel.add(due).iterator();
        for (Kernel.Addition renewal : due) {
            refusals.next().ifPresent(failure -> {
                LOG.warn("address is not renewed", "ip", addressOf(renewal.target()), "error", failure);
                metrics.failed("renew_address");
            });
        }
    }

    private void announce(long now) {
        for (AnnouncementSchedule.Frame frame : schedule.due(now)) {
            if (!lan.announce(frame.target(), frame.reply())) {
                halfSent.remove(frame.target());
            } else if (!frame.last()) {
                halfSent.add(frame.target());
            } else if (!frame.reply() || halfSent.remove(frame.target())) {
                metrics.told(addressOf(frame.target()).family());
            }
        }
    }

    /** Announces once more, before all that is only repeated, what others claim too. */
    void defend(long now, Collection<InterfaceAddress> targets) {
        targets.forEach(target -> schedule.again(now, target));
    }

    /** Announces all these from the beginning: their interface has another hardware address. */
    void announceAnew(long now, AgentSettings settings, Situation situation, Predicate<InterfaceAddress> which) {
        held.values().stream()
                .filter(which)
                .forEach(target -> situation
                        .plan(addressOf(target))
                        .ifPresent(plan -> schedule.begin(now, target, times(settings, plan))));
    }

    private static AnnouncementSchedule.Times times(AgentSettings settings, AddressPlan plan) {
        return plan.scope().exclusive() ? AnnouncementSchedule.Times.of(settings) : AnnouncementSchedule.Times.NEVER;
    }

    private static boolean isLocal(AddressPlan plan) {
        return plan.scope() == AddressPlan.Scope.LOCAL;
    }

    private static IpAddress addressOf(InterfaceAddress target) {
        return target.address().address();
    }
}
