package io.purelb.core;

import java.util.List;
import java.util.Set;

/**
 * A Service whose addresses nodes announce.
 *
 * @param service its key
 * @param addresses its addresses, in the order of its status
 * @param localPolicy whether {@code externalTrafficPolicy} is Local
 * @param allowLocal whether it keeps that policy on a local address
 * @param readyNodes nodes whose endpoints of it receive traffic, as {@link EndpointNodes#receiving} has them
 */
public record AnnouncedService(
        ServiceKey service,
        List<IpAddress> addresses,
        boolean localPolicy,
        boolean allowLocal,
        Set<String> readyNodes) {
    public AnnouncedService {
        addresses = List.copyOf(addresses);
        readyNodes = Set.copyOf(readyNodes);
    }
}
