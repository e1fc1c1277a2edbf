package io.purelb.agent;

import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Asks and announces where an address is answered for: one on the virtual interface is so on the LAN that has its subnet. */
final class BesideLan implements Lan {
    private final Lan lan;
    private final UnaryOperator<InterfaceAddress> answering;

    BesideLan(Lan lan, UnaryOperator<InterfaceAddress> answering) {
        this.lan = lan;
        this.answering = answering;
    }

    @Override
    public void listen(Map<String, List<Subnet>> interfaces) {
        lan.listen(interfaces);
    }

    @Override
    public boolean probe(InterfaceAddress target) {
        return lan.probe(answering.apply(target));
    }

    @Override
    public void watch(Set<IpAddress> addresses) {
        lan.watch(addresses);
    }

    @Override
    public boolean announce(InterfaceAddress target, boolean reply) {
        return lan.announce(answering.apply(target), reply);
    }
}
