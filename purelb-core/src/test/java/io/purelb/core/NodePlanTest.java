package io.purelb.core;

import static io.purelb.core.Samples.ip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class NodePlanTest {
    /** purelb2-1 wins this one of five, purelb2-4 is next. */
    private static final IpAddress LOCAL = ip("172.30.250.53");

    private static final IpAddress VIRTUAL = ip("172.31.1.225");

    /** A view of node purelb2-1 that tests vary. */
    private static final class View {
        private String node = "purelb2-1";
        private boolean carrier = true;
        private AgentSettings settings = AgentSettings.DEFAULT;
        private Map<IpFamily, List<DefaultRoute>> defaults = through("eth0");
        private List<AnnouncedService> services = List.of(service(false, LOCAL, VIRTUAL));
        private final List<Membership.Member> others = new ArrayList<>();
        private final Set<Subnet> known = new HashSet<>();
        private List<Subnet> eth0 = List.of(Subnet.parse("172.30.250.101/24"));
        private List<Subnet> eth1 = List.of(Subnet.parse("10.0.0.1/24"));
        private boolean carrier1 = true;

        private View with(String name, String... subnets) {
            others.add(new Membership.Member(
                    name, List.of(subnets).stream().map(Subnet::parse).toList(), List.of(), true, false, "1"));
            return this;
        }

        private View localint(String pattern, DefaultRoutes rule) {
            settings = new AgentSettings(
                    Optional.of(pattern).filter(text -> !text.isEmpty()).map(Pattern::compile),
                    rule,
                    "kube-lb0",
                    true,
                    3,
                    AgentSettings.DEFAULT.garpInterval(),
                    AgentSettings.DEFAULT.garpRefresh(),
                    true,
                    AddressOptions.FOREVER,
                    AddressOptions.FOREVER);
            return this;
        }

        private NodeView build() {
            List<NodeInterface> interfaces = List.of(
                    new NodeInterface(1, "lo", "", true, List.of(Subnet.parse("127.0.0.1/8"))),
                    new NodeInterface(2, "eth0", "02:00:00:00:00:01", carrier, eth0),
                    new NodeInterface(3, "eth1", "02:00:00:00:00:02", carrier1, eth1));
            Configuration groups = Samples.configuration(
                    group("default", "172.30.250.0/24", "172.30.250.50-172.30.250.99", "default"),
                    group("virtual", "172.31.1.0/24", "172.31.1.0/24", "/32"));
            return new NodeView(
                    node,
                    Set.of(ip("172.30.250.101")),
                    interfaces,
                    defaults,
                    settings,
                    groups,
                    services,
                    new Membership(others),
                    known);
        }

        private AddressPlan plan(IpAddress address) {
            return NodePlan.desired(build()).get(address);
        }
    }

    private static Map<IpFamily, List<DefaultRoute>> through(String... interfaces) {
        return Map.of(
                IpFamily.IPV4,
                Stream.of(interfaces).map(name -> new DefaultRoute(name, 0)).toList());
    }

    private static GroupSpec group(String name, String subnet, String range, String aggregation) {
        PoolSpec pool = new PoolSpec("spec.local.v4pools[0]", Optional.of(IpFamily.IPV4), subnet, range, aggregation);
        return new GroupSpec(
                "purelb", name, Samples.LONG_AGO, List.of(pool), SharingScope.CLUSTER, List.of(), List.of());
    }

    private static AnnouncedService service(boolean local, IpAddress... addresses) {
        return new AnnouncedService(new ServiceKey("test", "web"), List.of(addresses), local, false, Set.of());
    }

    private static Optional<InterfaceAddress> on(String iface, String address) {
        return Optional.of(new InterfaceAddress(iface, Subnet.parse(address)));
    }

    @Test
    void theWinnerPutsALocalAddressOnItsInterfaceWithTheSubnetsLength() {
        View view = new View().with("purelb2-4", "172.30.250.0/24").with("purelb2-5", "172.30.250.0/24");
        assertEquals(on("eth0", "172.30.250.53/24"), view.plan(LOCAL).placement());
        view.node = "purelb2-2";
        AddressPlan loser = view.plan(LOCAL);
        assertEquals(Optional.empty(), loser.placement());
        assertEquals(Optional.of("purelb2-4"), loser.winner());
    }

    @Test
    void aVirtualAddressIsOnEveryNodeWithThePoolsAggregation() {
        View view = new View().with("purelb2-4", "172.30.250.0/24");
        assertEquals(on("kube-lb0", "172.31.1.225/32"), view.plan(VIRTUAL).placement());
    }

    @Test
    void twoDefaultRoutesSendTheAddressToTheVirtualInterface() {
        View view = new View();
        view.defaults = through("eth0", "eth1");
        AddressPlan plan = view.plan(LOCAL);
        assertEquals(on("kube-lb0", "172.30.250.53/24"), plan.placement());
        assertTrue(plan.reason().contains("IPv4 default routes go through 2 interfaces (eth0, eth1)"), plan::reason);
    }

    @Test
    void severalDefaultRoutesThroughOneInterfaceLeaveNothingToDoubt() {
        View view = new View();
        view.defaults = Map.of(
                IpFamily.IPV4,
                List.of(new DefaultRoute("eth0", 0), new DefaultRoute("eth0", 0), new DefaultRoute("eth0", 100)));
        assertEquals(on("eth0", "172.30.250.53/24"), view.plan(LOCAL).placement());
    }

    @Test
    void defaultRouteWithoutACarrierDoesNotCountBesideOneWithIt() {
        View view = new View();
        view.defaults = through("eth0", "eth1");
        view.carrier1 = false;
        assertEquals(on("eth0", "172.30.250.53/24"), view.plan(LOCAL).placement());
        view.carrier = false;
        view.carrier1 = true;
        view.services = List.of(service(false, ip("10.0.0.9")));
        assertEquals(on("eth1", "10.0.0.9/24"), view.plan(ip("10.0.0.9")).placement());
    }

    @Test
    void aNodeWhoseOnlyDefaultRouteHasNoCarrierKnowsItsInterfaceStill() {
        View view = new View();
        view.carrier = false;
        AddressPlan plan = view.plan(LOCAL);
        assertEquals(AddressPlan.Scope.LOCAL, plan.scope());
        assertEquals(Optional.empty(), plan.placement());
    }

    @Test
    void defaultRouteThroughAnInterfaceWithoutASubnetDoesNotCountBesideOneWithIt() {
        View view = new View();
        view.defaults = through("eth0", "eth1");
        view.eth1 = List.of(Subnet.parse("10.0.0.1/32"));
        assertEquals(on("eth0", "172.30.250.53/24"), view.plan(LOCAL).placement());
        view.eth1 = List.of();
        assertEquals(on("eth0", "172.30.250.53/24"), view.plan(LOCAL).placement());
    }

    @Test
    void lowestMetricDecidesWhereItMayAndWhereItIsOneInterfaces() {
        View view = new View().localint("", DefaultRoutes.LOWEST_METRIC);
        view.defaults = Map.of(IpFamily.IPV4, List.of(new DefaultRoute("eth1", 200), new DefaultRoute("eth0", 100)));
        assertEquals(on("eth0", "172.30.250.53/24"), view.plan(LOCAL).placement());
        view.defaults = Map.of(IpFamily.IPV4, List.of(new DefaultRoute("eth1", 100), new DefaultRoute("eth0", 100)));
        assertEquals(on("kube-lb0", "172.30.250.53/24"), view.plan(LOCAL).placement());
        assertTrue(view.plan(LOCAL).reason().contains("of the same, lowest metric"));
        view.localint("", DefaultRoutes.UNIQUE);
        view.defaults = Map.of(IpFamily.IPV4, List.of(new DefaultRoute("eth1", 200), new DefaultRoute("eth0", 100)));
        assertEquals(on("kube-lb0", "172.30.250.53/24"), view.plan(LOCAL).placement());
        String remedies = view.plan(LOCAL).reason();
        assertTrue(remedies.contains("set localint or defaultRoutes: LowestMetric in the LBNodeAgent"), remedies);
    }

    /** A node that cannot tell its interface, as the others know it. */
    private static Membership.Member unsure(String node, String beside) {
        return new Membership.Member(node, List.of(), List.of(), List.of(Subnet.parse(beside)), List.of(), false, "1");
    }

    @Test
    void ofNodesThatCannotTellTheirInterfaceOneHasAnAddressOfTheirLan() {
        View view = new View();
        view.defaults = through("eth0", "eth1");
        for (String name : List.of("purelb2-1", "purelb2-2", "purelb2-3", "purelb2-4", "purelb2-5")) {
            view.others.add(unsure(name, "172.30.250.0/24"));
        }
        List<String> holders = new ArrayList<>();
        for (Membership.Member member : view.others) {
            view.node = member.node();
            AddressPlan plan = view.plan(LOCAL);
            assertEquals(Optional.of("purelb2-1"), plan.winner());
            plan.placement().ifPresent(place -> holders.add(member.node() + " " + place.interfaceName()));
        }
        assertEquals(List.of("purelb2-1 kube-lb0"), holders);
        view.node = "purelb2-1";
        view.carrier = false;
        assertEquals(AddressPlan.Scope.LOCAL, through(view, "eth1").scope());
        view.defaults = through("eth0", "eth1");
        view.carrier1 = false;
        assertEquals(Optional.of("purelb2-4"), view.plan(LOCAL).winner());
    }

    private static AddressPlan through(View view, String only) {
        view.defaults = through(only);
        view.known.add(Subnet.parse("172.30.250.0/24"));
        AddressPlan plan = view.plan(LOCAL);
        view.known.clear();
        return plan;
    }

    @Test
    void anAddressOfASecondLanOfTheNodesIsOnOneOfThemAndOnAllOthers() {
        View view = new View();
        IpAddress address = ip("10.0.0.9");
        view.services = List.of(service(false, address));
        view.others.add(unsure("purelb2-1", "10.0.0.0/24"));
        view.others.add(unsure("purelb2-2", "10.0.0.0/24"));
        String winner = view.plan(address).winner().orElseThrow();
        view.node = winner;
        assertEquals(AddressPlan.Scope.VIRTUAL_ON_ONE, view.plan(address).scope());
        assertTrue(view.plan(address).placement().isPresent());
        view.node = winner.equals("purelb2-1") ? "purelb2-2" : "purelb2-1";
        assertEquals(Optional.empty(), view.plan(address).placement());
        view.eth1 = List.of();
        assertEquals(AddressPlan.Scope.VIRTUAL, view.plan(address).scope());
        assertTrue(view.plan(address).placement().isPresent(), "a node that is not on that LAN answers nobody there");
    }

    @Test
    void addressesOfTheInterfaceWithoutCarrierGoToOthersAndThoseOfTheOtherOneStay() {
        View view = new View().localint("eth[01]", DefaultRoutes.UNIQUE).with("purelb2-4", "172.30.250.0/24");
        view.with("purelb2-5", "10.0.0.0/24");
        IpAddress second = IntStream.range(2, 99)
                .mapToObj(i -> ip("10.0.0." + i))
                .filter(found -> Election.winner(List.of("purelb2-1", "purelb2-5"), found)
                        .equals(Optional.of("purelb2-1")))
                .findFirst()
                .orElseThrow();
        view.services = List.of(service(false, LOCAL, second));
        view.carrier = false;
        assertEquals(Optional.of("purelb2-4"), view.plan(LOCAL).winner());
        assertEquals(on("eth1", second + "/24"), view.plan(second).placement());
        Membership.Member published = LocalInterfaces.choose(view.build()).member("purelb2-1", false, "1");
        assertEquals(List.of(Subnet.parse("10.0.0.0/24")), published.subnets());
        assertEquals(List.of(Subnet.parse("172.30.250.0/24")), published.downSubnets());
        view.others.add(published);
        view.node = "purelb2-9";
        view.carrier = true;
        assertTrue(view.plan(LOCAL).winner().isPresent());
        assertTrue(!view.plan(LOCAL).winner().equals(Optional.of("purelb2-1")));
    }

    @Test
    void aNodeOutsideTheSubnetKeepsOffWhenAnyMemberHasEverOwnedIt() {
        View view = new View().with("purelb2-4", "172.30.250.0/24");
        view.defaults = through("eth1");
        assertEquals(Optional.empty(), view.plan(LOCAL).placement());
        assertEquals(Optional.of("purelb2-4"), view.plan(LOCAL).winner());
        view.others.clear();
        view.known.add(Subnet.parse("172.30.250.0/24"));
        assertEquals(Optional.empty(), view.plan(LOCAL).placement());
        assertEquals(AddressPlan.Scope.LOCAL, view.plan(LOCAL).scope());
    }

    @Test
    void aNodeThatCannotTellItsInterfaceUsesTheVirtualOneOnlyWhileNobodyAnnouncesLocally() {
        View view = new View().with("purelb2-4", "172.30.250.0/24");
        view.known.add(Subnet.parse("172.30.250.0/24"));
        view.defaults = through("eth0", "eth1");
        assertEquals(Optional.empty(), view.plan(LOCAL).placement());
        assertEquals(Optional.of("purelb2-4"), view.plan(LOCAL).winner());
        view.others.clear();
        assertEquals(on("kube-lb0", "172.30.250.53/24"), view.plan(LOCAL).placement());
        assertTrue(view.plan(LOCAL).reason().contains("IPv4 default routes go through 2 interfaces"));
    }

    @Test
    void aNodeWithoutCarrierIsNoCandidate() {
        View view = new View().with("purelb2-4", "172.30.250.0/24");
        view.carrier = false;
        assertEquals(Optional.of("purelb2-4"), view.plan(LOCAL).winner());
    }

    @Test
    void aPatternChoosesInterfacesByNameButNeverLoopback() {
        View view = new View();
        view.localint(".*", DefaultRoutes.UNIQUE);
        view.services = List.of(service(false, ip("10.0.0.9"), ip("127.0.0.9")));
        assertEquals(on("eth1", "10.0.0.9/24"), view.plan(ip("10.0.0.9")).placement());
        assertEquals(AddressPlan.Scope.VIRTUAL, view.plan(ip("127.0.0.9")).scope());
    }

    @Test
    void localPolicyKeepsAVirtualAddressOffNodesWithoutEndpoints() {
        View view = new View();
        view.services = List.of(service(true, VIRTUAL));
        assertEquals(Optional.empty(), view.plan(VIRTUAL).placement());
        view.services = List.of(new AnnouncedService(
                new ServiceKey("test", "web"), List.of(VIRTUAL), true, false, Set.of("purelb2-1")));
        assertEquals(on("kube-lb0", "172.31.1.225/32"), view.plan(VIRTUAL).placement());
    }

    @Test
    void ourOwnAddressDoesNotMakeASubnetAndTheNodesOwnIsNeverOurs() {
        View view = new View();
        view.eth0 = List.of(Subnet.parse("172.30.250.53/24"));
        assertEquals(AddressPlan.Scope.VIRTUAL, view.plan(LOCAL).scope());
        view.eth0 = List.of(Subnet.parse("172.30.250.101/24"));
        view.services = List.of(service(false, ip("172.30.250.101")));
        assertEquals(Optional.empty(), view.plan(ip("172.30.250.101")).placement());
    }

    @Test
    void partialObservationNeverRemoves() {
        Set<InterfaceAddress> there = Set.of(new InterfaceAddress("eth0", Subnet.parse("10.0.0.1/24")));
        assertEquals(List.of(), NodePlan.diff(List.of(), there, false));
        assertEquals(1, NodePlan.diff(List.of(), there, true).size());
    }

    @Provide
    Arbitrary<Set<InterfaceAddress>> tables() {
        return Combinators.combine(
                        Arbitraries.of("eth0", "kube-lb0"),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.of(24, 32))
                .as((name, host, length) -> new InterfaceAddress(name, new Subnet(ip("10.0.0." + host), length)))
                .set()
                .ofMaxSize(12);
    }

    @Property
    void applyingTheDifferenceGivesTheDesiredTable(
            @ForAll("tables") Set<InterfaceAddress> desired, @ForAll("tables") Set<InterfaceAddress> observed) {
        Set<InterfaceAddress> table = new TreeSet<>(observed);
        for (NodePlan.AddressChange change : NodePlan.diff(desired, observed, true)) {
            if (change instanceof NodePlan.AddressChange.Add) {
                assertTrue(table.add(change.target()));
            } else {
                assertTrue(table.remove(change.target()));
            }
        }
        assertEquals(desired.stream().sorted().collect(Collectors.toList()), List.copyOf(table));
        assertEquals(List.of(), NodePlan.diff(desired, desired, true));
    }

    @Test
    void allowLocalLeavesOnlyNodesWithAReadyEndpoint() {
        View view = new View().with("purelb2-4", "172.30.250.0/24");
        view.services = List.of(
                new AnnouncedService(new ServiceKey("test", "web"), List.of(LOCAL), true, true, Set.of("purelb2-4")));
        assertEquals(Optional.of("purelb2-4"), view.plan(LOCAL).winner());
        assertEquals(Optional.empty(), view.plan(LOCAL).placement());
        view.services =
                List.of(new AnnouncedService(new ServiceKey("test", "web"), List.of(LOCAL), true, true, Set.of()));
        AddressPlan nobody = view.plan(LOCAL);
        assertEquals(Optional.empty(), nobody.winner());
        assertTrue(nobody.reason().contains("purelb2-4 has no ready endpoint"), nobody::reason);
        view.services =
                List.of(new AnnouncedService(new ServiceKey("test", "web"), List.of(LOCAL), false, true, Set.of()));
        assertEquals(Optional.of("purelb2-1"), view.plan(LOCAL).winner());
    }

    @Test
    void anAddressWithoutLocalInterfaceSaysWhyItIsVirtual() {
        View view = new View();
        view.defaults = Map.of();
        assertEquals(
                "there is no IPv4 default route; purelb2-1 wins among purelb2-1",
                view.plan(LOCAL).reason());
        view.defaults = through("ppp0");
        assertEquals(
                "the IPv4 default route goes through no usable interface; purelb2-1 wins among purelb2-1",
                view.plan(LOCAL).reason());
        view.localint("bond.*", DefaultRoutes.UNIQUE);
        assertEquals(
                "no interface matches localint \"bond.*\"; purelb2-1 wins among purelb2-1",
                view.plan(LOCAL).reason());
    }

    @Test
    void aNodeTellsOthersItsSubnetsMacsAndLink() {
        View view = new View();
        Membership.Member member = LocalInterfaces.choose(view.build()).member("purelb2-1", true, "7");
        assertEquals(
                new Membership.Member(
                        "purelb2-1",
                        List.of(Subnet.parse("172.30.250.0/24")),
                        List.of(),
                        List.of(Subnet.parse("10.0.0.0/24")),
                        List.of("02:00:00:00:00:01", "02:00:00:00:00:02"),
                        true,
                        "7"),
                member);
        view.carrier = false;
        assertEquals(
                false,
                LocalInterfaces.choose(view.build())
                        .member("purelb2-1", true, "7")
                        .linkUp());
    }
}
