package io.purelb.agent;

import io.prometheus.client.CollectorRegistry;
import io.purelb.core.AgentMessage;
import io.purelb.core.AgentSettings;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Configuration;
import io.purelb.core.DefaultRoutes;
import io.purelb.core.GroupSpec;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.PoolSpec;
import io.purelb.core.ServiceKey;
import io.purelb.core.SharingScope;
import io.purelb.core.testkit.Patience;
import io.purelb.netlink.Netlink;
import io.purelb.netlink.NetworkNamespace;
import io.purelb.netlink.RouteWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An agent's loop in a network namespace, driven by the test's own thread. It is alone in its group unless others are
 * named. Pools: 172.30.250.50-99 and fd00:250::5000/116 in the node's subnets, 172.31.0-2.0/24 and fd00:31::/64 elsewhere.
 */
final class NodeOnKernel implements Fellows, ServiceNotes, AutoCloseable {
    private static final long PATIENCE = Patience.LIMIT.toMillis();

    private final Netlink netlink = Netlink.open();
    private final RouteWatch routes = RouteWatch.open();
    private final Queue<Runnable> heard = new ConcurrentLinkedQueue<>();
    private final NetlinkKernel kernel = new NetlinkKernel(netlink);
    private final NeighborLan lan = new NeighborLan(kernel::link, this::hear, () -> {});
    final CollectorRegistry registry = new CollectorRegistry();
    private final AgentLoop loop = new AgentLoop("node", "test", kernel, lan, this, this, new AgentMetrics(registry));
    private final Map<ServiceKey, ServiceView> services = new TreeMap<>();
    /** What went out, in order. */
    final List<String> said = new ArrayList<>();

    AgentSettings settings = AgentSettings.DEFAULT;
    List<GroupSpec> groups = List.of(group("default"));
    /** What the Node says. */
    List<IpAddress> internalIps = List.of(IpAddress.parse(TwoHosts.NODE_ADDRESS), IpAddress.parse("fd00:250::101"));

    private int contested;
    private Optional<Member> published = Optional.empty();

    /** What a test does with it. */
    interface Story {
        void tell(NodeOnKernel agent) throws Exception;
    }

    private NodeOnKernel() {}

    static void run(String namespace, Story story) throws Exception {
        NetworkNamespace.call(namespace, () -> {
            try (NodeOnKernel agent = new NodeOnKernel()) {
                story.tell(agent);
                return true;
            }
        });
    }

    /** The pools; {@code aggregation} is that of 172.31.1.0/24. */
    static GroupSpec group(String aggregation) {
        return group(
                pool(IpFamily.IPV4, "172.30.250.0/24", "172.30.250.50-172.30.250.99", "default"),
                pool(IpFamily.IPV4, "172.31.0.0/24", "172.31.0.0/24", "default"),
                pool(IpFamily.IPV4, "172.31.1.0/24", "172.31.1.0/24", aggregation),
                pool(IpFamily.IPV4, "172.31.2.0/24", "172.31.2.0/24", "default"),
                pool(IpFamily.IPV6, "fd00:250::/64", "fd00:250::5000/116", "default"),
                pool(IpFamily.IPV6, "fd00:31::/64", "fd00:31::/64", "default"));
    }

    static GroupSpec group(PoolSpec... pools) {
        return group("default", pools);
    }

    static GroupSpec group(String name, PoolSpec... pools) {
        return new GroupSpec("purelb", name, Instant.EPOCH, List.of(pools), SharingScope.CLUSTER, List.of(), List.of());
    }

    static PoolSpec pool(IpFamily family, String subnet, String range, String aggregation) {
        return new PoolSpec("spec.local", Optional.of(family), subnet, range, aggregation);
    }

    /** Interfaces with such names carry local addresses. */
    NodeOnKernel localint(String pattern) {
        return local(Optional.of(Pattern.compile(pattern)), settings.defaultRoutes());
    }

    /** What decides between default routes. */
    NodeOnKernel defaultRoutes(DefaultRoutes rule) {
        return local(Optional.empty(), rule);
    }

