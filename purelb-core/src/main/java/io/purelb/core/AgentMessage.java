package io.purelb.core;

import java.util.Optional;

/**
 * What one agent says to another about one address.
 *
 * @param kind what it says
 * @param address about which address
 * @param to the node that is meant; empty for all of them
 */
public record AgentMessage(Kind kind, IpAddress address, Optional<String> to) {
    /** What agents say. */
    public enum Kind {
        /** I have it, but you should: say when you are ready. */
        OFFERED,
        /** I am ready for it, or have it already: give it up. */
        WANTED,
        /** I have just given it up, because you wanted it. */
        RELEASED,
        /** You answer for it on the LAN: do you have it? */
        WHO_HOLDS,
        /** I neither have it nor am about to. */
        DOES_NOT_HOLD
    }

    static AgentMessage to(String node, Kind kind, IpAddress address) {
        return new AgentMessage(kind, address, Optional.of(node));
    }

    static AgentMessage toAll(Kind kind, IpAddress address) {
        return new AgentMessage(kind, address, Optional.empty());
    }
}
