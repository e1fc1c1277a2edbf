package io.purelb.agent;

import io.prometheus.client.CollectorRegistry;
import io.purelb.core.AgentMessage;
import io.purelb.core.AgentSettings;
import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.ServiceKey;
import io.purelb.netlink.Netlink;
import io.purelb.netlink.NetworkNamespace;
import io.purelb.netlink.RouteWatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An agent's loop in a network namespace, alone in its group, driven by the test's own thread. */
final class NodeOnKernel implements Fellows, ServiceNotes, AutoCloseable {
    private static final long PATIENCE = 10_000;

    private final Netlink netlink = Netlink.open();
    private final RouteWatch routes = RouteWatch.open();
    private final Queue<Runnable> heard = new ConcurrentLinkedQueue<>();
    private final NetlinkKernel kernel = new NetlinkKernel(netlink);
    private final NeighborLan lan = new NeighborLan(kernel::link, this::hear, () -> {});
    private final AgentLoop loop =
            new AgentLoop("node", "test", kernel, lan, this, this, new AgentMetrics(new CollectorRegistry()));
    private int contested;

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

    void announce(String... addresses) {
        loop.cluster(new ClusterView(
                Set.of(IpAddress.parse("172.30.250.101")),
                false,
                AgentSettings.DEFAULT,
                Configuration.of(Configuration.EMPTY, List.of(OneNode.group("/32"))),
                Set.of(),
                List.of(OneNode.service("web", addresses))));
    }

    boolean holds(String address) {
        return loop.state().held().containsKey(IpAddress.parse(address));
    }

    /** How often another host answered for an address that was asked for. */
    int contested() {
        return contested;
    }

    /** Turns the loop until this is so. */
    void until(BooleanSupplier reached) {
        long end = now() + PATIENCE;
        while (!reached.getAsBoolean()) {
            if (now() > end) {
                throw new AssertionError("not reached: " + StateJson.of("node", loop.ready(), loop.state()));
            }
            for (Runnable call = heard.poll(); call != null; call = heard.poll()) {
                call.run();
            }
            long next = loop.step(now());
            if (routes.await(Duration.ofMillis(Math.max(0, Math.min(20, next - now()))))) {
                loop.kernelChanged();
            }
        }
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
        loop.membership(now(), new Membership(List.of(self)));
    }

    @Override
    public void send(AgentMessage message) {}

    @Override
    public void annotate(ServiceKey service, Map<String, String> before, Map<String, Optional<String>> annotations) {}

    @Override
    public void useClusterPolicy(ServiceKey service) {}

    @Override
    public void event(ServiceKey service, boolean warning, String reason, String message) {}

    @Override
    public void close() {
        lan.close();
        routes.close();
        netlink.close();
    }
}