    private NodeOnKernel local(Optional<Pattern> names, DefaultRoutes rule) {
        settings = new AgentSettings(
                names,
                rule,
                settings.virtualInterface(),
                settings.sendGarp(),
                settings.garpCount(),
                settings.garpInterval(),
                settings.garpRefresh(),
                settings.probe(),
                settings.local(),
                settings.virtual());
        return this;
    }

    NodeOnKernel with(ServiceView service) {
        services.put(service.announced().service(), service);
        return this;
    }

    NodeOnKernel without(String service) {
        services.remove(new ServiceKey("default", service));
        return this;
    }

    /** A Service with {@code externalTrafficPolicy: Local} and ready endpoints on these nodes. */
    NodeOnKernel withLocalPolicy(String name, String address, String... readyNodes) {
        return with(new ServiceView(
                new AnnouncedService(
                        new ServiceKey("default", name),
                        List.of(IpAddress.parse(address)),
                        true,
                        false,
                        Set.of(readyNodes)),
                Map.of()));
    }

    /** One Service has these addresses. */
    NodeOnKernel announce(String... addresses) {
        return with(OneNode.service("web", addresses)).tell();
    }

    /** The cluster as it is now reaches the agent. */
    NodeOnKernel tell() {
        loop.cluster(new ClusterView(
                internalIps,
                false,
                settings,
                Configuration.of(Configuration.EMPTY, groups),
                Set.of(),
                List.copyOf(services.values())));
        return this;
    }

    boolean holds(String... addresses) {
        return Stream.of(addresses).allMatch(address -> loop.state().held().containsKey(IpAddress.parse(address)));
    }

    /** How often another host answered for an address that was asked for. */
    int contested() {
        return contested;
    }

    double metric(String name) {
        return registry.getSampleValue(name);
    }

    /** What this node told the others of itself. */
    Member published() {
        return published.orElseThrow();
    }

    long count(String beginning) {
        return said.stream().filter(line -> line.startsWith(beginning)).count();
    }

    /** Turns the loop until this is so. */
    void until(BooleanSupplier reached) {
        long end = now() + PATIENCE;
        while (!reached.getAsBoolean()) {
            if (now() > end) {
                throw new AssertionError(
                        "not reached: " + StateJson.of("node", loop.ready(), loop.state()) + "\n" + said);
            }
            turn(20);
        }
    }

    /** Turns the loop until nothing was left to do for this long. */
    void settle(long quietMillis) {
        long quietSince = now();
        while (now() - quietSince < quietMillis) {
            int before = said.size();
            if (turn(20) || said.size() != before) {
                quietSince = now();
            }
        }
    }

    /** One step, and a wait for the kernel of at most so long; tells whether the kernel changed. */
    boolean turn(long atMostMillis) {
        for (Runnable call = heard.poll(); call != null; call = heard.poll()) {
            call.run();
        }
        long next = loop.step(now());
        List<AgentThread.Event> events = new ArrayList<>();
        boolean changed = routes.await(
                Duration.ofMillis(Math.max(0, Math.min(atMostMillis, next - now()))),
                new Agent.HandOver(kernel.routes(), events));
        events.forEach(event -> event.happen(loop, now()));
        return changed;
    }

    private void hear(IpAddress address, String mac, boolean asking) {
        heard.add(() -> {
            contested++;
            loop.heard(now(), address, mac, asking);
        });
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void publish(Member self) {
        published = Optional.of(self);
        loop.membership(now(), new Membership(List.of(self)));
    }

    @Override
    public void send(AgentMessage message) {}

    @Override
    public void annotate(ServiceKey service, Map<String, String> before, Map<String, Optional<String>> annotations) {
        said.add("annotate " + service + " " + new TreeMap<>(annotations));
    }

    @Override
    public void useClusterPolicy(ServiceKey service) {
        said.add("cluster policy " + service);
    }

    @Override
    public void event(ServiceKey service, boolean warning, String reason, String message) {
        said.add((warning ? "Warning " : "Normal ") + service + " " + reason + " " + message);
    }

    @Override
    public void close() {
        lan.close();
        routes.close();
        netlink.close();
    }
}
