package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists, compared field by field with what iproute2 reads from the same kernel. */
final class ListingIT {
    private static final Map<String, Integer> SCOPES = Map.of("global", 0, "link", 253, "host", 254);

    private Wire wire;
    private Netlink netlink;

    @BeforeEach
    void open() throws Exception {
        wire = new Wire();
        netlink = Wire.in(wire.near, Netlink::open);
        Wire.ip(wire.near, "link add br0 mtu 1400 type bridge");
        Wire.ip(wire.near, "link add kube-lb0 type ifb");
        Wire.ip(wire.near, "link set kube-lb0 up master br0");
    }

    @AfterEach
    void close() throws Exception {
        if (wire != null) {
            netlink.close();
            wire.close();
        }
    }

    @Test
    void linksAgree() throws Exception {
        List<Link> expected = new ArrayList<>();
        for (JsonNode link : Wire.list(wire.near, "-d link show")) {
            List<String> flags = new ArrayList<>();
            link.get("flags").forEach(flag -> flags.add(flag.asText()));
            expected.add(new Link(
                    link.get("ifindex").asInt(),
                    link.get("ifname").asText(),
                    link.get("link_type").asText().equals("ether")
                            ? link.get("address").asText()
                            : "",
                    flags.contains("UP"),
                    flags.contains("LOWER_UP"),
                    flags.contains("NOARP"),
                    link.path("linkinfo").path("info_kind").asText(""),
                    link.get("mtu").asInt(),
                    link.has("master")
                            ? Wire.link(wire.near, link.get("master").asText()).index()
                            : 0,
                    false));
        }
        assertEquals(4, expected.size());
        assertEquals(expected, netlink.links());
        for (Link link : expected) {
            assertEquals(Optional.of(link), netlink.link(link.name()));
        }
    }

    @Test
    void carrierFollowsTheFarEnd() throws Exception {
        assertTrue(netlink.link("eth0").orElseThrow().carrier());
        Wire.ip(wire.far, "link set eth0 down");
        Link link = netlink.link("eth0").orElseThrow();
        assertTrue(link.up() && !link.carrier(), link.toString());
    }

    @Test
    void addressesAgree() throws Exception {
        Wire.ip(wire.near, "addr add 172.30.250.53/24 brd + dev eth0");
        Wire.ip(wire.near, "addr add 10.0.0.1 peer 10.0.0.2/32 dev kube-lb0");
        Wire.ip(wire.near, "addr add 10.1.0.1/24 dev kube-lb0 valid_lft 5000 preferred_lft 0");
        Wire.ip(wire.near, "addr add fd00:250::53/64 dev eth0 preferred_lft 0 noprefixroute");
        Wire.ip(wire.near, "addr add ::ffff:192.0.2.1/128 dev kube-lb0");
        List<Address> actual = netlink.addresses();
        int checked = 0;
        for (JsonNode link : Wire.list(wire.near, "addr show")) {
            for (JsonNode shown : link.get("addr_info")) {
                checkAddress(actual, link.get("ifindex").asInt(), shown);
                checked++;
            }
        }
        assertEquals(checked, actual.size());
        assertTrue(checked >= 10, "too few to compare: " + checked);
    }

