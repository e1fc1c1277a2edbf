package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.AgentMessage;
import io.purelb.core.Announcer;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Carries out what the {@link Announcer} decides: asks the LAN and talks to the other agents. */
final class LocalAddresses {
    private final Announcer announcer;
    private final Lan lan;
    private final Fellows fellows;
    private final Set<IpAddress> planned = new HashSet<>();
    /** What this node may have, for the threads that listen for others with the same. */
    private final Set<IpAddress> having = ConcurrentHashMap.newKeySet();

    LocalAddresses(String node, Lan lan, Fellows fellows) {
        this.announcer = new Announcer(node);
        this.lan = lan;
        this.fellows = fellows;
        lan.watch(having);
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

    /** Whether an address is still on its way to another node, or from one to this. */
    boolean handsOver(long now) {
        return announcer.handsOver(now);
    }

    /** Where this node may have a local address, after the last {@link #step}. */
    Optional<InterfaceAddress> mayHave(IpAddress address) {
        return announcer.mayHave(address);
    }

    /** The local addresses that this node may have. */
    Set<IpAddress> having() {
        return having;
    }

    /** An address was taken off its interface; whoever waits for it is told. */
    void gone(long now, IpAddress address) {
        announcer.gone(now, address).ifPresent(fellows::send);
    }

    /**
     * What this node is, and whether it asks the LAN.
     *
     * @param linked the interfaces that have a link
     */
    void self(long now, Member self, Set<String> linked, boolean probes) {
        announcer.asking(now, probes);
        announcer.ownMacs(self.macs());
        announcer.linked(linked);
    }

    /**
     * Tells the announcer how an address is now.
     *
     * @param plan what is to be done about it
     * @param places where the kernel has it, of the interfaces that one node alone may have it on, as far as that is ours
     */
    void tell(long now, IpAddress address, Optional<AddressPlan> plan, Collection<InterfaceAddress> places) {
        Optional<String> wanted = plan.flatMap(AddressPlan::placement).map(InterfaceAddress::interfaceName);
        announcer.there(
                now,
                address,
                places.stream()
                        .filter(place ->
                                wanted.filter(place.interfaceName()::equals).isPresent())
                        .findFirst()
                        .or(() -> places.stream().findFirst()));
        Optional<AddressPlan> local = plan.filter(one -> one.scope().exclusive());
        if (local.isPresent()) {
            planned.add(address);
            announcer.plan(now, local.get());
        } else if (planned.remove(address)) {
            announcer.unplan(now, address);
        }
    }

    /** Does what the announcer says. */
    Announcer.Step step(long now) {
        Announcer.Step step = announcer.step(now);
        step.messages().forEach(fellows::send);
        step.probes().stream()
                .filter(target -> !lan.probe(target))
                .forEach(target -> announcer.unsent(now, target.address().address()));
        for (IpAddress address : step.changed()) {
            if (announcer.mayHave(address).isPresent()) {
                having.add(address);
            } else {
                having.remove(address);
            }
        }
        return step;
    }
}
