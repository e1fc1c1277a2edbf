package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The routes to the node's subnets are the node's: addresses of ours neither double, hide nor keep them. */
final class PrefixRouteIT {
    private static final String NETWORK_V6 = "fd00:250::/64";
    private static final String SERVICE_V6 = "fd00:250::5053";

    private final TwoHosts hosts = new TwoHosts("prefix");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    private void announceAndWithdraw(String routes, String... addresses) throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(addresses);
            agent.until(() -> agent.holds(addresses));
            agent.settle(50);
            assertEquals(routes, shown());
            agent.without("web").tell();
            agent.until(() -> hosts.address("eth0", addresses[0]).isEmpty());
            agent.settle(50);
            assertEquals(routes, shown());
        });
    }

    private String shown() {
        return hosts.ip("-6 route show " + NETWORK_V6) + hosts.ip("-4 route show 172.30.250.0/24");
    }

    private void ownAddress(String options) {
        hosts.ip("addr del fd00:250::101/64 dev eth0");
        hosts.ip("addr add fd00:250::101/64 dev eth0 nodad " + options);
    }

    @Test
    void routeOfNetworkManagerIsNotDoubled() throws Exception {
        for (String protocol : new String[] {"ra", "kernel", "static"}) {
            ownAddress("noprefixroute");
            hosts.ip("-6 route flush " + NETWORK_V6);
            hosts.ip("-6 route add " + NETWORK_V6 + " dev eth0 proto " + protocol + " metric 100");
            hosts.ip("-6 route replace default via fd00:250::1 dev eth0");
            announceAndWithdraw(shown(), SERVICE_V6, "fd00:250::5054");
        }
    }

    @Test
    void routeOfAnotherMetricIsNotDoubled() throws Exception {
        ownAddress("metric 100");
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        announceAndWithdraw(shown(), SERVICE_V6);
    }

    @Test
    void routeOfTheKernelStaysWithTheNodesAddress() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        announceAndWithdraw(shown(), SERVICE_V6, "172.30.250.53");
        assertEquals(1, hosts.routes(NETWORK_V6));
        assertEquals(1, hosts.routes("172.30.250.0/24"));
    }

    @Test
    void routeGoesWithTheNodesAddressEvenIfAServicesAddressWasThere() throws Exception {
        for (String options : new String[] {"", "metric 100"}) {
            ownAddress(options);
            hosts.ip("-6 route replace default via fd00:250::1 dev eth0");
            NodeOnKernel.run(hosts.node, agent -> {
                agent.announce(SERVICE_V6, "fd00:250::5054");
                agent.until(() -> agent.holds(SERVICE_V6, "fd00:250::5054"));
                hosts.ip("addr del fd00:250::101/64 dev eth0");
                agent.until(() -> hosts.address("eth0", SERVICE_V6).isEmpty());
                agent.settle(50);
            });
            assertEquals("", hosts.ip("-6 route show " + NETWORK_V6 + " dev eth0"));
            hosts.ip("addr add fd00:250::101/64 dev eth0 nodad");
        }
    }

    @Test
    void routeOfAnIpv4AddressWithoutOneIsNotMadeByThePromotedOne() throws Exception {
        hosts.ip("addr del 172.30.250.101/24 dev eth0");
        hosts.ip("addr add 172.30.250.101/24 brd + dev eth0 noprefixroute");
        hosts.ip("route add 172.30.250.0/24 dev eth0 proto kernel scope link src 172.30.250.101 metric 100");
        hosts.ip("route replace default via 172.30.250.1");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce("172.30.250.53");
            agent.until(() -> agent.holds("172.30.250.53"));
        });
        // The agent is away: nobody puts it right.
        hosts.ip("addr del 172.30.250.101/24 dev eth0");
        assertTrue(hosts.has("eth0", "172.30.250.53/24"));
        assertEquals(0, hosts.routes("172.30.250.0/24"), shown());
    }

    private String way(String destination) {
        JsonNode route = hosts.json("route get " + destination).get(0);
        return route.get("dev").asText();
    }

    @Test
    void virtualInterfaceGivesWayToASubnetThatTheNodeGetsLater() throws Exception {
        String[] all = {"172.31.2.1", "172.31.2.2", "172.31.2.3", "fd00:31::9", "fd00:31::a", "fd00:31::b"};
        hosts.link("eth1");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(all);
            agent.until(() -> agent.holds(all));
            assertEquals("kube-lb0", way("172.31.2.77"));
            assertEquals("kube-lb0", way("fd00:31::77"));
            for (int i = 0; i < 2; i++) {
                hosts.ip("addr add 172.31.2.100/24 brd + dev eth1");
                hosts.ip("addr add fd00:31::100/64 dev eth1 nodad");
                agent.until(() ->
                        way("172.31.2.77").equals("eth1") && way("fd00:31::77").equals("eth1"));
                agent.settle(100);
                assertEquals(1, hosts.routes("172.31.2.0/24"));
                assertEquals(1, hosts.routes("fd00:31::/64"));
                assertTrue(agent.holds(all));
                // As after a flapping link, when the routes come back in another order.
                hosts.ip("link set eth1 down");
                hosts.ip("addr replace fd00:31::100/64 dev eth1 nodad");
                hosts.ip("link set eth1 up");
                agent.until(() ->
                        way("172.31.2.77").equals("eth1") && way("fd00:31::77").equals("eth1"));
                hosts.ip("addr del 172.31.2.100/24 dev eth1");
                hosts.ip("addr del fd00:31::100/64 dev eth1");
                agent.until(() -> way("172.31.2.77").equals("kube-lb0")
                        && way("fd00:31::77").equals("kube-lb0"));
                agent.settle(100);
                assertEquals(1, hosts.routes("172.31.2.0/24"));
                assertEquals(1, hosts.routes("fd00:31::/64"));
            }
            agent.without("web").tell();
            agent.until(() -> hosts.address("kube-lb0", "172.31.2.1").isEmpty()
                    && hosts.address("kube-lb0", "fd00:31::9").isEmpty());
        });
        assertEquals(0, hosts.routes("172.31.2.0/24"));
        assertEquals(0, hosts.routes("fd00:31::/64"));
    }

    @Test
    void agentThatStartsAfterwardsMakesTheVirtualInterfaceGiveWay() throws Exception {
        String[] all = {"172.31.2.1", "172.31.2.2", "fd00:31::9", "fd00:31::a"};
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(all);
            agent.until(() -> agent.holds(all));
        });
        hosts.link("eth1", "172.31.2.100/24", "fd00:31::100/64");
        assertEquals("kube-lb0", way("172.31.2.77"));
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(all);
            agent.until(() ->
                    way("172.31.2.77").equals("eth1") && way("fd00:31::77").equals("eth1"));
            agent.settle(100);
            assertTrue(agent.holds(all));
        });
        assertEquals(1, hosts.routes("172.31.2.0/24"));
        assertEquals(1, hosts.routes("fd00:31::/64"));
    }
}