    private static void checkAddress(List<Address> addresses, int ifindex, JsonNode shown) {
        String text = shown.get("local").asText();
        Address found = addresses.stream()
                .filter(address -> address.ifindex() == ifindex)
                .filter(address -> address.address().address().equals(address(shown)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("missing: " + text));
        assertEquals(shown.get("prefixlen").asInt(), found.address().prefixLength(), text);
        assertEquals(SCOPES.get(shown.get("scope").asText()), found.scope(), text);
        assertSeconds(shown.get("valid_life_time").asLong(), found.validLifetime(), text);
        assertSeconds(shown.get("preferred_life_time").asLong(), found.preferredLifetime(), text);
        assertEquals(shown.path("secondary").asBoolean(), found.secondary(), text);
        assertEquals(shown.path("deprecated").asBoolean(), found.deprecated(), text);
        assertEquals(shown.path("tentative").asBoolean(), found.tentative(), text);
    }

    /** A lifetime runs down between the two lists. */
    private static void assertSeconds(long shown, long found, String text) {
        assertTrue(Math.abs(shown - found) <= 2, text + ": " + shown + " and " + found);
    }

    /** iproute2 prints the mapped address as such; here it stays IPv6. */
    private static IpAddress address(JsonNode shown) {
        String text = shown.get("local").asText();
        return text.equals("::ffff:192.0.2.1")
                ? new IpAddress(IpFamily.IPV6, 0, 0xffff_c000_0201L)
                : IpAddress.parse(text);
    }

    @Test
    void routesAgree() throws Exception {
        Wire.ip(wire.near, "route add default via 172.30.250.2 metric 100");
        Wire.ip(wire.near, "route add default metric 200 nexthop via 172.30.250.2 nexthop via 172.30.250.3");
        Wire.ip(wire.near, "route add blackhole 10.5.0.0/16");
        Wire.ip(wire.near, "route add 10.6.0.0/16 via 172.30.250.2 table 100");
        Wire.ip(wire.near, "-6 route add default via fd00:250::2");
        Wire.ip(wire.near, "-6 route add fd05::/32 nexthop via fd00:250::2 nexthop via fd00:250::3");
        Wire.ip(wire.near, "-6 route add unreachable fd06::/32 metric 4294967295");
        List<Route> expected = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            String option = family == IpFamily.IPV4 ? "-4" : "-6";
            for (JsonNode shown : Wire.list(wire.near, option + " route show table main")) {
                expected.add(route(family, shown));
            }
        }
        assertEquals(sorted(expected), sorted(netlink.routes()));
        List<Route> defaults =
                expected.stream().filter(route -> route.destination().isEmpty()).toList();
        assertEquals(3, defaults.size());
        assertEquals(sorted(defaults), sorted(netlink.defaultRoutes()));
    }

    private Route route(IpFamily family, JsonNode shown) {
        String destination = shown.get("dst").asText();
        Map<String, Integer> types = Map.of("", 1, "blackhole", 6, "unreachable", 7);
        List<Integer> oifs = new ArrayList<>();
        if (shown.has("dev")) {
            oifs.add(index(shown));
        }
        shown.path("nexthops").forEach(hop -> oifs.add(index(hop)));
        return new Route(
                family,
                destination.equals("default")
                        ? Optional.empty()
                        : Optional.of(Subnet.parse(
                                destination.contains("/") ? destination : destination + "/" + family.bits())),
                oifs,
                shown.has("nhid") ? Set.of(shown.get("nhid").asInt()) : Set.of(),
                254,
                types.get(shown.path("type").asText("")),
                shown.path("metric").asLong());
    }

    private int index(JsonNode shown) {
        return netlink.link(shown.get("dev").asText()).orElseThrow().index();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void defaultRouteByNextHopObjectsKnowsItsInterfaces(int compatible) throws Exception {
        Wire.in(wire.near, () -> Sysctl.write("net/ipv4/nexthop_compat_mode", "" + compatible));
        Wire.ip(wire.near, "nexthop add id 7 via 172.30.250.2 dev eth0");
        Wire.ip(wire.near, "nexthop add id 8 via 172.30.250.3 dev eth0");
        Wire.ip(wire.near, "nexthop add id 9 group 7/8");
        Wire.ip(wire.near, "nexthop add id 17 via fd00:250::2 dev eth0");
        Wire.ip(wire.near, "route add default nhid 9");
        Wire.ip(wire.near, "-6 route add default nhid 17");
        int eth0 = netlink.link("eth0").orElseThrow().index();
        List<Route> routes = netlink.defaultRoutes();
        assertEquals(2, routes.size());
        assertEquals(List.of(eth0, eth0), routes.get(0).oifs());
        assertTrue(routes.get(0).nextHopIds().contains(9));
        assertEquals(List.of(eth0), routes.get(1).oifs());
    }

    private static List<String> sorted(List<Route> routes) {
        return routes.stream().map(Route::toString).sorted().toList();
    }

    @Test
    void freshNamespaceHasNoRoutes() throws Exception {
        Wire.ip(wire.near, "addr flush dev eth0");
        Wire.ip(wire.near, "link set lo down");
        assertEquals(List.of(), netlink.defaultRoutes());
    }
}
