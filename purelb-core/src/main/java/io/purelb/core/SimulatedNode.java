package io.purelb.core;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A node of a {@link Simulation}: a live agent with these interfaces, all of which have a carrier.
 *
 * @param name the node's name
 * @param interfaces its interfaces; the first one carries the default routes of the families it has addresses of
 * @param excluded whether it may not announce local addresses
 */
public record SimulatedNode(String name, List<NodeInterface> interfaces, boolean excluded) {
    public SimulatedNode {
        interfaces = List.copyOf(interfaces);
    }

    /**
     * Reads interfaces as in {@code eth0=172.30.250.101/24,fd00:250::101/64 eth1=10.0.0.1/24}.
     *
     * @throws AddressFormatException when the text is anything else
     */
    public static SimulatedNode parse(String name, String interfaces, boolean excluded) {
        List<NodeInterface> parsed = new ArrayList<>();
        for (String part : interfaces.strip().split("\\s+", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new AddressFormatException(
                        interfaces, interfaces.indexOf(part), "has a part that is not NAME=ADDRESS/LENGTH,...");
            }
            List<Subnet> addresses = new ArrayList<>();
            for (String address : part.substring(equals + 1).split(",", -1)) {
                addresses.add(Subnet.parse(address));
            }
            parsed.add(new NodeInterface(parsed.size() + 2, part.substring(0, equals), "", true, addresses));
        }
        return new SimulatedNode(name, parsed, excluded);
    }

    private Map<IpFamily, List<DefaultRoute>> defaultRoutes() {
        Map<IpFamily, List<DefaultRoute>> routes = new EnumMap<>(IpFamily.class);
        interfaces.stream()
                .limit(1)
                .forEach(first -> first.addresses()
                        .forEach(address -> routes.put(address.family(), List.of(new DefaultRoute(first.name(), 0)))));
        return routes;
    }

    /** What this node sees, apart from the other agents and the Services. */
    NodeView view(AgentSettings settings, Configuration configuration) {
        Set<IpAddress> own = interfaces.stream()
                .flatMap(iface -> iface.addresses().stream())
                .map(Subnet::address)
                .collect(Collectors.toSet());
        return new NodeView(
                name, own, interfaces, defaultRoutes(), settings, configuration, List.of(), Membership.EMPTY, Set.of());
    }

    Membership.Member member(NodeView view) {
        return LocalInterfaces.choose(view).member(name, excluded, "");
    }
}
