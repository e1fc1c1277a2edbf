package io.purelb.core;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * All that decides which addresses one node announces.
 *
 * @param node this node's name
 * @param nodeAddresses this node's own addresses (its InternalIPs), which are never ours
 * @param interfaces its interfaces
 * @param defaultRoutes the main table's default routes of each family, one by one for each next hop
 * @param settings how the agent is configured
 * @param configuration the service groups in force
 * @param services the Services with addresses of ours
 * @param membership the live agents
 * @param knownSubnets subnets of all agents seen since start, see {@link KnownSubnets}
 */
public record NodeView(
        String node,
        Set<IpAddress> nodeAddresses,
        List<NodeInterface> interfaces,
        Map<IpFamily, List<DefaultRoute>> defaultRoutes,
        AgentSettings settings,
        Configuration configuration,
        Collection<AnnouncedService> services,
        Membership membership,
        Set<Subnet> knownSubnets) {
    /** The same node among these agents. */
    NodeView among(Membership agents, Set<Subnet> subnets) {
        return new NodeView(
                node,
                nodeAddresses,
                interfaces,
                defaultRoutes,
                settings,
                configuration,
                services,
                agents,
                Set.copyOf(subnets));
    }

    /** Which addresses we may put on this node and take off it: never the node's own. */
    public Predicate<IpAddress> ours() {
        Set<IpAddress> announced = services.stream()
                .flatMap(service -> service.addresses().stream())
                .collect(Collectors.toSet());
        return address -> !nodeAddresses.contains(address)
                && (announced.contains(address)
                        || configuration.groupOf(address).isPresent());
    }
}
