package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.AgentMessage;
import io.purelb.core.Announcer;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** Carries out what the {@link Announcer} decides: asks the LAN and talks to the other agents. */
final class LocalAddresses {
    private final Announcer announcer;
    private final Lan lan;
    private final Fellows fellows;
    private Map<IpAddress, InterfaceAddress> there = Map.of();
    private Set<IpAddress> planned = Set.of();

    LocalAddresses(String node, Lan lan, Fellows fellows) {
        this.announcer = new Announcer(node);
        this.lan = lan;
        this.fellows = fellows;
    }

    void membership(long now, Membership members) {
        announcer.membership(now, members);
    }

    void heard(long now, IpAddress address, String mac, boolean asking) {
        announcer.heard(now, address, mac, asking);
    }

    void said(long now, String other, AgentMessage message) {
        announcer.said(now, other, message);
    }

    void leave(long latest) {
        announcer.leave(latest);
    }

    /** Where this node may have local addresses, after the last {@link #step}. */
    SortedMap<IpAddress, InterfaceAddress> mayHave() {
        return announcer.mayHave();
    }

    /** An address was taken off its interface; whoever waits for it is told. */
    void gone(long now, IpAddress address) {
        announcer.gone(now, address).ifPresent(fellows::send);
    }

    /**
     * Tells the announcer how things are now, and does what it says.
     *
     * @param local addresses of ours that the kernel has on local interfaces
     * @param probes whether the LAN is asked
     */
    Announcer.Step step(
            long now,
            Map<IpAddress, AddressPlan> plans,
            Collection<InterfaceAddress> local,
            Member self,
            boolean probes) {
        announcer.asking(now, probes);
        announcer.ownMacs(self.macs());
        tellThere(now, plans, local);
        announcer.keeping(self.linkUp());
        tellPlans(now, plans);
        Announcer.Step step = announcer.step(now);
        step.messages().forEach(fellows::send);
        step.probes().stream()
                .filter(target -> !lan.probe(target))
                .forEach(target -> announcer.unsent(now, target.address().address()));
        step.defended().forEach(lan::announce);
        lan.watch(announcer.mayHave().keySet());
        return step;
    }

    private void tellThere(long now, Map<IpAddress, AddressPlan> plans, Collection<InterfaceAddress> local) {
        Map<IpAddress, InterfaceAddress> current = new HashMap<>();
        for (InterfaceAddress found : local) {
            IpAddress address = found.address().address();
            boolean wanted = Optional.ofNullable(plans.get(address))
                    .flatMap(AddressPlan::placement)
                    .filter(target -> target.interfaceName().equals(found.interfaceName()))
                    .isPresent();
            if (wanted || !current.containsKey(address)) {
                current.put(address, found);
            }
        }
        there.keySet().stream()
                .filter(address -> !current.containsKey(address))
                .forEach(address -> announcer.there(now, address, Optional.empty()));
        current.forEach((address, where) -> announcer.there(now, address, Optional.of(where)));
        there = current;
    }

    private void tellPlans(long now, Map<IpAddress, AddressPlan> plans) {
        Set<IpAddress> current = new HashSet<>();
        plans.values().stream()
                .filter(plan -> plan.scope() == AddressPlan.Scope.LOCAL)
                .forEach(plan -> {
                    current.add(plan.address());
                    announcer.plan(now, plan);
                });
        planned.stream()
                .filter(address -> !current.contains(address))
                .forEach(address -> announcer.unplan(now, address));
        planned = current;
    }
}
