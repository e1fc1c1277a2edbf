package io.purelb.agent;

import io.prometheus.client.CollectorRegistry;
import io.purelb.core.AgentMessage;
import io.purelb.core.AgentSettings;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Configuration;
import io.purelb.core.GroupSpec;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.PoolSpec;
import io.purelb.core.ServiceKey;
import io.purelb.core.SharingScope;
import io.purelb.core.Subnet;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One agent's loop at virtual time, between a fake kernel, LAN, group and API server. The node is purelb2-1 with eth0 =
 * 172.30.250.101/24; 172.30.250.50-60 is a pool of local addresses, 172.31.1.0/24 one of virtual addresses.
 */
final class OneNode implements Lan, Fellows, ServiceNotes {
    static final String NODE = "purelb2-1";
    /** purelb2-1 wins this one among purelb2-1 to -5, and -4 is the runner-up. */
    static final String LOCAL = "172.30.250.53";

    static final String LOCAL_ON_ETH0 = LOCAL + "/24";

    final FakeKernel kernel = new FakeKernel();
    final CollectorRegistry registry = new CollectorRegistry();
    final AgentLoop loop = new AgentLoop(NODE, "test", kernel, this, this, this, new AgentMetrics(registry));
    /** What went out, in order. */
    final List<String> said = new ArrayList<>();

    final Map<ServiceKey, ServiceView> services = new TreeMap<>();
    Configuration configuration = Configuration.of(Configuration.EMPTY, List.of(group("/32")));
    AgentSettings settings = AgentSettings.DEFAULT;
    Optional<Member> published = Optional.empty();
    List<String> others = List.of();
    /** Whether frames go out on the LAN. */
    boolean sends = true;

    /** Whether announcements do. */
    boolean announces = true;

    /** Whether others want at once what they are offered. */
    boolean ready = true;

    private final Deque<AgentMessage> answers = new ArrayDeque<>();

    /** Whether the host could be checked before it was prepared. */
    boolean checkedWhileItLooks;

    long now = 1_000;

    OneNode() {
        kernel.link("lo");
        kernel.foreign("lo", "127.0.0.1/8");
        kernel.link("eth0");
        kernel.foreign("eth0", "172.30.250.101/24");
        kernel.defaultRoutes.put(IpFamily.IPV4, List.of("eth0"));
    }

    static GroupSpec group(String aggregation) {
        return new GroupSpec(
                "purelb",
                "default",
                Instant.EPOCH,
                List.of(
                        new PoolSpec(
                                "spec.local.v4pools[0]",
                                Optional.of(IpFamily.IPV4),
                                "172.30.250.0/24",
                                "172.30.250.50-172.30.250.60",
                                "default"),
                        new PoolSpec(
                                "spec.local.v4pools[1]",
                                Optional.of(IpFamily.IPV4),
                                "172.31.1.0/24",
                                "172.31.1.0/24",
                                aggregation)),
                SharingScope.CLUSTER,
                List.of(),
                List.of());
    }

    static ServiceView service(String name, String... addresses) {
        return new ServiceView(
                new AnnouncedService(
                        new ServiceKey("default", name),
                        Stream.of(addresses).map(IpAddress::parse).toList(),
                        false,
                        false,
                        Set.of()),
                Map.of());
    }

    OneNode with(ServiceView service) {
        services.put(service.announced().service(), service);
        return this;
    }

    /** Whether there is something to check the host by. */
    boolean checked() {
        return loop.view().isPresent();
    }

    OneNode without(String name) {
        services.remove(new ServiceKey("default", name));
        return this;
    }

    /** The cluster as it is now reaches the agent, and so do the live agents: this one and these. */
    OneNode tell(String... otherNodes) {
        others = List.of(otherNodes);
        loop.cluster(new ClusterView(
                List.of(IpAddress.parse("172.30.250.101")),
                false,
                settings,
                configuration,
                Set.of(),
                List.copyOf(services.values())));
        boolean joining = !loop.ready();
        group();
        if (joining) {
            // The pause in which the others' subnets become known.
            settle();
            checkedWhileItLooks = loop.view().isPresent();
            now += 200;
        }
        return settle();
    }

    private void group() {
        List<Member> members = new ArrayList<>();
        members.add(published.orElse(new Member(NODE, List.of(), List.of(), true, false, "test")));
        others.forEach(name -> members.add(
                new Member(name, List.of(Subnet.parse("172.30.250.0/24")), List.of(mac(name)), true, false, "test")));
        loop.membership(now, new Membership(members));
    }

    static String mac(String node) {
        return "02:00:00:00:01:0" + node.charAt(node.length() - 1);
    }

    /** Someone else changed the kernel, which says so. */
    OneNode kernelChanged() {
        loop.kernelChanged();
        return settle();
    }

    /** Steps until the loop has nothing to do at this time. */
    OneNode settle() {
        for (int i = 0; i < 20; i++) {
            if (loop.step(now) > now && answers.isEmpty()) {
                return this;
            }
            answers.forEach(answer -> loop.said(now, others.get(0), answer));
            answers.clear();
        }
        throw new AssertionError("the loop does not come to rest: " + kernel.done);
    }

    /** Lets time pass, with steps when the loop asked for them. */
    OneNode pass(long millis) {
        long end = now + millis;
        long next = loop.step(now);
        while (next <= end) {
            now = Math.max(now, next);
            next = loop.step(now);
        }
        now = end;
        return settle();
    }

    /** Another node says something to this one. */
    OneNode says(String other, AgentMessage.Kind kind, String address) {
        loop.said(now, other, new AgentMessage(kind, IpAddress.parse(address), Optional.of(NODE)));
        return this;
    }

    OneNode answer(String address, String mac) {
        loop.heard(now, IpAddress.parse(address), mac, false);
        return this;
    }

    double metric(String name, String... labelsAndValues) {
        String[] labels = new String[labelsAndValues.length / 2];
        String[] values = new String[labelsAndValues.length / 2];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = labelsAndValues[2 * i];
            values[i] = labelsAndValues[2 * i + 1];
        }
        Double value = registry.getSampleValue(name, labels, values);
        return value == null ? Double.NaN : value;
    }

    long count(String beginning) {
        return said.stream().filter(line -> line.startsWith(beginning)).count();
    }

    @Override
    public void listen(Map<String, List<Subnet>> interfaces) {}

    @Override
    public boolean probe(InterfaceAddress target) {
        if (sends) {
            said.add("probe " + target);
        }
        return sends;
    }

    @Override
    public void watch(Set<IpAddress> addresses) {}

    @Override
    public boolean announce(InterfaceAddress target, boolean reply) {
        if (announces) {
            said.add((reply ? "confirm " : "announce ") + target);
        }
        return announces;
    }

    @Override
    public void publish(Member self) {
        published = Optional.of(self);
        if (loop.ready()) {
            group();
        }
    }

    @Override
    public void send(AgentMessage message) {
        said.add(message.kind() + " " + message.address()
                + message.to().map(to -> " to " + to).orElse(""));
        if (message.kind() == AgentMessage.Kind.OFFERED && ready) {
            answers.add(new AgentMessage(AgentMessage.Kind.WANTED, message.address(), Optional.of(NODE)));
        }
    }

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
        said.add("event " + service + " " + reason + " " + message);
    }
}
