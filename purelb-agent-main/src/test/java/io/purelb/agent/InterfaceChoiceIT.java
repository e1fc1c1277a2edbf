package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.DefaultRoutes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which interface carries a local address, by the routes and addresses of a real kernel. */
final class InterfaceChoiceIT {
    private static final String V4 = "172.30.250.53";
    private static final String V6 = "fd00:250::5053";

    private final TwoHosts hosts = new TwoHosts("choice");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    @Test
    void withoutADefaultRouteTheAddressIsVirtualAndTheReasonIsTold() throws Exception {
        hosts.ip("route del default");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4);
            agent.until(() -> agent.holds(V4));
        });
        assertTrue(hosts.has("kube-lb0", V4 + "/24"));
        assertFalse(hosts.address("eth0", V4).isPresent());
    }

    @Test
    void eachFamilyFollowsItsOwnDefaultRoute() throws Exception {
        hosts.link("eth1", "fd00:250::102/64", "10.0.0.5/24");
        hosts.ip("-6 route add default via fd00:250::1 dev eth1");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4, V6);
            agent.until(() -> agent.holds(V4, V6));
        });
        assertTrue(hosts.has("eth0", V4 + "/24"));
        assertTrue(hosts.has("eth1", V6 + "/64"));
    }

    @Test
    void twoDefaultRoutesMeanVirtualWithAnErrorAndAWarningUntilOneGoes() throws Exception {
        hosts.link("eth1", "10.0.0.5/24");
        NodeOnKernel.run(hosts.node, agent -> {
            try (LogCapture log = new LogCapture(Announcements.class)) {
                agent.announce(V4);
                agent.until(() -> agent.holds(V4) && hosts.has("eth0", V4 + "/24"));
                hosts.ip("route add default via 10.0.0.1 dev eth1 metric 100");
                agent.until(() -> hosts.has("kube-lb0", V4 + "/24"));
                assertFalse(hosts.address("eth0", V4).isPresent());
                assertEquals(1, hosts.routes("172.30.250.0/24"), "the LAN stays where it is");
                agent.settle(100);
                String why = "IPv4 default routes go through 2 interfaces (eth0, eth1): keep one, or set localint or"
                        + " defaultRoutes: LowestMetric in the LBNodeAgent";
                assertEquals(1, log.count("SEVERE no local interface", why));
                assertEquals(
                        1,
                        agent.count("Warning default/web NoLocalInterface Node node has no local interface, so " + V4
                                + " is on kube-lb0: " + why));
                hosts.ip("route del default via 10.0.0.1 dev eth1 metric 100");
                agent.until(() -> hosts.has("eth0", V4 + "/24"));
                assertFalse(hosts.address("kube-lb0", V4).isPresent());
            }
        });
    }

    @Test
    void defaultRouteOverNextHopsOfSeveralInterfacesIsNoInterface() throws Exception {
        hosts.link("eth1", "10.0.0.5/24", "fd00:1::5/64");
        hosts.ip("route replace default nexthop via 172.30.250.1 dev eth0 nexthop via 10.0.0.1 dev eth1");
        hosts.ip("-6 route add default nexthop via fd00:250::1 dev eth0 nexthop via fd00:1::1 dev eth1");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4, V6);
            agent.until(() -> agent.holds(V4, V6));
            agent.settle(100);
            assertEquals(2, agent.count("Warning default/web NoLocalInterface"));
        });
        assertTrue(hosts.has("kube-lb0", V4 + "/24"));
        assertTrue(hosts.has("kube-lb0", V6 + "/64"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "route replace default nexthop via 172.30.250.1 dev eth0 nexthop via 172.30.250.2 dev eth0",
                "route add default via 172.30.250.2 dev eth0 metric 100 proto dhcp",
                "route replace default nhid 3"
            })
    void severalNextHopsOverOneInterfaceAreThatInterface(String second) throws Exception {
        hosts.ip("nexthop add id 1 via 172.30.250.1 dev eth0");
        hosts.ip("nexthop add id 2 via 172.30.250.2 dev eth0");
        hosts.ip("nexthop add id 3 group 1/2");
        hosts.ip("-6 route add default via fd00:250::1 dev eth0 proto ra metric 1024");
        hosts.ip("-6 route append default via fd00:250::2 dev eth0 proto ra metric 1024");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4, V6);
            agent.until(() -> hosts.has("eth0", V4 + "/24") && hosts.has("eth0", V6 + "/64"));
            hosts.ip(second);
            agent.settle(300);
            assertTrue(hosts.has("eth0", V4 + "/24") && hosts.has("eth0", V6 + "/64"));
            assertFalse(hosts.address("kube-lb0", V4).isPresent());
            assertEquals(0, agent.count("Warning default/web NoLocalInterface"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dead", "port", "bare"})
    void defaultRouteThatTheLansTrafficCannotTakeDoesNotCount(String kind) throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4);
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
            hosts.link("eth1");
            switch (kind) {
                case "dead" -> {
                    hosts.ip("addr add 10.0.0.5/24 dev eth1");
                    hosts.far("link set eth1 down");
                }
                case "port" -> {
                    hosts.ip("addr add 10.0.0.5/24 dev eth1");
                    hosts.ip("link add br7 type bridge");
                    hosts.ip("link set eth1 master br7");
                }
                default -> {}
            }
            hosts.ip("route add default dev eth1 metric 100");
            agent.settle(300);
            assertTrue(hosts.has("eth0", V4 + "/24"));
            assertFalse(hosts.address("kube-lb0", V4).isPresent());
            assertEquals(0, agent.count("Warning default/web NoLocalInterface"));
        });
    }

    @Test
    void interfaceOfTheLowestMetricIsTakenWhereThatDecides() throws Exception {
        hosts.link("eth1", "10.0.0.5/24");
        hosts.ip("route replace default via 172.30.250.1 metric 50");
        hosts.ip("route del default metric 0");
        hosts.ip("route add default via 10.0.0.1 dev eth1 metric 100");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.defaultRoutes(DefaultRoutes.LOWEST_METRIC).announce(V4);
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
            hosts.ip("route add default via 10.0.0.1 dev eth1 metric 10");
            agent.until(() -> hosts.has("kube-lb0", V4 + "/24")
                    && hosts.address("eth0", V4).isEmpty());
        });
    }

    @Test
    void defaultRouteThatGoesInSilenceWithItsNextHopObjectIsMissed() throws Exception {
        hosts.ip("nexthop add id 1 via 172.30.250.1 dev eth0");
        hosts.ip("route replace default nhid 1");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4);
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
            hosts.ip("nexthop del id 1");
            agent.until(() -> hosts.has("kube-lb0", V4 + "/24"));
        });
    }

    @Test
    void defaultRouteThatLeadsNowhereDoesNotCount() throws Exception {
        hosts.ip("route add unreachable default metric 4000");
        hosts.ip("route add default dev eth0 table 100");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4);
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
        });
    }

    @Test
    void patternNamesWholeInterfacesAndTheFirstByIndexWithTheSubnetIsTaken() throws Exception {
        hosts.link("veth0", "172.30.250.102/24");
        hosts.link("eth01", "172.30.250.103/24");
        hosts.link("eth02", "172.30.250.104/24");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.localint("eth0[12]").announce(V4);
            agent.until(() -> hosts.has("eth01", V4 + "/24"));
            agent.localint("eth0").tell();
            agent.until(() ->
                    hosts.has("eth0", V4 + "/24") && hosts.address("eth01", V4).isEmpty());
            agent.localint("bond.*").tell();
            agent.until(() -> hosts.has("kube-lb0", V4 + "/24"));
            assertEquals(
                    1,
                    agent.count("Warning default/web NoLocalInterface Node node has no local interface, so " + V4
                            + " is on kube-lb0: no interface matches localint \"bond.*\""));
        });
        assertFalse(hosts.address("veth0", V4).isPresent());
        assertFalse(hosts.address("eth0", V4).isPresent());
    }

    @Test
    void broadestPatternNeverTakesLoopbackNorTheVirtualInterfacesNorKubeProxys() throws Exception {
        hosts.ip("addr add 172.31.1.1/24 dev lo");
        hosts.ip("link add kube-ipvs0 type ifb");
        hosts.ip("addr add 172.31.2.1/24 dev kube-ipvs0");
        hosts.ip("addr add 172.31.2.7/32 dev kube-ipvs0");
        hosts.ip("link add kube-lb0 type ifb");
        hosts.ip("addr add 172.31.0.1/24 dev kube-lb0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.localint(".*").announce("172.31.0.7", "172.31.1.7", "172.31.2.7");
            agent.until(() -> agent.holds("172.31.0.7", "172.31.1.7", "172.31.2.7"));
        });
        for (String net : new String[] {"0", "1", "2"}) {
            assertTrue(hosts.has("kube-lb0", "172.31." + net + ".7/24"), net);
        }
        assertTrue(hosts.has("kube-ipvs0", "172.31.2.7/32"));
        assertFalse(hosts.address("lo", "172.31.1.7").isPresent());
    }

    @Test
    void interfaceThatVanishesIsLeftAndTakenAgainWhenItReturns() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4, "172.31.1.7");
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
            hosts.ip("link del eth0");
            agent.until(() -> hosts.has("kube-lb0", V4 + "/24"));
            hosts.link("eth0", "172.30.250.101/24");
            hosts.ip("route add default via 172.30.250.1 dev eth0");
            agent.until(() -> hosts.has("eth0", V4 + "/24")
                    && hosts.address("kube-lb0", V4).isEmpty());
            assertTrue(hosts.has("kube-lb0", "172.31.1.7/24"));
        });
    }

    @Test
    void secondSubnetOfAnInterfaceIsLocalToo() throws Exception {
        hosts.ip("addr add 172.31.0.101/16 brd + dev eth0");
        hosts.ip("addr add 172.30.250.102/24 brd + dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4, "172.31.1.7");
            agent.until(() -> hosts.has("eth0", V4 + "/24") && hosts.has("eth0", "172.31.1.7/16"));
        });
        assertEquals(1, hosts.routes("172.30.250.0/24"));
        assertTrue(hosts.has("eth0", "172.30.250.102/24"));
    }

    @Test
    void deprecatedAddressMakesNoSubnet() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        hosts.ip("addr change fd00:250::101/64 dev eth0 valid_lft 4000 preferred_lft 0 nodad");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V6);
            agent.until(() -> hosts.has("kube-lb0", V6 + "/64"));
            hosts.ip("addr change fd00:250::101/64 dev eth0 valid_lft forever preferred_lft forever nodad");
            agent.until(() -> hosts.has("eth0", V6 + "/64")
                    && hosts.address("kube-lb0", V6).isEmpty());
        });
    }

    @Test
    void addressFromAutoconfigurationMakesASubnetWhateverItsOtherFlags() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        hosts.ip("addr del fd00:250::101/64 dev eth0");
        hosts.ip(
                "addr add fd00:250::aaaa/64 dev eth0 nodad mngtmpaddr noprefixroute valid_lft 4000 preferred_lft 2000");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V6);
            agent.until(() -> hosts.has("eth0", V6 + "/64"));
        });
    }

    @Test
    void hostAddressFromDhcpMakesNoSubnet() throws Exception {
        hosts.ip("addr del fd00:250::101/64 dev eth0");
        hosts.ip("addr add fd00:250::101/128 dev eth0 nodad");
        hosts.ip("-6 route add fd00:250::/64 dev eth0");
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V6);
            agent.until(() -> hosts.has("kube-lb0", V6 + "/64"));
        });
    }

    @Test
    void duplicateAndTentativeAddressesMakeNoSubnet() throws Exception {
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        hosts.ip("addr del fd00:250::101/64 dev eth0");
        hosts.far("addr add fd00:250::102/64 dev eth0 nodad");
        hosts.exec("sysctl -qw net.ipv6.conf.eth0.accept_dad=1 net.ipv6.conf.eth0.dad_transmits=30");
        NodeOnKernel.run(hosts.node, agent -> {
            hosts.ip("addr add fd00:250::103/64 dev eth0");
            agent.announce(V6);
            agent.until(() -> hosts.has("kube-lb0", V6 + "/64"));
            assertTrue(flag("fd00:250::103", "tentative"));
            hosts.ip("addr del fd00:250::103/64 dev eth0");
            hosts.exec("sysctl -qw net.ipv6.conf.eth0.dad_transmits=1");
            hosts.ip("addr add fd00:250::102/64 dev eth0");
            agent.until(() -> flag("fd00:250::102", "dadfailed"));
            agent.settle(100);
            assertTrue(hosts.has("kube-lb0", V6 + "/64"));
            hosts.ip("addr add fd00:250::104/64 dev eth0");
            agent.until(() -> hosts.has("eth0", V6 + "/64"));
            assertFalse(flag("fd00:250::104", "tentative"));
        });
    }

    private boolean flag(String address, String flag) {
        return hosts.address("eth0", address)
                .filter(info -> info.path(flag).asBoolean())
                .isPresent();
    }

    @Test
    void linkThatIsSetDownIsLeftAndTakenAgain() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4);
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
            hosts.ip("link set eth0 down");
            agent.until(() -> hosts.address("eth0", V4).isEmpty());
            hosts.ip("link set eth0 up");
            hosts.ip("route replace default via 172.30.250.1");
            agent.until(() -> hosts.has("eth0", V4 + "/24")
                    && hosts.address("kube-lb0", V4).isEmpty());
        });
    }

    @Test
    void renumberedNodeTakesTheNewPrefixLengthAndGivesUpTheOldSubnet() throws Exception {
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4);
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
            hosts.ip("addr add 172.30.250.101/25 brd + dev eth0");
            hosts.ip("addr del 172.30.250.101/24 dev eth0");
            hosts.ip("route replace default via 172.30.250.1");
            agent.until(() -> hosts.has("eth0", V4 + "/25") && !hosts.has("eth0", V4 + "/24"));
            hosts.ip("addr add 10.9.0.101/24 brd + dev eth0");
            hosts.ip("addr del 172.30.250.101/25 dev eth0");
            hosts.ip("route replace default via 10.9.0.1");
            agent.until(() -> hosts.has("kube-lb0", V4 + "/24")
                    && hosts.address("eth0", V4).isEmpty());
        });
        assertTrue(hosts.has("eth0", "10.9.0.101/24"));
    }

    @Test
    void movedDefaultRouteMovesTheAddress() throws Exception {
        hosts.link("eth1", "172.30.250.102/24");
        NodeOnKernel.run(hosts.node, agent -> {
            agent.announce(V4);
            agent.until(() -> hosts.has("eth0", V4 + "/24"));
            hosts.ip("route replace default via 172.30.250.1 dev eth1");
            agent.until(() ->
                    hosts.has("eth1", V4 + "/24") && hosts.address("eth0", V4).isEmpty());
        });
    }
}
