package io.purelb.agent;

import static io.purelb.agent.OneNode.LOCAL;
import static io.purelb.agent.OneNode.LOCAL_ON_ETH0;
import static io.purelb.agent.OneNode.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.AgentMessage.Kind;
import io.purelb.core.AnnouncedService;
import io.purelb.core.Configuration;
import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.ServiceKey;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AgentLoopTest {
    private final OneNode node = new OneNode();

    @Test
    void winnerAsksTheLanThenAddsAndAnnounces() {
        node.with(service("web", LOCAL)).tell("purelb2-2", "purelb2-4");
        assertEquals(List.of("create kube-lb0"), node.kernel.done);
        node.pass(140);
        assertEquals(3, node.count("probe " + LOCAL_ON_ETH0));
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
        node.pass(10);
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
        node.pass(2_000);
        assertEquals(3, node.count("announce " + LOCAL_ON_ETH0));
        assertEquals(
                1,
                node.count(
                        "event default/web AnnouncingLocal Node purelb2-1 announcing " + LOCAL + " on interface eth0"));
        assertEquals(
                1,
                node.metric(
                        "purelb_lbnodeagent_announced",
                        "namespace",
                        "default",
                        "service",
                        "web",
                        "node",
                        OneNode.NODE,
                        "ip",
                        LOCAL,
                        "interface",
                        "eth0",
                        "mode",
                        "local"));
    }

    @Test
    void hostIsCheckedOnlyAfterItWasPrepared() {
        node.with(service("web", LOCAL)).tell("purelb2-2");
        assertFalse(node.checkedWhileItLooks, "its interfaces are not yet as the agent makes them");
        assertTrue(node.checked());
    }

    @Test
    void loserStaysAway() {
        // Among purelb2-1 and purelb2-5 the second wins this one.
        String address = "172.30.250.57";
        assertEquals(
                Optional.of("purelb2-5"),
                Election.winner(List.of(OneNode.NODE, "purelb2-5"), IpAddress.parse(address)));
        node.with(service("web", address)).tell("purelb2-5").pass(5_000);
        assertEquals(0, node.count("probe"));
        assertFalse(node.kernel.has("eth0", address + "/24"));
        assertFalse(node.kernel.has("kube-lb0", address + "/24"));
    }

    @Test
    void virtualAddressGoesToTheVirtualInterfaceWithAggregation() {
        node.with(service("web", "172.31.1.7")).tell("purelb2-2");
        assertTrue(node.kernel.has("kube-lb0", "172.31.1.7/32"));
        node.configuration = Configuration.of(Configuration.EMPTY, List.of(OneNode.group("default")));
        node.tell("purelb2-2").pass(500);
        assertTrue(node.kernel.has("kube-lb0", "172.31.1.7/24"));
        assertFalse(node.kernel.has("kube-lb0", "172.31.1.7/32"));
        assertEquals(
                2,
                node.count("event default/web AnnouncingNonLocal Announcing 172.31.1.7 from node purelb2-1"
                        + " interface kube-lb0"));
        assertEquals(0, node.count("announce "));
    }

    @Test
    void answeredAddressIsNotClaimedUntilSilence() {
        node.with(service("web", LOCAL)).tell("purelb2-4");
        for (int i = 0; i < 60; i++) {
            node.answer(LOCAL, "02:00:00:00:09:09").pass(100);
        }
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
        assertEquals(1, node.count("event default/web AddressConflict Node purelb2-1 does not announce " + LOCAL));
        node.pass(2_000);
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void addressIsNotClaimedWhileTheLanCannotBeAsked() {
        node.sends = false;
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(5_000);
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
        node.sends = true;
        node.pass(100);
        node.sends = false;
        node.pass(1_000);
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0), "only the first probes went out");
        node.sends = true;
        node.pass(250);
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void liveAgentThatAnswersWithoutHoldingDoesNotStopTheClaim() {
        node.with(service("web", LOCAL)).tell("purelb2-4");
        node.answer(LOCAL, OneNode.mac("purelb2-4")).settle();
        assertEquals(1, node.count("WHO_HOLDS " + LOCAL + " to purelb2-4"));
        for (int i = 0; i < 10; i++) {
            node.says("purelb2-4", Kind.DOES_NOT_HOLD, LOCAL);
            node.answer(LOCAL, OneNode.mac("purelb2-4")).pass(50);
        }
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void addressReleasedByItsHolderIsTakenWithoutAsking() {
        node.with(service("web", LOCAL)).tell("purelb2-4");
        node.answer(LOCAL, OneNode.mac("purelb2-4"));
        node.says("purelb2-4", Kind.OFFERED, LOCAL);
        node.settle();
        assertEquals(1, node.count("WANTED " + LOCAL + " to purelb2-4"));
        node.says("purelb2-4", Kind.RELEASED, LOCAL);
        node.settle();
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void addressDeletedByHandComesBack() {
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(200);
        node.kernel.addresses.get("eth0").remove(Subnet.parse(LOCAL_ON_ETH0));
        node.kernelChanged();
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
        assertEquals(1, node.metric("purelb_lbnodeagent_address_repairs_total"));
        assertEquals(1, node.count("event default/web AnnouncingLocal"));
    }

    @Test
    void deletedVirtualInterfaceComesBackWithItsAddresses() {
        node.with(service("web", "172.31.1.7")).tell();
        node.kernel.addresses.remove("kube-lb0");
        node.kernelChanged();
        assertTrue(node.kernel.has("kube-lb0", "172.31.1.7/32"));
    }

    @Test
    void deletedServiceIsWithdrawn() {
        node.with(service("web", LOCAL, "172.31.1.7")).tell().pass(200);
        node.without("web").tell();
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
        assertFalse(node.kernel.has("kube-lb0", "172.31.1.7/32"));
        assertTrue(node.kernel.has("eth0", "172.30.250.101/24"));
        assertEquals(
                Double.NaN,
                node.metric(
                        "purelb_lbnodeagent_announced",
                        "namespace",
                        "default",
                        "service",
                        "web",
                        "node",
                        OneNode.NODE,
                        "ip",
                        LOCAL,
                        "interface",
                        "eth0",
                        "mode",
                        "local"));
    }

    @Test
    void sharedAddressStaysUntilTheLastServiceGoes() {
        node.with(service("one", LOCAL)).with(service("two", LOCAL)).tell().pass(200);
        node.without("one").tell();
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
        node.without("two").tell();
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void startAdoptsWhatIsInPlaceAndRemovesLeftovers() {
        node.kernel.link("eth0", LOCAL_ON_ETH0, "172.30.250.60/24");
        node.kernel.link("kube-lb0", "172.31.1.7/32");
        node.with(service("web", LOCAL, "172.31.1.7")).tell("purelb2-4").pass(5_000);
        assertEquals(List.of("remove 172.30.250.60/24 on eth0"), node.kernel.done);
        assertEquals(0, node.count("probe") + node.count("announce") + node.count("event"));
    }

    @Test
    void nothingChangesBeforeTheGroupIsJoined() {
        node.kernel.link("eth0", "172.30.250.60/24");
        node.loop.cluster(new ClusterView(
                List.of(), false, node.settings, node.configuration, Set.of(), List.of(service("web", "172.31.1.7"))));
        node.settle();
        assertEquals(List.of(), node.kernel.done);
        assertTrue(node.published.isPresent());
    }

    @Test
    void othersSubnetsAreAwaitedBeforeAnAddressCountsAsVirtual() {
        node.loop.cluster(new ClusterView(
                List.of(), false, node.settings, node.configuration, Set.of(), List.of(service("web", "172.31.1.7"))));
        Member self = new Member(OneNode.NODE, List.of(), List.of(), true, false, "test");
        node.loop.membership(node.now, new Membership(List.of(self)));
        node.pass(100);
        assertTrue(node.published.get().draining(), "until it acts, others keep what they have");
        Member owner = new Member("other", List.of(Subnet.parse("172.31.1.0/24")), List.of(), true, false, "test");
        node.loop.membership(node.now, new Membership(List.of(self, owner)));
        node.pass(5_000);
        assertFalse(node.kernel.done.contains("add 172.31.1.7/32 on kube-lb0"));
        assertFalse(node.published.get().draining());
    }

    @Test
    void ofTwoThatAskAtOnceTheWorseOneYields() {
        node.with(service("web", LOCAL)).tell("purelb2-4");
        node.tell();
        node.loop.heard(node.now, IpAddress.parse(LOCAL), OneNode.mac("purelb2-4"), true);
        node.pass(150);
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0), "purelb2-1 comes before purelb2-4");

        String worse = "172.30.250.51";
        OneNode loser =
                new OneNode().with(service("web", worse)).tell("purelb2-4").tell();
        loser.loop.heard(loser.now, IpAddress.parse(worse), OneNode.mac("purelb2-4"), true);
        loser.pass(150);
        assertFalse(loser.kernel.has("eth0", worse + "/24"), "purelb2-4 comes before purelb2-1");
    }

    @Test
    void annotationsAreWrittenOnce() {
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(200);
        String written = "{purelb.io/announcing-IPv4=Optional[purelb2-1, eth0],"
                + " purelb.io/announcing-interface=Optional[eth0], purelb.io/announcing-node=Optional[purelb2-1]}";
        assertEquals(1, node.count("annotate default/web " + written));
        node.with(new ServiceView(
                        service("web", LOCAL).announced(),
                        Map.of(
                                "purelb.io/announcing-IPv4",
                                "purelb2-1, eth0",
                                "purelb.io/announcing-interface",
                                "eth0",
                                "purelb.io/announcing-node",
                                "purelb2-1")))
                .tell("purelb2-4")
                .pass(120_000);
        assertEquals(1, node.count("annotate"));
    }

    @Test
    void nodeThatLosesItsLinkWithdrawsAndLaterAsksAgain() {
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(200);
        node.kernel.carriers.put("eth0", false);
        node.kernelChanged();
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
        assertFalse(node.published.get().linkUp());
        long probes = node.count("probe");
        node.kernel.carriers.put("eth0", true);
        node.kernelChanged();
        assertEquals(probes + 1, node.count("probe"));
    }

    @Test
    void announcementsThatWereNotSentAreNotCounted() {
        node.announces = false;
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(5_000);
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
        assertEquals(0, node.metric("purelb_lbnodeagent_garp_sent_total"));
        assertEquals(0, node.count("announce"));
    }

    @Test
    void announcementsThatWereSentAreCounted() {
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(5_000);
        assertEquals(3, node.metric("purelb_lbnodeagent_garp_sent_total"));
    }

    @Test
    void newHardwareAddressIsAnnouncedAtOnceForAllThatIsHeld() {
        node.with(service("web", LOCAL, "172.31.1.7")).tell("purelb2-4").pass(5_000);
        node.kernel.macs.put("eth0", "02:00:00:00:00:99");
        node.kernelChanged();
        assertEquals(4, node.count("announce " + LOCAL_ON_ETH0));
        assertEquals(List.of("02:00:00:00:00:99"), node.published.get().macs());
        node.pass(5_000);
        assertEquals(6, node.count("announce"), "a whole series, and of local addresses only");
        node.kernelChanged().pass(5_000);
        assertEquals(6, node.count("announce"));
    }

    @Test
    void claimedAddressIsAnnouncedAgainstAtOnce() {
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(5_000);
        node.answer(LOCAL, "02:00:00:00:09:09").settle();
        assertEquals(4, node.count("announce " + LOCAL_ON_ETH0));
    }

    @Test
    void drainingNodeReleasesLocalAddressesAndKeepsVirtualOnes() {
        node.with(service("web", LOCAL, "172.31.1.7")).tell("purelb2-4").pass(200);
        assertFalse(node.loop.drained(node.now));
        node.loop.drain(node.now);
        node.settle();
        assertTrue(node.loop.drained(node.now));
        assertTrue(node.published.get().draining());
        assertEquals(1, node.count("RELEASED " + LOCAL + " to purelb2-4"));
        assertFalse(node.kernel.has("eth0", LOCAL_ON_ETH0));
        assertTrue(node.kernel.has("kube-lb0", "172.31.1.7/32"));
    }

    @Test
    void drainingNodeKeepsWhatNoOtherCanHave() {
        node.with(service("web", LOCAL, "172.31.1.7")).tell().pass(200);
        node.loop.drain(node.now);
        node.settle();
        assertTrue(node.loop.drained(node.now));
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
        assertTrue(node.kernel.has("kube-lb0", "172.31.1.7/32"));
        assertEquals(0, node.count("OFFERED") + node.count("RELEASED"));
    }

    @Test
    void drainingNodeKeepsWhatNobodyWantsInTime() {
        node.ready = false;
        node.with(service("web", LOCAL)).tell("purelb2-4").pass(200);
        node.loop.drain(node.now);
        node.settle();
        assertFalse(node.loop.drained(node.now));
        node.pass(1_500);
        assertTrue(node.loop.drained(node.now));
        assertTrue(node.kernel.has("eth0", LOCAL_ON_ETH0));
    }

    @Test
    void nobodyAnnouncingMeansNoAnnotations() {
        ServiceView annotated = new ServiceView(
                service("web", LOCAL).announced(),
                Map.of("purelb.io/announcing-IPv4", "purelb2-1, eth0", "purelb.io/announcing-node", "purelb2-1"));
        node.with(annotated).tell().pass(200);
        node.kernel.carriers.put("eth0", false);
        node.kernelChanged();
        assertEquals(
                1,
                node.count("annotate default/web {purelb.io/announcing-IPv4=Optional.empty,"
                        + " purelb.io/announcing-node=Optional.empty}"));
    }

    @Test
    void localPolicyOnLocalAddressBecomesCluster() {
        node.with(new ServiceView(
                new AnnouncedService(
                        new ServiceKey("default", "web"), List.of(IpAddress.parse(LOCAL)), true, false, Set.of()),
                Map.of()));
        node.tell().pass(1_000);
        assertEquals(1, node.count("cluster policy default/web"));
        assertEquals(1, node.count("event default/web LocalOverride"));
    }

    @Test
    void twoDefaultRoutesMeanVirtualAndAWarning() {
        node.kernel.link("eth1", "10.0.0.1/24");
        node.kernel.defaultRoutes.put(IpFamily.IPV4, List.of("eth0", "eth1"));
        node.with(service("web", LOCAL)).tell().pass(5_000);
        assertTrue(node.kernel.has("kube-lb0", LOCAL_ON_ETH0));
        assertEquals(1, node.count("event default/web NoLocalInterface"));
    }

    @Test
    void refusedAddressIsTriedAgainWithBackOffAndReportedOnce() {
        node.kernel.refusal = Optional.of("ADD_ADDRESS: ENODEV");
        node.with(service("web", "172.31.1.7")).tell().pass(60_000);
        assertEquals(1, node.count("event default/web AnnouncementFailed"));
        double tries = node.metric("purelb_lbnodeagent_errors_total", "op", "add_address");
        assertTrue(tries > 4 && tries < 15, "tries: " + tries);
        node.kernel.refusal = Optional.empty();
        node.pass(31_000);
        assertTrue(node.kernel.has("kube-lb0", "172.31.1.7/32"));
    }
}
