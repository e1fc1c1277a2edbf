package io.purelb.core;

import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.ip;
import static io.purelb.core.Samples.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final ServiceKey WEB = new ServiceKey("test", "web");
    private final Simulation simulation = new Simulation();

    @BeforeEach
    void threeNodes() {
        for (int i = 1; i <= 3; i++) {
            simulation.putNode(SimulatedNode.parse(
                    "purelb2-" + i,
                    "eth0=172.30.250.10" + i + "/24,fd00:250::10" + i + "/64 eth1=10.0.0." + i + "/24",
                    false));
        }
    }

    private List<SimulationEffect> put(Samples.RequestBuilder request) {
        return put(request, ShownService.nothing());
    }

    private List<SimulationEffect> put(Samples.RequestBuilder request, ShownService shown) {
        return simulation.putService(new FoundService(request.build(), Samples.LONG_AGO, shown), false);
    }

    private List<String> where(String address) {
        return simulation.announcements(ip(address)).stream()
                .map(place -> place.node() + " " + place.placement().interfaceName() + " " + place.scope())
                .toList();
    }

    @Test
    void aLocalAddressIsOnTheWinnerAndMovesWhenItDies() {
        simulation.putGroup(group("default", "172.30.250.53-172.30.250.60"));
        put(service("web"));
        assertEquals(List.of("purelb2-1 eth0 LOCAL"), where("172.30.250.53"));
        List<SimulationEffect> effects = simulation.removeNode("purelb2-1");
        assertEquals(List.of("purelb2-3 eth0 LOCAL"), where("172.30.250.53"));
        assertEquals(2, effects.size());
        simulation.putNode(SimulatedNode.parse("purelb2-3", "eth0=172.30.250.103/24", true));
        assertEquals(List.of("purelb2-2 eth0 LOCAL"), where("172.30.250.53"));
    }

    @Test
    void aVirtualAddressIsOnAllNodesUntilItsServiceGoes() {
        simulation.putGroup(group("default", "192.168.7.0/24"));
        put(service("web"));
        assertEquals(3, where("192.168.7.0").size());
        simulation.removeService(WEB);
        assertEquals(List.of(), where("192.168.7.0"));
    }

    @Test
    void localPolicyFollowsEndpointsOnVirtualAddressesAndIsResetOnLocalOnes() {
        simulation.putGroup(group("default", "192.168.7.0/24", "172.30.250.0/24"));
        put(service("web").local());
        assertEquals(List.of(), where("192.168.7.0"));
        simulation.putEndpoints(WEB, "web-1", new EndpointNodes(Set.of("purelb2-2"), Set.of()));
        simulation.putEndpoints(WEB, "web-2", new EndpointNodes(Set.of("purelb2-3"), Set.of()));
        assertEquals(List.of("purelb2-2 kube-lb0 VIRTUAL", "purelb2-3 kube-lb0 VIRTUAL"), where("192.168.7.0"));

        List<SimulationEffect> effects =
                put(service("api").asking("172.30.250.53").local());
        assertEquals(
                List.of(new SimulationEffect.PolicyReset(new ServiceKey("test", "api"), ip("172.30.250.53"))),
                effects.stream()
                        .filter(SimulationEffect.PolicyReset.class::isInstance)
                        .toList());
        assertEquals(List.of("purelb2-1 eth0 LOCAL"), where("172.30.250.53"));
    }

    @Test
    void terminatingEndpointKeepsANodeOnlyWhileNobodyIsReady() {
        simulation.putGroup(group("default", "192.168.7.0/24"));
        put(service("web").local());
        simulation.putEndpoints(WEB, "web-1", new EndpointNodes(Set.of(), Set.of("purelb2-2")));
        assertEquals(List.of("purelb2-2 kube-lb0 VIRTUAL"), where("192.168.7.0"));
        simulation.putEndpoints(WEB, "web-2", new EndpointNodes(Set.of("purelb2-3"), Set.of()));
        assertEquals(List.of("purelb2-3 kube-lb0 VIRTUAL"), where("192.168.7.0"));
    }

    @Test
    void refusalsAndBadGroupsAreEffectsToo() {
        assertEquals(
                Reason.UNKNOWN_GROUP,
                ((SimulationEffect.Refused) put(service("web")).get(0))
                        .refusal()
                        .reason());
        List<SimulationEffect> effects = simulation.putGroup(group("default", "10.9.0.9-10.9.0.1"));
        assertEquals(SimulationEffect.Misconfigured.class, effects.get(0).getClass());
        effects = simulation.putGroup(group("default", "10.9.0.1-10.9.0.9"));
        assertEquals(new SimulationEffect.Assigned(WEB, new Assignment(ip("10.9.0.1"), "default")), effects.get(0));
    }

    @Test
    void interfacesAreReadOrRefusedByName() {
        assertThrows(AddressFormatException.class, () -> SimulatedNode.parse("n", "eth0", false));
        assertThrows(AddressFormatException.class, () -> SimulatedNode.parse("n", "eth0=10.0.0.1", false));
        assertEquals(List.of(), SimulatedNode.parse("n", " ", false).interfaces());
    }

    @Test
    void everyStepTellsWhatItDid() {
        assertEquals(List.of(), simulation.putGroup(group("default", "192.168.7.0/31")));
        assertEquals(
                List.of("Assigned", "Announced", "Announced", "Announced"),
                kinds(put(service("web").key("k"))));
        assertEquals(List.of("Withdrawn"), kinds(simulation.removeNode("purelb2-1")));
        assertEquals(
                List.of("Announced"),
                kinds(simulation.putNode(SimulatedNode.parse("purelb2-1", "eth0=172.30.250.101/24", false))));
        put(service("api").key("k").ports(443));
        assertEquals(
                List.of("Conflicted", "Conflicted"),
                kinds(put(service("api").key("k").ports(80))));
        assertEquals(List.of("Misconfigured"), kinds(simulation.putGroup(group("bad", "10.0.0.0/99"))));
        assertEquals(1, simulation.problems().size());
        assertEquals(List.of(), simulation.removeGroup("purelb", "bad"));
        assertEquals(1, simulation.groups().size());
        assertEquals(List.of("Released"), kinds(simulation.removeService(new ServiceKey("test", "api"))));
        assertEquals(List.of("Released", "Withdrawn", "Withdrawn", "Withdrawn"), kinds(simulation.removeService(WEB)));
        assertEquals(List.of(), simulation.services());
    }

    private static List<String> kinds(List<SimulationEffect> effects) {
        return effects.stream().map(effect -> effect.getClass().getSimpleName()).toList();
    }

    @Test
    void addressesThatCannotWorkInALocalSubnetAreWarnedOfOnce() {
        List<SimulationEffect> effects = simulation.putGroup(group("default", "172.30.250.0/24", "fd00:250::/120"));
        assertEquals(
                List.of(
                        "172.30.250.0, the network",
                        "172.30.250.255, the broadcast",
                        "fd00:250::, the subnet-router anycast"),
                effects.stream()
                        .filter(SimulationEffect.Warned.class::isInstance)
                        .map(effect ->
                                ((SimulationEffect.Warned) effect).warning().reason())
                        .map(reason -> reason.substring("hands out ".length(), reason.indexOf(" address of")))
                        .toList());
        assertEquals(List.of(), simulation.putGroup(group("other", "192.168.7.0/24")));
    }

    private static ShownService showing(boolean branded, boolean hostName, String... addresses) {
        return new ShownService(
                true, branded, Stream.of(addresses).map(Samples::ip).toList(), hostName, List.of("default"));
    }

    @Test
    void aServiceThatShowsAnAddressOfOursKeepsIt() {
        simulation.putGroup(group("default", "10.9.0.1-10.9.0.9"));
        assertEquals(
                new SimulationEffect.Adopted(WEB, new Assignment(ip("10.9.0.7"), "default")),
                put(service("web"), showing(false, false, "10.9.0.7")).get(0));
        assertEquals(List.of(WEB), simulation.services());
    }

    @Test
    void aServiceThatAnotherControllerServesIsLeftAloneUntilItsAddressComesToLieInAGroup() {
        simulation.putGroup(group("default", "10.9.0.1-10.9.0.9"));
        assertEquals(List.of("LeftAlone"), kinds(put(service("web"), showing(false, false, "203.0.113.9"))));
        assertEquals(List.of("LeftAlone"), kinds(put(service("named"), showing(false, true))));
        assertEquals(List.of(), simulation.services());
        assertEquals(
                "Adopted",
                kinds(simulation.putGroup(group("edge", "203.0.113.0/24"))).get(0));
        assertEquals(List.of(WEB), simulation.services());
    }

    @Test
    void orphansAreToldAndTakenInAgain() {
        simulation.putGroup(group("default", "10.9.0.1-10.9.0.9"));
        put(service("web"));
        assertEquals(
                new SimulationEffect.Orphaned(WEB, ip("10.9.0.1")),
                simulation.removeGroup("purelb", "default").get(0));
        assertEquals(List.of(), simulation.putGroup(group("other", "10.9.1.1-10.9.1.9")));
        assertEquals(
                new SimulationEffect.TakenIn(WEB, ip("10.9.0.1"), "default"),
                simulation.putGroup(group("default", "10.9.0.1-10.9.0.9")).get(0));
        assertEquals(
                List.of("Adopted", "Orphaned"),
                kinds(put(service("api"), showing(true, false, "10.77.0.1"))).subList(0, 2));
    }

    @Test
    void whatAServiceGaveBackIsNotAdoptedAgain() {
        simulation.putGroup(group("default", "10.9.0.1-10.9.0.9"));
        put(service("web"), showing(false, false, "10.9.0.7"));
        put(
                service("web").families(FamilyPolicy.SINGLE_STACK, IpFamily.IPV6),
                simulation.shown(WEB).orElseThrow());
        simulation.putGroup(group("other", "10.9.1.1-10.9.1.9"));
        assertEquals(List.of(), simulation.allocations().ledger().heldBy(WEB));
    }

    @Test
    void aBadGroupIsToldOnce() {
        assertEquals(List.of("Misconfigured"), kinds(simulation.putGroup(group("bad", "10.0.0.0/99"))));
        assertEquals(List.of(), simulation.putGroup(group("good", "10.9.0.0/24")));
        assertEquals(List.of("Misconfigured"), kinds(simulation.putGroup(group("bad", "10.0.0.0/98"))));
    }
}
