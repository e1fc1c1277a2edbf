package io.purelb.agent;

import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The networks of the local interfaces. What other hosts say arrives at {@link AgentLoop#heard}. */
interface Lan {
    /**
     * Listens on exactly these interfaces.
     *
     * @param interfaces name → the node's own addresses there, in whose names it may ask
     */
    void listen(Map<String, List<Subnet>> interfaces);

    /**
     * Asks once who has an address: as one that would like to have it, and as one that would like to reach it. Switches that
     * answer for others let the former kind of question go no further.
     *
     * @return whether the question went out; if not, silence says nothing
     */
    boolean probe(InterfaceAddress target);

    /**
     * Listens for other hosts that say they have one of these addresses.
     *
     * @param addresses what it is at each moment, for any thread
     */
    void watch(Set<IpAddress> addresses);

    /**
     * Says that this node has an address, by one frame.
     *
     * @param reply whether by an ARP reply; else by an ARP request, or a neighbour advertisement for IPv6
     * @return whether the frame went out
     */
    boolean announce(InterfaceAddress target, boolean reply);
}
