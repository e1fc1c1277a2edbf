package io.purelb.agent;

import io.fabric8.kubernetes.client.Config;
import io.prometheus.client.CollectorRegistry;
import io.purelb.core.AgentMessage;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import io.purelb.core.testkit.Patience;
import io.purelb.k8s.Api;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.EventRecorder;
import io.purelb.process.CommonMetrics;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Two agents on fake kernels of one LAN and one group, each with its own connection to an API server. */
final class AgentPair implements AutoCloseable {
    private final List<One> agents = new ArrayList<>();
    private final Map<String, Member> members = new TreeMap<>();
    /** What one says to the other, told between their steps. */
    private final Queue<Runnable> said = new ArrayDeque<>();

    AgentPair(Config config, String... nodes) {
        for (String node : nodes) {
            agents.add(new One(config, node, "172.30.250.10" + node.charAt(node.length() - 1)));
        }
    }

    private final class One implements Lan, Fellows {
        private final FakeKernel kernel = new FakeKernel();
        private final CommonMetrics common = CommonMetrics.register(new CollectorRegistry(), "test");
        private final String node;
        private final Api api;
        private final EventRecorder events;
        private final ClusterWatch cluster;
        private final ApiNotes notes;
        private final AgentLoop loop;

        private One(Config config, String node, String address) {
            this.node = node;
            kernel.link("eth0");
            kernel.foreign("eth0", address + "/24");
            kernel.defaultRoutes.put(IpFamily.IPV4, List.of("eth0"));
            api = Api.open(config);
            events = new EventRecorder(api, EventReasons.AGENT, node, Clock.systemUTC());
            cluster = new ClusterWatch(
                    api,
                    node,
                    Optional.empty(),
                    new AgentPods(api, "purelb", Optional.empty()),
                    () -> {},
                    new SettingsReport(node, events, common));
            notes = new ApiNotes(cluster::service, api, events, common);
            loop = new AgentLoop(node, "test", kernel, this, this, notes, new AgentMetrics(common.registry()));
            cluster.start();
        }

        @Override
        public void listen(Map<String, List<Subnet>> interfaces) {}

        @Override
        public boolean probe(InterfaceAddress target) {
            return true;
        }

        @Override
        public void watch(Set<IpAddress> addresses) {}

        @Override
        public boolean announce(InterfaceAddress target, boolean reply) {
            return true;
        }

        @Override
        public void publish(Member self) {
            members.put(node, self);
            Membership all = new Membership(List.copyOf(members.values()));
            said.add(() -> agents.forEach(agent -> agent.loop.membership(now(), all)));
        }

        @Override
        public void send(AgentMessage message) {
            said.add(() -> agents.stream()
                    .filter(agent -> agent != this)
                    .forEach(agent -> agent.loop.said(now(), node, message)));
        }
    }

    boolean ready() {
        return members.size() == agents.size() && agents.stream().allMatch(agent -> agent.loop.ready());
    }

    void drain(String node) {
        agents.stream().filter(agent -> agent.node.equals(node)).forEach(agent -> agent.loop.drain(now()));
    }

    void turnUntil(String what, BooleanSupplier reached) {
        long end = now() + Patience.LIMIT.toMillis();
        while (!reached.getAsBoolean()) {
            if (now() > end) {
                throw new AssertionError("not reached: " + what);
            }
            turnFor(50);
        }
    }

    void turnFor(long millis) {
        long end = now() + millis;
        while (now() < end) {
            for (One agent : agents) {
                agent.cluster.poll().ifPresent(agent.loop::cluster);
                agent.loop.step(now());
            }
            for (Runnable word = said.poll(); word != null; word = said.poll()) {
                word.run();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void close() {
        for (One agent : agents) {
            agent.notes.close();
            agent.events.close();
            agent.cluster.close();
            agent.api.close();
        }
    }
}
