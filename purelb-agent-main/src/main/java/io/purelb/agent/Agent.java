package io.purelb.agent;

import io.purelb.netlink.Address;
import io.purelb.netlink.NetlinkException;
import io.purelb.netlink.RouteWatch;
import io.purelb.process.CommonMetrics;
import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import io.purelb.process.MonitoringServer;
import io.purelb.process.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The agent's threads: begins and ends them. */
final class Agent implements MonitoringServer.Health {
    private static final Log LOG = Log.of(Agent.class);
    private static final Duration HAND_OVER = Duration.ofMillis(2_500);
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final Duration LONGEST_TURN = Duration.ofMinutes(1);

    private final AgentFlags flags;
    private final AgentThread thread;
    private final NetlinkKernel kernel;
    private final ClusterWatch cluster;
    private final GroupJoin join;
    private final HostChecks checks;
    private final CommonMetrics metrics;
    private final List<AutoCloseable> parts;
    private final RouteWatch routes;
    private Optional<MonitoringServer> server = Optional.empty();
    /** Readiness is for the start: it stays when the API server or the group goes away later. */
    private volatile boolean wasReady;

    /**
     * Everything made, nothing begun.
     *
     * @param parts what to close at the end, in this order
     */
    Agent(
            AgentFlags flags,
            AgentThread thread,
            NetlinkKernel kernel,
            ClusterWatch cluster,
            GroupJoin join,
            HostChecks checks,
            CommonMetrics metrics,
            List<AutoCloseable> parts) {
        this.flags = flags;
        this.thread = thread;
        this.kernel = kernel;
        this.cluster = cluster;
        this.join = join;
        this.checks = checks;
        this.metrics = metrics;
        this.parts = parts;
        this.routes = flags.network().open(RouteWatch::open);
    }

    void start() {
        LOG.info("Starting", "version", Version.of(Agent.class), "node", flags.nodeName());
        server = Optional.of(serve(flags, metrics, this));
        EssentialThread.of("kernel-watch", this::watch).start();
        thread.start();
        checks.start();
    }

    /** Answers on the port of metrics and health, where the flags have it. */
    static MonitoringServer serve(AgentFlags flags, CommonMetrics metrics, MonitoringServer.Health health) {
        Optional<String> host = flags.host().map(Object::toString);
        int port = flags.common().port();
        return host.isPresent()
                // Only there the address can be bound to.
                ? flags.network().open(() -> MonitoringServer.start(host, port, metrics.registry(), health))
                : MonitoringServer.start(host, port, metrics.registry(), health);
    }

    private void watch() {
        while (routes.isOpen()) {
            EssentialThread.within(LONGEST_TURN);
            try {
                List<AgentThread.Event> events = new ArrayList<>();
                if (routes.await(TURN, new HandOver(kernel.routes(), events))) {
                    thread.post((loop, now) -> events.forEach(event -> event.happen(loop, now)));
                }
            } catch (NetlinkException e) {
                LOG.error("the kernel cannot be watched", "error", e);
                kernel.routes().unknown();
                thread.post((loop, now) -> loop.kernelChanged());
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
        }
    }

    /** Hands what the kernel reports over to the loop, in order. */
    record HandOver(KnownDefaultRoutes routes, List<AgentThread.Event> events) implements RouteWatch.Heard {
        @Override
        public void address(Address address, boolean there) {
            routes.address(address, there);
            events.add((loop, now) -> loop.addressChanged(address.ifindex(), address.address(), there));
        }

        @Override
        public void link(int ifindex) {
            routes.link(ifindex);
            changed();
        }

        @Override
        public void defaultRoute() {
            routes.defaultRoute();
            changed();
        }

        @Override
        public void nextHop(int id) {
            routes.nextHop(id);
            if (routes.uses(id)) {
                changed();
            }
        }

        @Override
        public void unknown() {
            routes.unknown();
            changed();
        }

        private void changed() {
            events.add((loop, now) -> loop.kernelChanged());
        }
    }

    /**
     * Hands the local addresses over, leaves the group and closes everything. Virtual addresses stay, and so do local ones
     * that no other node can have, or all, where another agent follows on this node: a hand-over cuts the connections that
     * are open at that moment, and the kernel goes on answering meanwhile.
     */
    void stop() {
        LOG.info("stopping", "node", flags.nodeName());
        if (flags.stayOnStop() && !cluster.leaving()) {
            LOG.info("local addresses stay for the agent that follows", "node", flags.nodeName());
        } else if (!thread.drain(HAND_OVER)) {
            LOG.warn("local addresses were not all handed over in time", "node", flags.nodeName());
        }
        thread.close();
        routes.close();
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("not closed", "error", e);
            }
        }
        server.ifPresent(MonitoringServer::close);
    }

    @Override
    public boolean alive() {
        return thread.turns() && join.turns();
    }

    @Override
    public Optional<String> notReady() {
        if (wasReady) {
            return Optional.empty();
        }
        List<String> missing = cluster.missing();
        if (!missing.isEmpty()) {
            return Optional.of("not listed yet: " + String.join(", ", missing));
        }
        wasReady = thread.answer(AgentLoop::ready).orElse(false);
        return wasReady ? Optional.empty() : Optional.of("the election group is not joined yet");
    }

    @Override
    public String state() {
        return thread.answer(loop -> StateJson.of(flags.nodeName(), loop.ready(), loop.state()))
                .orElse("{\"error\": \"the event loop does not answer\"}");
    }
}
