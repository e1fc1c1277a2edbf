package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class HostCheckTest {
    private final Map<String, Integer> settings = new HashMap<>(Map.of(
            "ipv4/ip_forward", 1,
            "ipv6/conf/all/forwarding", 1,
            "ipv4/conf/all/arp_ignore", 1,
            "ipv4/conf/all/arp_announce", 2,
            "ipv4/conf/all/rp_filter", 0,
            "ipv4/conf/all/promote_secondaries", 0));

    private final Map<String, Boolean> local = new HashMap<>(Map.of("eth0", true));
    private Map<IpFamily, List<String>> defaults = Map.of(IpFamily.IPV4, List.of("eth0"));
    private boolean byDefaultRoute = true;
    private boolean ipvs;
    private Optional<String> mode = Optional.empty();
    private boolean strictArp;
    private Set<IpAddress> taken = Set.of();
    private Set<String> unreachable = Set.of();
    private Set<String> outside = Set.of();

    HostCheckTest() {
        for (String iface : List.of("eth0", "eth1", "kube-lb0")) {
            settings.put("ipv4/conf/" + iface + "/arp_ignore", 0);
            settings.put("ipv4/conf/" + iface + "/arp_announce", 0);
            settings.put("ipv4/conf/" + iface + "/rp_filter", 0);
            settings.put("ipv4/conf/" + iface + "/promote_secondaries", 1);
        }
    }

    private HostFacts facts() {
        return new HostFacts(
                "node",
                taken,
                local,
                "kube-lb0",
                defaults,
                byDefaultRoute,
                EnumSet.allOf(IpFamily.class),
                settings,
                ipvs,
                mode,
                strictArp,
                7934,
                unreachable,
                outside);
    }

    @Test
    void nodeWhoseInternalIpIsAServicesAddressIsTold() {
        taken = Set.of(IpAddress.parse("172.30.250.53"));
        fails(HostCheck.NODE_IP, "InternalIP 172.30.250.53 of Node node is an address of a Service");
        fails(HostCheck.NODE_IP, "--node-ip=");
    }

    private Set<HostCheck> failing() {
        return Stream.of(HostCheck.values())
                .filter(check -> check.problem(facts()).isPresent())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(HostCheck.class)));
    }

    private void fails(HostCheck check, String part) {
        assertEquals(Set.of(check), failing());
        String text = check.problem(facts()).orElseThrow();
        assertTrue(text.contains(part), text);
    }

    @Test
    void hostAsItShouldBePasses() {
        assertEquals(Set.of(), failing());
    }

    @Test
    void looseArpIsARecommendationWithoutIpvsAndSeriousWithIt() {
        settings.put("ipv4/conf/all/arp_ignore", 0);
        fails(HostCheck.ARP_IGNORE, "run sysctl -w net.ipv4.conf.all.arp_ignore=1");
        assertFalse(HostCheck.ARP_IGNORE.serious(facts()));
        ipvs = true;
        assertTrue(HostCheck.ARP_IGNORE.serious(facts()));
        assertEquals(Set.of(HostCheck.ARP_IGNORE, HostCheck.KUBE_PROXY), failing());
        settings.put("ipv4/conf/eth0/arp_ignore", 2);
        assertEquals(Set.of(), failing());
        settings.put("ipv4/conf/all/arp_announce", 1);
        ipvs = false;
        fails(HostCheck.ARP_ANNOUNCE, "net.ipv4.conf.all.arp_announce=2");
    }

    @Test
    void kubeProxyInIpvsModeNeedsStrictArpOrTheSettings() {
        settings.put("ipv4/conf/all/arp_announce", 0);
        mode = Optional.of("ipvs");
        assertTrue(HostCheck.KUBE_PROXY.problem(facts()).orElseThrow().contains("set ipvs.strictARP to true"));
        strictArp = true;
        assertEquals(Optional.empty(), HostCheck.KUBE_PROXY.problem(facts()));
        strictArp = false;
        mode = Optional.of("iptables");
        assertEquals(Optional.empty(), HostCheck.KUBE_PROXY.problem(facts()));
    }

    @Test
    void strictReversePathHurtsOnlyBesideTheDefaultRoute() {
        settings.put("ipv4/conf/all/rp_filter", 1);
        assertEquals(Set.of(), failing());
        local.put("eth1", true);
        fails(HostCheck.RP_FILTER, "sysctl -w net.ipv4.conf.eth1.rp_filter=2");
        settings.put("ipv4/conf/eth1/rp_filter", 2);
        assertEquals(Set.of(), failing());
    }

    @Test
    void bothFamiliesAreForwardedWhereServicesHaveBoth() {
        settings.put("ipv6/conf/all/forwarding", 0);
        fails(HostCheck.IP_FORWARD, "sysctl -w net.ipv6.conf.all.forwarding=1 ");
        settings.put("ipv4/ip_forward", 0);
        fails(HostCheck.IP_FORWARD, "net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        settings.remove("ipv6/conf/all/forwarding");
        fails(HostCheck.IP_FORWARD, "sysctl -w net.ipv4.ip_forward=1 ");
    }

    @Test
    void secondariesArePromotedOnEveryInterfaceThatHasAddresses() {
        settings.put("ipv4/conf/kube-lb0/promote_secondaries", 0);
        fails(HostCheck.PROMOTE_SECONDARIES, "net.ipv4.conf.kube-lb0.promote_secondaries=1");
        settings.put("ipv4/conf/all/promote_secondaries", 1);
        assertEquals(Set.of(), failing());
    }

    @Test
    void twoDefaultRoutesMatterOnlyWhereTheyChooseTheInterface() {
        defaults = Map.of(IpFamily.IPV4, List.of("eth0", "eth1"));
        fails(HostCheck.DEFAULT_ROUTE, "several interfaces (eth0, eth1)");
        byDefaultRoute = false;
        assertEquals(Set.of(), failing());
    }

    @Test
    void linkWithoutCarrierAndSilentNodesAreNamed() {
        local.put("eth0", false);
        fails(HostCheck.CARRIER, "interface eth0 has no carrier");
        local.put("eth0", true);
        unreachable = Set.of("b", "a");
        fails(HostCheck.PEER_PORT, "TCP port 7934 cannot be reached on a, b: open 7934/tcp and 7934/udp");
    }

    @Test
    void agentsThatAnswerButAreNoMembersAreNamed() {
        outside = Set.of("b", "a");
        fails(HostCheck.PEER_GROUP, "TCP port 7934 of a, b but is not in this node's election group, so UDP port 7934");
    }
}
