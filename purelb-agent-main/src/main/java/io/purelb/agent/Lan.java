package io.purelb.agent;

import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import java.util.Set;

/** The networks of the local interfaces. What other hosts say arrives at {@link AgentLoop#heard}. */
interface Lan {
    /** Listens on exactly these interfaces. */
    void listen(Set<String> interfaces);

    /**
     * Asks once who has an address.
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

    /** Says once that this node has it. */
    void announce(InterfaceAddress target);
}
