package io.purelb.cli;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.purelb.core.AgentSettings;
import io.purelb.core.EndpointNodes;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.ServiceKey;
import io.purelb.core.Subnet;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.EndpointSlices;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.Services;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A cluster as somebody sees it who may read Services, ServiceGroups, EndpointSlices, Nodes and LBNodeAgents, and nothing
 * else. What only the agents' metrics tell is not in it.
 */
final class ClusterView {
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            ServiceGroupResource.class, Service.class, Node.class, EndpointSlice.class, LBNodeAgentResource.class);

    private final ClusterState state = new ClusterState();
    private final Map<ServiceKey, Said> said = new HashMap<>();
    private final SortedMap<String, SeenNode> nodes = new TreeMap<>();
    private final Map<ServiceKey, SeenEndpoints> endpoints = new HashMap<>();
    private final List<LBNodeAgentResource> agents = new ArrayList<>();
    /** Whether kinds of which nothing was read have no objects; saved ones may just not have been saved. */
    private final boolean complete;

    private boolean anySlice;

    private ClusterView(boolean complete) {
        this.complete = complete;
    }

    /**
     * What the controllers wrote on a Service.
     *
     * @param announcers who announces its local address of a family
     * @param node who announces its first local address
     * @param allocated the allocator's condition
     */
    record Said(Map<IpFamily, Place> announcers, Optional<String> node, Optional<Condition> allocated) {
        static final Said NOTHING = new Said(Map.of(), Optional.empty(), Optional.empty());
    }

    /** A node's interface. */
    record Place(String node, String networkInterface) {
        private static Place parse(String text) {
            String[] parts = text.split(",", 2);
            return new Place(parts[0].strip(), parts.length > 1 ? parts[1].strip() : "");
        }
    }

    private record SeenNode(boolean ready, List<IpAddress> internal, Map<String, String> labels) {}

    private record SeenEndpoints(boolean anyReady, EndpointNodes nodes) {
        private static final SeenEndpoints NONE = new SeenEndpoints(false, EndpointNodes.NONE);

        private SeenEndpoints and(SeenEndpoints other) {
            return new SeenEndpoints(anyReady || other.anyReady, EndpointNodes.all(List.of(nodes, other.nodes)));
        }
    }

    /** Reads all there is. */
    static ClusterView of(ClusterOption cluster) {
        ClusterView view = new ClusterView(cluster.isLive());
        cluster.read(KINDS, view::add);
        return view;
    }

    private void add(HasMetadata object) {
        state.add(object);
        if (object instanceof Service service && Services.isOurs(service, true)) {
            said.put(Services.key(service), said(service));
        } else if (object instanceof Node node) {
            nodes.put(node.getMetadata().getName(), seen(node));
        } else if (object instanceof EndpointSlice slice) {
            anySlice = true;
            EndpointSlices.service(slice)
                    .ifPresent(key -> endpoints.merge(
                            key,
                            new SeenEndpoints(
                                    EndpointSlices.readyCount(List.of(slice)) > 0, EndpointSlices.nodes(slice)),
                            SeenEndpoints::and));
        } else if (object instanceof LBNodeAgentResource agent) {
            agents.add(agent);
        }
    }

    private static Said said(Service service) {
        Map<IpFamily, Place> announcers = new TreeMap<>();
        for (IpFamily family : IpFamily.values()) {
            Services.annotation(service, Annotations.announcing(family))
                    .ifPresent(text -> announcers.put(family, Place.parse(text)));
        }
        return new Said(
                announcers, Services.annotation(service, Annotations.ANNOUNCING_NODE), Services.allocated(service));
    }

    private static SeenNode seen(Node node) {
        List<NodeCondition> conditions =
                node.getStatus() == null ? List.of() : node.getStatus().getConditions();
        List<IpAddress> internal = node.getStatus() == null
                ? List.of()
                : node.getStatus().getAddresses().stream()
                        .filter(address -> "InternalIP".equals(address.getType()))
                        .flatMap(address -> IpAddress.tryParse(address.getAddress()).stream())
                        .toList();
        boolean ready = conditions.stream()
                .anyMatch(condition -> "Ready".equals(condition.getType()) && "True".equals(condition.getStatus()));
        return new SeenNode(
                ready,
                internal,
                Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of()));
    }

    /** Groups and Services as the allocator finds them. */
    ClusterState state() {
        return state;
    }

    /** What the controllers wrote on a Service. */
    Said said(ServiceKey service) {
        return said.getOrDefault(service, Said.NOTHING);
    }

    /** Whether Nodes are known: saved objects may have none. */
    boolean knowsNodes() {
        return complete || !nodes.isEmpty();
    }

    /** Whether EndpointSlices are known. */
    boolean knowsEndpoints() {
        return complete || anySlice;
    }

    /** Whether a node is in the cluster. */
    boolean hasNode(String node) {
        return nodes.containsKey(node);
    }

    /** Whether a node is in the cluster and Ready. */
    boolean isReady(String node) {
        return hasNode(node) && nodes.get(node).ready();
    }

    /** Whether some node says that its own address lies in a subnet. */
    boolean isAtNodes(Subnet subnet) {
        return nodes.values().stream().flatMap(node -> node.internal().stream()).anyMatch(subnet::contains);
    }

    /** Whether any pod behind a Service is ready. */
    boolean hasReadyPod(ServiceKey service) {
        return endpoints.getOrDefault(service, SeenEndpoints.NONE).anyReady();
    }

    /** The nodes that traffic for a Service with a local policy may go to. */
    SortedSet<String> receivingNodes(ServiceKey service) {
        return new TreeSet<>(
                endpoints.getOrDefault(service, SeenEndpoints.NONE).nodes().receiving());
    }

    /** Names of the interface for virtual addresses; nearly always one for all nodes. */
    SortedSet<String> virtualInterfaces() {
        SortedSet<String> names = new TreeSet<>();
        nodes.values().forEach(node -> names.add(virtualInterface(node.labels())));
        return names.isEmpty() ? new TreeSet<>(List.of(virtualInterface(Map.of()))) : names;
    }

    private String virtualInterface(Map<String, String> labels) {
        return LBNodeAgents.choose(agents, labels, AgentSettings.DEFAULT)
                .settings()
                .virtualInterface();
    }
}
