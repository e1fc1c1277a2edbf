package io.purelb.agent;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.core.AgentSettings;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Membership;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.EndpointSlices;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.Services;
import io.purelb.k8s.Watched;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the API server says, kept up to date by watches. The loop's thread reads it; the watches' threads only mark it as
 * changed.
 */
final class ClusterWatch implements AutoCloseable {
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private final String node;
    private final Optional<IpAddress> host;
    private final Runnable changed;
    private final SettingsReport report;
    private final Watched<Service> services;
    private final Watched<ServiceGroupResource> groups;
    private final Watched<LBNodeAgentResource> agents;
    private final Watched<Node> nodes;
    private final Watched<EndpointSlice> slices;
    private volatile boolean dirty;
    /** Services whose endpoints decide. */
    private volatile Set<ServiceKey> followed = Set.of();

    /** This node's InternalIPs as its Node last gave them: without its Node they would not cease to be its own. */
    private Set<IpAddress> internal = Set.of();

    private Configuration configuration = Configuration.EMPTY;
    private AgentSettings settings = AgentSettings.DEFAULT;

    /**
     * Knows nothing yet.
     *
     * @param host this node's address where it is not the Node's InternalIP only
     * @param changed called when there may be something new to {@link #poll}, on any thread
     */
    ClusterWatch(
            KubernetesClient client, String node, Optional<IpAddress> host, Runnable changed, SettingsReport report) {
        this.node = node;
        this.host = host;
        this.changed = changed;
        this.report = report;
        services = new Watched<>("services", client.services().inAnyNamespace());
        groups = new Watched<>(
                "servicegroups", client.resources(ServiceGroupResource.class).inAnyNamespace());
        agents = new Watched<>(
                "lbnodeagents", client.resources(LBNodeAgentResource.class).inAnyNamespace());
        nodes = new Watched<>("nodes", client.nodes());
        slices = new Watched<>(
                "endpointslices",
                client.discovery().v1().endpointSlices().inAnyNamespace(),
                slice -> EndpointSlices.service(slice).map(ServiceKey::toString));
    }

    /** Begins to list and watch, and goes on for ever. */
    void start() {
        // An empty list brings no object, so its arrival has to be heard of too.
        Stream.of(
                        services.start(this::mark),
                        groups.start(this::mark),
                        agents.start(this::mark),
                        nodes.start(this::mark),
                        slices.start(this::markSlice))
                .forEach(listed -> listed.thenRun(this::mark));
    }

    private void mark(HasMetadata object) {
        mark();
    }

    private void mark() {
        dirty = true;
        changed.run();
    }

    private void markSlice(EndpointSlice slice) {
        if (EndpointSlices.service(slice).filter(followed::contains).isPresent()) {
            mark();
        }
    }

    /** Which kinds are not listed yet. */
    List<String> missing() {
        Map<String, Watched<?>> all = new TreeMap<>();
        all.put("Services", services);
        all.put("ServiceGroups", groups);
        all.put("LBNodeAgents", agents);
        all.put("Nodes", nodes);
        all.put("EndpointSlices", slices);
        return all.entrySet().stream()
                .filter(entry -> !entry.getValue().synced())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A Service as last seen. */
    Optional<Service> service(ServiceKey key) {
        return services.get(key.namespace(), key.name());
    }

    /** What is new since the last call; empty when nothing is, or while anything is not listed yet. */
    Optional<ClusterView> poll() {
        if (!dirty || !missing().isEmpty()) {
            return Optional.empty();
        }
        // Cleared first: what changes meanwhile is read again.
        dirty = false;
        try {
            return Optional.of(read());
        } catch (RuntimeException fault) {
            dirty = true;
            throw fault;
        }
    }

    private ClusterView read() {
        configuration = Configuration.of(
                configuration, groups.list().stream().map(ServiceGroups::spec).toList());
        Optional<Node> self = nodes.list().stream()
                .filter(other -> other.getMetadata().getName().equals(node))
                .findFirst();
        Map<String, String> labels = self.flatMap(
                        here -> Optional.ofNullable(here.getMetadata().getLabels()))
                .orElse(Map.of());
        LBNodeAgents.Choice choice = LBNodeAgents.choose(agents.list(), labels, settings);
        settings = choice.settings();
        report.loaded(choice, configuration);
        Set<IpAddress> listed = self.map(ClusterWatch::addresses).orElse(Set.of());
        if (!listed.isEmpty()) {
            internal = listed;
        }
        Set<IpAddress> own = new TreeSet<>(internal);
        host.ifPresent(own::add);
        return new ClusterView(own, labels.containsKey(EXCLUDED), settings, configuration, peers(), views());
    }

    /** The agents, with the subnets that their nodes are in, where not every address can be handed out. */
    void located(Membership agents) {
        report.located(configuration, agents, groups::get);
    }

    private List<ServiceView> views() {
        List<Service> announced = new ArrayList<>();
        Set<ServiceKey> following = new TreeSet<>();
        for (Service service : services.list()) {
            if (isAnnounced(service)) {
                announced.add(service);
                if (Services.isLocalPolicy(service)) {
                    following.add(Services.key(service));
                }
            } else if (!announcements(service).isEmpty()) {
                announced.add(service);
            }
        }
        followed = following;
        return announced.stream().map(this::view).toList();
    }

    private ServiceView view(Service service) {
        ServiceKey key = Services.key(service);
        boolean announced = isAnnounced(service);
        Map<String, String> annotations = service.getMetadata().getAnnotations();
        boolean follow = announced && Services.isLocalPolicy(service);
        return new ServiceView(
                new AnnouncedService(
                        key,
                        announced ? Services.ingress(service) : List.of(),
                        follow,
                        annotations.containsKey(Annotations.ALLOW_LOCAL),
                        follow ? EndpointSlices.readyNodes(slices.indexed(key.toString())) : Set.of()),
                announcements(service));
    }

    private static boolean isAnnounced(Service service) {
        return Services.isLoadBalancer(service)
                && Services.isBranded(service)
                && !Services.ingress(service).isEmpty();
    }

    /** The annotations of a Service that say who announces it. */
    static Map<String, String> announcements(Service service) {
        Map<String, String> all = service.getMetadata().getAnnotations();
        Map<String, String> found = new TreeMap<>();
        if (all != null) {
            Stream.of(
                            Annotations.ANNOUNCING_NODE,
                            Annotations.ANNOUNCING_INTERFACE,
                            Annotations.announcing(IpFamily.IPV4),
                            Annotations.announcing(IpFamily.IPV6))
                    .filter(all::containsKey)
                    .forEach(key -> found.put(key, all.get(key)));
        }
        return found;
    }

    /** The InternalIPs of all nodes. */
    private Set<IpAddress> peers() {
        Set<IpAddress> found = new TreeSet<>();
        nodes.list().forEach(other -> found.addAll(addresses(other)));
        return found;
    }

    private static Set<IpAddress> addresses(Node node) {
        Set<IpAddress> found = new TreeSet<>();
        if (node.getStatus() != null) {
            node.getStatus().getAddresses().stream()
                    .filter(address -> "InternalIP".equals(address.getType()))
                    .map(NodeAddress::getAddress)
                    .forEach(text -> IpAddress.tryParse(text).ifPresent(found::add));
        }
        return found;
    }

    @Override
    public void close() {
        Stream.of(services, groups, agents, nodes, slices).forEach(Watched::close);
    }
}
