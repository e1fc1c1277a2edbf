package io.purelb.core;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a node announces addresses: what an {@code LBNodeAgent} object says.
 *
 * @param localInterface names of interfaces that carry local addresses; empty for the one with the default route
 * @param defaultRoutes what decides between several default routes, where those decide
 * @param virtualInterface name of the interface that carries virtual addresses
 * @param sendGarp whether moves are announced by gratuitous ARP and unsolicited neighbour advertisement
 * @param garpCount how often an announcement is sent
 * @param garpInterval time between two of them
 * @param garpRefresh time between two of all later ones; zero for no later ones
 * @param probe whether the LAN is asked before an address is claimed
 * @param local how local addresses are put on their interface
 * @param virtual how virtual addresses are put on theirs
 */
public record AgentSettings(
        Optional<Pattern> localInterface,
        DefaultRoutes defaultRoutes,
        String virtualInterface,
        boolean sendGarp,
        int garpCount,
        Duration garpInterval,
        Duration garpRefresh,
        boolean probe,
        AddressOptions local,
        AddressOptions virtual) {
    /** What holds without any {@code LBNodeAgent} object. */
    public static final AgentSettings DEFAULT = new AgentSettings(
            Optional.empty(),
            DefaultRoutes.UNIQUE,
            "kube-lb0",
            true,
            3,
            Duration.ofMillis(500),
            Duration.ZERO,
            true,
            AddressOptions.FOREVER,
            AddressOptions.FOREVER);
}
