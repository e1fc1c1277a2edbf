package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.Membership.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is kept up to date change by change is what a fresh look at everything says. */
final class NodePlansPropertyTest {
    private static final String NODE = "node-1";

    private final SortedMap<ServiceKey, AnnouncedService> services = new TreeMap<>();
    private final SortedMap<String, Member> members = new TreeMap<>();
    private Set<Subnet> knownSubnets = Set.of();
    private List<NodeInterface> interfaces = List.of(eth0());
    private Map<IpFamily, List<DefaultRoute>> routes = through("eth0");
    private Configuration configuration = configuration("/32");
    private Set<IpAddress> nodeAddresses = Set.of(address(1));

    @Property(tries = 300)
    void followsAnySequenceOfChanges(@ForAll Random random) {
        members.put(NODE, member(NODE, 24, true, false));
        NodePlans followed = new NodePlans();
        SortedMap<IpAddress, AddressPlan> before = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            change(random);
            if (random.nextInt(4) == 0) {
                continue; // several changes at once
            }
            NodeView view = view();
            Set<IpAddress> changed = followed.update(view);
            SortedMap<IpAddress, AddressPlan> fresh = NodePlan.desired(view);
            assertEquals(fresh, followed.plans());
            assertEquals(LocalInterfaces.choose(view), followed.local());
            assertEquals(differing(before, fresh), changed);
            for (int host = 0; host < 40; host++) {
                assertEquals(view.ours().test(address(host)), followed.isOurs(address(host)));
            }
            before = new TreeMap<>(fresh);
        }
    }

    private void change(Random random) {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                AnnouncedService service = service(random);
                services.put(service.service(), service);
            }
            case 4 -> services.remove(new ServiceKey("default", "s" + random.nextInt(12)));
            case 5, 6 -> {
                String name = "node-" + (1 + random.nextInt(4));
                members.put(
                        name,
                        member(name, random.nextBoolean() ? 24 : 28, random.nextInt(4) > 0, random.nextInt(4) == 0));
            }
            case 7 -> members.remove("node-" + (2 + random.nextInt(3)));
            case 8 ->
                interfaces = List.of(
                        random.nextInt(3) == 0 ? eth0(20, 21) : random.nextBoolean() ? eth0(20) : eth0(),
                        new NodeInterface(
                                3,
                                "eth1",
                                "02:00:00:00:00:02",
                                random.nextInt(3) > 0,
                                List.of(Subnet.parse("10.0.1.1/24"))));
            case 9 ->
                routes = switch (random.nextInt(4)) {
                    case 0 -> Map.of();
                    case 1 -> through("eth0", "eth1");
                    default -> through("eth0");
                };
            case 10 -> configuration = configuration(random.nextBoolean() ? "/32" : "default");
            default -> {
                nodeAddresses = Set.of(address(1 + random.nextInt(12)));
                Set<Subnet> more = new HashSet<>(knownSubnets);
                more.add(Subnet.parse("10.0." + random.nextInt(3) + ".0/24"));
                knownSubnets = Set.copyOf(more);
            }
        }
    }

    private static Map<IpFamily, List<DefaultRoute>> through(String... interfaces) {
        return Map.of(
                IpFamily.IPV4,
                Stream.of(interfaces).map(name -> new DefaultRoute(name, 0)).toList());
    }

    private static Set<IpAddress> differing(
            SortedMap<IpAddress, AddressPlan> before, SortedMap<IpAddress, AddressPlan> after) {
        Set<IpAddress> all = new HashSet<>(before.keySet());
        all.addAll(after.keySet());
        all.removeIf(address -> Optional.ofNullable(before.get(address))
                .map(NodePlansPropertyTest::withoutReason)
                .equals(Optional.ofNullable(after.get(address)).map(NodePlansPropertyTest::withoutReason)));
        return all;
    }

    private static AddressPlan withoutReason(AddressPlan plan) {
        return new AddressPlan(plan.address(), plan.scope(), plan.placement(), plan.winner(), "", plan.services());
    }

    private NodeView view() {
        return new NodeView(
                NODE,
                nodeAddresses,
                interfaces,
                routes,
                AgentSettings.DEFAULT,
                configuration,
                List.copyOf(services.values()),
                new Membership(List.copyOf(members.values())),
                knownSubnets);
    }

    private static IpAddress address(int host) {
        return IpAddress.parse((host % 3 == 0 ? "10.0.1." : "10.0.0.") + host);
    }

    private static NodeInterface eth0(int... hosts) {
        List<Subnet> addresses = new ArrayList<>(List.of(Subnet.parse("10.0.0.1/24")));
        for (int host : hosts) {
            addresses.add(new Subnet(address(host), 24));
        }
        return new NodeInterface(2, "eth0", "02:00:00:00:00:01", true, addresses);
    }

    private static AnnouncedService service(Random random) {
        List<IpAddress> addresses = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            addresses.add(address(2 + random.nextInt(30)));
        }
        return new AnnouncedService(
                new ServiceKey("default", "s" + random.nextInt(12)),
                addresses.stream().distinct().toList(),
                random.nextInt(4) == 0,
                random.nextBoolean(),
                random.nextBoolean() ? Set.of(NODE) : Set.of("node-2", "node-3"));
    }

    private static Member member(String node, int length, boolean up, boolean draining) {
        List<Subnet> subnets = List.of(Subnet.parse("10.0.0.0/" + length));
        return length == 24 && up
                ? new Member(
                        node, subnets, List.of(), List.of(Subnet.parse("10.0.1.0/25")), List.of(), draining, "test")
                : length == 24
                        ? new Member(node, List.of(), List.of(), subnets, List.of(), draining, "test")
                        : new Member(node, subnets, List.of(), up, draining, "test");
    }

    private static Configuration configuration(String aggregation) {
        return Configuration.of(
                Configuration.EMPTY,
                List.of(new GroupSpec(
                        "purelb",
                        "default",
                        Instant.EPOCH,
                        List.of(new PoolSpec(
                                "spec.local.v4pools[0]",
                                Optional.of(IpFamily.IPV4),
                                "10.0.0.0/23",
                                "10.0.0.10-10.0.1.20",
                                aggregation)),
                        SharingScope.CLUSTER,
                        List.of(),
                        List.of())));
    }
}
