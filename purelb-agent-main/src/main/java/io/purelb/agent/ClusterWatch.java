package io.purelb.agent;

import io.purelb.core.AgentSettings;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Api;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.Mirror;
import io.purelb.k8s.Resources;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the API server says, kept up to date by watches. The loop's thread reads it; the watches' threads only mark what
 * has changed, and only that is read again.
 */
final class ClusterWatch implements AutoCloseable {
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private final String node;
    private final Optional<IpAddress> host;
    private final Runnable news;
    private final SettingsReport report;
    private final Mirror<SeenService> services;
    private final Mirror<SeenGroup> groups;
    private final Mirror<LBNodeAgentResource> agents;
    private final Mirror<SeenNode> nodes;
    private final AgentPods pods;
    private final ReadyNodes readyNodes;
    /** Services to be read again. */
    private final Set<ServiceKey> changed = ConcurrentHashMap.newKeySet();

    private volatile boolean settingsChanged = true;
    private volatile boolean groupsChanged = true;

    // The rest belongs to the thread that polls.
    private final SortedMap<ServiceKey, ServiceView> views = new TreeMap<>();
    /** This node's InternalIPs as its Node last gave them: without its Node they would not cease to be its own. */
    private List<IpAddress> internal = List.of();

    private Set<IpAddress> peers = Set.of();
    private Map<String, String> labels = Map.of();
    private Configuration configuration = Configuration.EMPTY;
    private AgentSettings settings = AgentSettings.DEFAULT;

    /**
     * Knows nothing yet.
     *
     * @param host this node's address where it is not the Node's InternalIP only
     * @param pods which nodes have an agent
     * @param news called when there may be something new to {@link #poll}, on any thread
     */
    ClusterWatch(Api api, String node, Optional<IpAddress> host, AgentPods pods, Runnable news, SettingsReport report) {
        this.node = node;
        this.host = host;
        this.pods = pods;
        this.news = news;
        this.report = report;
        services = new Mirror<>(api, "services", "/api/v1/services", SeenService::of);
        groups = new Mirror<>(
                api, "servicegroups", "/apis/purelb.io/v1/servicegroups", object -> Optional.of(SeenGroup.of(object)));
        agents = new Mirror<>(
                api,
                "lbnodeagents",
                "/apis/purelb.io/v1/lbnodeagents",
                object -> Optional.of(Resources.lbNodeAgent(object)));
        nodes = new Mirror<>(api, "nodes", "/api/v1/nodes", object -> Optional.of(SeenNode.of(object, node)));
        readyNodes = new ReadyNodes(api);
    }

    /** Begins to list and watch, and goes on for ever. */
    void start() {
        // An empty list brings no object, so its arrival has to be heard of too.
        services.start(key -> mark(new ServiceKey(key.namespace(), key.name())), news);
        groups.start(key -> markGroups(), news);
        agents.start(key -> markSettings(), news);
        nodes.start(key -> markSettings(), news);
        pods.start(this::markSettings);
        readyNodes.start(this::markEndpoints, news);
    }

    private void mark(ServiceKey service) {
        changed.add(service);
        news.run();
    }

    private void markGroups() {
        groupsChanged = true;
        news.run();
    }

    private void markSettings() {
        settingsChanged = true;
        news.run();
    }

    private void markEndpoints(ServiceKey service) {
        if (service(service).filter(seen -> seen.value().localPolicy()).isPresent()) {
            mark(service);
        }
    }

