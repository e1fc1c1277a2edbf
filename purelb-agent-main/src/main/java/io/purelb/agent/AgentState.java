package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the loop decided and saw in its last step, for people.
 *
 * @param plans what is to be done about each address
 * @param held what this node has as planned
 * @param observed addresses of ours on the interfaces that are managed
 * @param membership the live agents
 * @param granted local addresses that this node may have
 */
record AgentState(
        Map<IpAddress, AddressPlan> plans,
        Map<IpAddress, InterfaceAddress> held,
        Collection<InterfaceAddress> observed,
        Membership membership,
        Set<IpAddress> granted) {
    static final AgentState EMPTY = new AgentState(Map.of(), Map.of(), List.of(), Membership.EMPTY, Set.of());
}
