package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.IpFamily;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Addresses, routes and kube-lb0 as the troubleshooting document shows them, by iproute2's own words. */
final class DocumentedAddressesIT {
    private static final long FOREVER = 4294967295L;

    private final TwoHosts hosts = new TwoHosts("doc");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    @Test
    void localInterfaceLooksAsInTheDocument() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("172.30.250.53", "172.30.250.54", "fd00:250::5053");
            agent.until(() -> agent.holds("172.30.250.53", "172.30.250.54"));
        });
        String listed = """
                    inet 172.30.250.53/24 brd 172.30.250.255 scope global secondary eth0
                       valid_lft forever preferred_lft forever
                    inet 172.30.250.54/24 brd 172.30.250.255 scope global secondary eth0
                       valid_lft forever preferred_lft forever
                """;
        String shown = hosts.ip("addr show dev eth0");
        assertTrue(shown.contains(listed), shown);
        JsonNode local = hosts.address("eth0", "172.30.250.53").orElseThrow();
        JsonNode primary = hosts.address("eth0", "172.30.250.101").orElseThrow();
        assertFalse(primary.has("secondary"), "the node's own address stays the primary one");
        assertEquals(FOREVER, local.get("valid_life_time").asLong());
        assertEquals(FOREVER, local.get("preferred_life_time").asLong());
        JsonNode routes = hosts.json("route show 172.30.250.0/24");
        assertEquals(1, routes.size(), "the subnet's route is not doubled");
        assertEquals("172.30.250.101", routes.get(0).get("prefsrc").asText());
    }

    @Test
    void localIpv6AddressHasTheSubnetsLengthAndIsUsableAtOnce() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("fd00:250::5053");
            agent.until(() -> agent.holds("fd00:250::5053"));
        });
        JsonNode local = hosts.address("eth0", "fd00:250::5053").orElseThrow();
        assertEquals(64, local.get("prefixlen").asInt());
        assertEquals("global", local.get("scope").asText());
        assertEquals(FOREVER, local.get("valid_life_time").asLong());
        assertFalse(local.path("tentative").asBoolean());
        assertTrue(local.path("deprecated").asBoolean(), local.toString());
        assertEquals(0, local.get("preferred_life_time").asLong());
        assertEquals(1, hosts.routes("fd00:250::/64"));
    }

    @Test
    void virtualInterfaceAndItsRoutesLookAsInTheDocument() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.groups = List.of(NodeOnKernel.group("/32"));
            agent.announce("172.31.1.225", "172.31.2.128", "172.31.1.0", "172.31.0.9", "fd00:31::9");
            agent.until(() -> agent.holds("172.31.1.225", "172.31.2.128", "172.31.1.0", "172.31.0.9", "fd00:31::9"));
        });
        JsonNode link = hosts.json("link show dev kube-lb0").get(0);
        List<String> flags = StreamSupport.stream(link.get("flags").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        assertEquals(List.of("BROADCAST", "NOARP", "UP", "LOWER_UP"), flags);
        assertEquals(1500, link.get("mtu").asInt());
        assertEquals("UNKNOWN", link.get("operstate").asText());
        String shown = hosts.ip("addr show dev kube-lb0");
        for (String line : List.of(
                "inet 172.31.1.225/32 scope global kube-lb0",
                "inet 172.31.1.0/32 scope global kube-lb0",
                "inet 172.31.2.128/24 brd 172.31.2.255 scope global kube-lb0",
                "inet 172.31.0.9/24 brd 172.31.0.255 scope global kube-lb0")) {
            assertTrue(
                    shown.contains("    " + line + "\n       valid_lft forever preferred_lft forever\n"),
                    line + " in " + shown);
        }
        assertEquals(
                64,
                hosts.address("kube-lb0", "fd00:31::9")
                        .orElseThrow()
                        .get("prefixlen")
                        .asInt());
        JsonNode route = hosts.json("route show 172.31.2.0/24").get(0);
        assertEquals("kube-lb0", route.get("dev").asText());
        assertEquals("link", route.get("scope").asText());
        assertEquals("172.31.2.128", route.get("prefsrc").asText());
        assertEquals(1, hosts.routes("172.31.0.0/24"));
        assertEquals(1, hosts.routes("fd00:31::/64"));
        assertEquals(0, hosts.routes("172.31.1.0/24"), "a /32 has no route of its own");
        // No neighbour is asked for and none is answered on the LAN's behalf.
        assertFalse(shown.contains("172.30.250"), shown);
    }

    @Test
    void everyFormOfAggregationGivesItsPrefixLengthAndKeepsTheHostBits() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.groups = List.of(NodeOnKernel.group(
                    NodeOnKernel.pool(IpFamily.IPV4, "10.1.0.0/26", "10.1.0.0/26", "default"),
                    NodeOnKernel.pool(IpFamily.IPV4, "10.2.0.0/26", "10.2.0.0/26", "/8"),
                    NodeOnKernel.pool(IpFamily.IPV4, "10.3.0.0/26", "10.3.0.0/26", "/24"),
                    NodeOnKernel.pool(IpFamily.IPV4, "10.4.0.0/26", "10.4.0.0/26", "/30"),
                    NodeOnKernel.pool(IpFamily.IPV4, "10.5.0.0/26", "10.5.0.0/26", "/31"),
                    NodeOnKernel.pool(IpFamily.IPV4, "10.6.0.0/26", "10.6.0.0/26", "/32"),
                    NodeOnKernel.pool(IpFamily.IPV6, "fd01::/120", "fd01::/120", "default"),
                    NodeOnKernel.pool(IpFamily.IPV6, "fd02::/120", "fd02::/120", "/48"),
                    NodeOnKernel.pool(IpFamily.IPV6, "fd03::/120", "fd03::/120", "/128")));
            String[] all = {
                "10.1.0.9", "10.2.0.9", "10.3.0.9", "10.4.0.9", "10.5.0.9", "10.6.0.9", "fd01::9", "fd02::9", "fd03::9"
            };
            agent.announce(all);
            agent.until(() -> agent.holds(all));
        });
        for (String address : List.of(
                "10.1.0.9/26",
                "10.2.0.9/8",
                "10.3.0.9/24",
                "10.4.0.9/30",
                "10.5.0.9/31",
                "10.6.0.9/32",
                "fd01::9/120",
                "fd02::9/48",
                "fd03::9/128")) {
            assertTrue(hosts.has("kube-lb0", address), address);
        }
        for (String route : List.of(
                "10.1.0.0/26", "10.0.0.0/8", "10.3.0.0/24", "10.4.0.8/30", "10.5.0.8/31", "fd01::/120", "fd02::/48")) {
            assertEquals(1, hosts.routes(route), route);
        }
        assertEquals("10.3.0.255", broadcast("10.3.0.9"));
        assertEquals("10.4.0.11", broadcast("10.4.0.9"));
        assertEquals("", broadcast("10.5.0.9"));
        assertEquals("", broadcast("10.6.0.9"));
    }

    private String broadcast(String address) {
        return hosts.address("kube-lb0", address)
                .orElseThrow()
                .path("broadcast")
                .asText();
    }

    @Test
    void changedAggregationReplacesTheAddress() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("172.31.1.7");
            agent.until(() -> hosts.has("kube-lb0", "172.31.1.7/24"));
            agent.groups = List.of(NodeOnKernel.group("/32"));
            agent.tell();
            agent.until(() -> hosts.has("kube-lb0", "172.31.1.7/32"));
            assertFalse(hosts.has("kube-lb0", "172.31.1.7/24"));
        });
    }

    @Test
    void withdrawingThePrimaryKeepsTheOthersWithoutAGap() throws Exception {
        hosts.exec("sysctl -qw net.ipv4.conf.default.promote_secondaries=0");
        hosts.exec("sysctl -qw net.ipv4.conf.all.promote_secondaries=0");
        hosts.exec("sysctl -qw net.ipv4.conf.eth0.promote_secondaries=0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.with(OneNode.service("first", "172.31.2.1")).tell();
            agent.until(() -> agent.holds("172.31.2.1"));
            agent.with(OneNode.service("second", "172.31.2.2")).tell();
            agent.until(() -> agent.holds("172.31.2.2"));
            assertTrue(hosts.address("kube-lb0", "172.31.2.2")
                    .orElseThrow()
                    .path("secondary")
                    .asBoolean());
            agent.without("first").tell();
            agent.until(() -> hosts.address("kube-lb0", "172.31.2.1").isEmpty());
            agent.settle(200);
            assertEquals(0, agent.registry.getSampleValue("purelb_lbnodeagent_address_repairs_total"));
        });
        assertFalse(hosts.address("kube-lb0", "172.31.2.2").orElseThrow().has("secondary"), "it was promoted");
        assertEquals(1, hosts.routes("172.31.2.0/24"));
    }

    @Test
    void settingThatSomebodyResetsIsMadeAgain() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("172.30.250.53", "172.31.2.1");
            agent.until(() -> agent.holds("172.30.250.53", "172.31.2.1"));
            hosts.exec("sysctl -qw net.ipv4.conf.kube-lb0.promote_secondaries=0");
            hosts.exec("sysctl -qw net.ipv4.conf.eth0.promote_secondaries=0");
            hosts.ip("addr add 192.0.2.1/32 dev kube-lb0");
            agent.until(() -> hosts.exec("sysctl -n net.ipv4.conf.kube-lb0.promote_secondaries")
                    .strip()
                    .equals("1"));
            agent.until(() -> hosts.exec("sysctl -n net.ipv4.conf.eth0.promote_secondaries")
                    .strip()
                    .equals("1"));
        });
    }

    @Test
    void sharedAddressIsThereOnceUntilItsLastServiceGoes() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.with(OneNode.service("one", "172.30.250.53", "172.31.1.7"))
                    .with(OneNode.service("two", "172.30.250.53", "172.31.1.7"))
                    .tell();
            agent.until(() -> agent.holds("172.30.250.53", "172.31.1.7"));
            assertEquals(1, agent.count("Normal default/one AnnouncingLocal"));
            assertEquals(1, agent.count("Normal default/two AnnouncingLocal"));
            agent.without("one").tell().settle(100);
            assertTrue(hosts.has("eth0", "172.30.250.53/24") && hosts.has("kube-lb0", "172.31.1.7/24"));
            agent.without("two").tell();
            agent.until(() -> hosts.address("eth0", "172.30.250.53").isEmpty()
                    && hosts.address("kube-lb0", "172.31.1.7").isEmpty());
        });
    }

    @Test
    void virtualAddressOfALocalPolicyFollowsTheReadyEndpoints() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.withLocalPolicy("web", "172.31.1.7", "other").tell().settle(100);
            assertTrue(hosts.address("kube-lb0", "172.31.1.7").isEmpty());
            agent.withLocalPolicy("web", "172.31.1.7", "other", "node").tell();
            agent.until(() -> hosts.has("kube-lb0", "172.31.1.7/24"));
            agent.withLocalPolicy("web", "172.31.1.7", "other").tell();
            agent.until(() -> hosts.address("kube-lb0", "172.31.1.7").isEmpty());
        });
    }
}