    /** Which kinds are not listed yet. */
    List<String> missing() {
        Map<String, Boolean> listed = new TreeMap<>(Map.of(
                "Services", services.synced(),
                "ServiceGroups", groups.synced(),
                "LBNodeAgents", agents.synced(),
                "Nodes", nodes.synced(),
                "Pods", pods.synced(),
                "EndpointSlices", readyNodes.synced()));
        return listed.entrySet().stream()
                .filter(kind -> !kind.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A Service as last seen. */
    Optional<Mirror.Seen<SeenService>> service(ServiceKey key) {
        return services.get(new Mirror.Key(key.namespace(), key.name()));
    }

    /** The nodes that have an agent, as last seen. */
    List<SeenNode> agentNodes() {
        return pods.among(nodes());
    }

    /** The nodes as last seen. */
    List<SeenNode> nodes() {
        return nodes.all().stream().map(Mirror.Seen::value).toList();
    }

    /** Whether this node may go away soon: it is cordoned, not ready, being deleted or deleted. */
    boolean leaving() {
        return nodes.get(new Mirror.Key("", node))
                .map(seen -> seen.value().leaving())
                .orElse(true);
    }

    /** What is new since the last call; empty when nothing is, or while anything is not listed yet. */
    Optional<ClusterView> poll() {
        if (!missing().isEmpty()) {
            return Optional.empty();
        }
        boolean groupsRead = readGroups();
        boolean settingsRead = readSettings();
        boolean servicesRead = readServices();
        if (!groupsRead && !settingsRead && !servicesRead) {
            return Optional.empty();
        }
        Set<IpAddress> own = new LinkedHashSet<>(internal);
        host.ifPresent(own::add);
        return Optional.of(new ClusterView(
                List.copyOf(own),
                labels.containsKey(EXCLUDED),
                settings,
                configuration,
                peers,
                List.copyOf(views.values())));
    }

    /** The agents, with the subnets that their nodes are in, where not every address can be handed out. */
    void located(Membership live) {
        report.located(
                configuration,
                live,
                (namespace, name) -> groups.get(new Mirror.Key(namespace, name))
                        .map(seen -> seen.value().resource()));
    }

    private boolean readGroups() {
        if (!groupsChanged) {
            return false;
        }
        // Cleared first: what changes meanwhile is read again.
        groupsChanged = false;
        configuration = Configuration.of(
                configuration,
                groups.all().stream()
                        .map(Mirror.Seen::value)
                        .collect(Collectors.toMap(SeenGroup::spec, SeenGroup::standing, (a, b) -> a)));
        settingsChanged = true; // which are reported together
        return true;
    }

    private boolean readSettings() {
        if (!settingsChanged) {
            return false;
        }
        settingsChanged = false;
        Optional<SeenNode> self = nodes.get(new Mirror.Key("", node)).map(Mirror.Seen::value);
        labels = self.map(SeenNode::labels).orElse(Map.of());
        LBNodeAgents.Choice choice = LBNodeAgents.choose(
                agents.all().stream().map(Mirror.Seen::value).toList(), labels, settings);
        settings = choice.settings();
        report.loaded(choice, configuration);
        List<IpAddress> listed = self.map(SeenNode::addresses).orElse(List.of());
        if (!listed.isEmpty()) {
            internal = listed;
        }
        peers = new TreeSet<>();
        agentNodes().forEach(other -> peers.addAll(other.addresses()));
        return true;
    }

    private boolean readServices() {
        boolean different = false;
        for (Iterator<ServiceKey> keys = changed.iterator(); keys.hasNext(); ) {
            ServiceKey key = keys.next();
            keys.remove();
            Optional<ServiceView> now = service(key).map(seen -> view(seen.value()));
            Optional<ServiceView> before =
                    Optional.ofNullable(now.isPresent() ? views.put(key, now.get()) : views.remove(key));
            different |= !now.equals(before);
        }
        return different;
    }

    private ServiceView view(SeenService seen) {
        boolean follow = !seen.addresses().isEmpty() && seen.localPolicy();
        return new ServiceView(
                new AnnouncedService(
                        seen.key(),
                        seen.addresses(),
                        follow,
                        seen.allowLocal(),
                        follow ? readyNodes.of(seen.key()) : Set.of()),
                seen.announcements());
    }

    @Override
    public void close() {
        Stream.of(services, groups, agents, nodes).forEach(Mirror::close);
        pods.close();
        readyNodes.close();
    }
}
