package io.purelb.core;

import static io.purelb.core.FamilyPolicy.PREFER_DUAL_STACK;
import static io.purelb.core.FamilyPolicy.REQUIRE_DUAL_STACK;
import static io.purelb.core.IpFamily.IPV4;
import static io.purelb.core.IpFamily.IPV6;
import static io.purelb.core.Samples.addresses;
import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.decide;
import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.ip;
import static io.purelb.core.Samples.ledger;
import static io.purelb.core.Samples.reasons;
import static io.purelb.core.Samples.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllocatorTest {
    @Test
    void lowestFreeAddressOfTheFirstPoolComesFirst() {
        Ledger ledger = ledger(group("default", "192.168.2.0/31", "192.168.1.3", "192.168.1.2"));
        List<String> given = List.of("a", "b", "c", "d").stream()
                .flatMap(name -> addresses(decide(ledger, service(name))).stream())
                .toList();
        assertEquals(List.of("192.168.2.0", "192.168.2.1", "192.168.1.3", "192.168.1.2"), given);
        Decision fifth = decide(ledger, service("e"));
        assertEquals(List.of(Reason.EXHAUSTED), reasons(fifth));
        assertEquals(List.of(), fifth.changes());
    }

    @Test
    void aFreedAddressIsUsedAgainAtOnce() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a"));
        decide(ledger, service("b"));
        Decision released = Allocator.release(ledger, new ServiceKey("test", "a"));
        ledger.apply(released.changes());
        assertEquals(List.of(new Assignment(ip("10.0.0.0"), "default")), released.released());
        assertEquals(List.of("10.0.0.0"), addresses(decide(ledger, service("c"))));
    }

    @Test
    void aRequestedAddressIsGivenFromItsGroup() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"), group("virtual", "172.31.1.0/24"));
        Decision decision = decide(ledger, service("a").asking("172.31.1.225"));
        assertEquals(List.of(new Assignment(ip("172.31.1.225"), "virtual")), decision.assigned());
        assertEquals(
                List.of(Reason.WRONG_GROUP),
                reasons(decide(ledger, service("b").asking("172.31.1.226").group("default"))));
        assertEquals(
                List.of(Reason.NOT_IN_ANY_GROUP),
                reasons(decide(ledger, service("b").asking("9.9.9.9"))));
        assertEquals(List.of(Reason.IN_USE), reasons(decide(ledger, service("b").asking("172.31.1.225"))));
        assertEquals(
                List.of(Reason.MALFORMED_ADDRESS),
                reasons(decide(ledger, service("b").asking("172.31.1"))));
        assertEquals(
                List.of(Reason.CONFLICTING_REQUEST),
                reasons(decide(ledger, service("b").asking("10.0.0.1, 10.0.0.2"))));
        assertEquals(
                List.of(Reason.CONFLICTING_REQUEST),
                reasons(decide(ledger, service("b").asking("fd00::1"))));
    }

    @Test
    void unknownGroupAndMissingFamilyAreRefusedByName() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        Decision missing = decide(ledger, service("a").group("missing"));
        assertEquals(List.of(Reason.UNKNOWN_GROUP), reasons(missing));
        assertTrue(missing.refusals().get(0).message().contains("\"missing\""));
        assertEquals(
                List.of(Reason.FAMILY_UNAVAILABLE),
                reasons(decide(ledger, service("a").families(FamilyPolicy.SINGLE_STACK, IPV6))));
    }

    private static String words(Decision decision) {
        return decision.refusals().get(0).message();
    }

    @Test
    void aRefusedGroupIsNamedWithItsFaultAndNotCalledMissing() {
        Ledger ledger = ledger(
                group("default", "10.0.0.10-10.0.0.19"),
                group("edge", Samples.LONG_AGO.plusSeconds(1), "10.0.0.15-10.0.0.29"));
        Decision named = decide(ledger, service("a").group("edge"));
        assertEquals(List.of(Reason.UNKNOWN_GROUP), reasons(named));
        assertTrue(words(named).startsWith("ServiceGroup \"edge\" is not in force: spec.local.v4pools[0].pool"));
        assertFalse(words(named).contains("create it"), words(named));
        Decision asked = decide(ledger, service("b").asking("10.0.0.25"));
        assertEquals(List.of(Reason.NOT_IN_ANY_GROUP), reasons(asked));
        assertTrue(words(asked).contains("ServiceGroup \"edge\""), words(asked));
        assertTrue(words(asked).contains("overlaps 10.0.0.10-10.0.0.19"), words(asked));
    }

    @Test
    void anAddressInTheRefusedTextOfAGroupThatStaysAsItWasIsExplained() {
        Ledger ledger = ledger(group("default", "10.0.0.10-10.0.0.19"), group("other", "10.0.1.0/24"));
        ledger.configure(Configuration.of(
                ledger.configuration(),
                List.of(
                        group("default", "10.0.0.10-10.0.0.19", "10.0.1.9-10.0.2.9", "fd00::/120"),
                        group("other", "10.0.1.0/24"))));
        assertTrue(words(decide(ledger, service("a").asking("10.0.2.5"))).contains("overlaps 10.0.1.0-10.0.1.255"));
        Decision six = decide(ledger, service("b").families(FamilyPolicy.SINGLE_STACK, IPV6));
        assertEquals(List.of(Reason.FAMILY_UNAVAILABLE), reasons(six));
        assertTrue(words(six).contains("overlaps 10.0.1.0-10.0.1.255"), words(six));
    }

    @Test
    void anAvoidedAddressIsSaidToBeAvoidedAndByWhom() {
        GroupSpec spec = new GroupSpec(
                "purelb",
                "default",
                Samples.LONG_AGO,
                group("default", "10.0.0.0/24").pools(),
                SharingScope.CLUSTER,
                List.of(),
                List.of("10.0.0.12"));
        Decision asked = decide(ledger(spec), service("a").asking("10.0.0.12"));
        assertEquals(List.of(Reason.NOT_IN_ANY_GROUP), reasons(asked));
        assertTrue(words(asked).contains("avoided by ServiceGroup \"default\""), words(asked));
    }

    @Test
    void aDualStackPairThatCannotMoveAsAWholeStaysAsItIs() {
        Ledger ledger = ledger(
                group("default", "10.0.0.0/30", "fd00::/126"),
                group("four", "10.1.0.0/30"),
                group("six", "fd01::/126"));
        decide(ledger, service("a").families(REQUIRE_DUAL_STACK, IPV4, IPV6));
        Decision four = decide(
                ledger, service("a").families(REQUIRE_DUAL_STACK, IPV4, IPV6).group("four"));
        assertEquals(List.of("10.0.0.0", "fd00::"), addresses(four));
        assertEquals(List.of(), four.changes());
        assertEquals(List.of(Reason.FAMILY_UNAVAILABLE), reasons(four));
        decide(ledger, service("b").asking("10.0.0.3"));
        Decision taken = decide(
                ledger, service("a").families(REQUIRE_DUAL_STACK, IPV4, IPV6).asking("10.0.0.3,fd00::3"));
        assertEquals(List.of("10.0.0.0", "fd00::"), addresses(taken));
        assertEquals(List.of(Reason.IN_USE), reasons(taken));
    }

    @Test
    void aPairThatIsKeptBackFromAMoveKeepsItsConflicts() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30", "fd00::/126"), group("four", "10.1.0.0/30"));
        decide(ledger, service("a").key("web").families(REQUIRE_DUAL_STACK, IPV4, IPV6));
        decide(ledger, service("b").key("web").ports(443));
        Decision both = decide(
                ledger,
                service("a")
                        .key("web")
                        .ports(443)
                        .families(REQUIRE_DUAL_STACK, IPV4, IPV6)
                        .group("four"));
        assertEquals(List.of("10.0.0.0", "fd00::"), addresses(both));
        assertEquals(Reason.PORT_CONFLICT, both.conflicts().get(0).reason());
    }

    @Test
    void sharingNeedsEqualKeysAndDisjointPorts() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        assertEquals(List.of("10.0.0.0"), addresses(decide(ledger, service("a").key("web"))));
        assertEquals(
                List.of("10.0.0.0"),
                addresses(decide(ledger, service("b").key("web").ports(443))));
        Decision clash = decide(ledger, service("c").key("web"));
        assertEquals(List.of(Reason.PORT_CONFLICT), reasons(clash));
        assertTrue(clash.refusals().get(0).message().contains("test/a"));
        assertEquals(List.of("10.0.0.1"), addresses(decide(ledger, service("d").key("other"))));
        assertEquals(BigInteger.TWO, ledger.usage().get(0).total().allocated());
        assertEquals(3, ledger.usage().get(0).services());
    }

    @Test
    void aKeyIsFreeAgainWhenItsLastServiceGoes() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web"));
        decide(ledger, service("b").key("web").ports(443));
        ledger.apply(Allocator.release(ledger, new ServiceKey("test", "a")).changes());
        assertEquals(
                List.of(Reason.PORT_CONFLICT),
                reasons(decide(ledger, service("c").key("web").ports(443))));
        ledger.apply(Allocator.release(ledger, new ServiceKey("test", "b")).changes());
        decide(ledger, service("x"));
        assertEquals(
                List.of("10.0.0.1"),
                addresses(decide(ledger, service("c").key("web").ports(443))));
    }

    @Test
    void localTrafficPolicyNeitherJoinsNorIsJoined() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web"));
        assertEquals(
                List.of(Reason.SHARING_WITH_LOCAL_POLICY),
                reasons(decide(ledger, service("b").key("web").ports(443).local())));
        decide(ledger, service("c").key("solo").local());
        assertEquals(
                List.of(Reason.SHARING_WITH_LOCAL_POLICY),
                reasons(decide(ledger, service("d").key("solo").ports(443))));
    }

    @Test
    void aServiceThatTurnsLocalWhileSharingKeepsItsAddressAndIsReported() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web"));
        decide(ledger, service("b").key("web").ports(443));
        Decision turned = decide(ledger, service("b").key("web").ports(443).local());
        assertEquals(List.of("10.0.0.0"), addresses(turned));
        assertEquals(Reason.SHARING_WITH_LOCAL_POLICY, turned.conflicts().get(0).reason());
        assertEquals(2, ledger.conflicts().size());
    }

    @Test
    void preferDualStackTakesWhatThereIsAndRequireDualStackAllOrNothing() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        Decision prefer = decide(ledger, service("a").families(PREFER_DUAL_STACK, IPV6, IPV4));
        assertEquals(List.of("10.0.0.0"), addresses(prefer));
        assertEquals(List.of(Reason.FAMILY_UNAVAILABLE), reasons(prefer));
        Decision require = decide(ledger, service("b").families(REQUIRE_DUAL_STACK, IPV4, IPV6));
        assertEquals(List.of(), addresses(require));
        assertEquals(List.of(), require.changes());

        ledger.configure(configuration(group("default", "10.0.0.0/30", "fd00::/126")));
        Decision later = decide(ledger, service("a").families(PREFER_DUAL_STACK, IPV6, IPV4));
        assertEquals(List.of("fd00::", "10.0.0.0"), addresses(later));
        assertEquals(1, later.assigned().size());
        assertEquals(
                List.of("10.0.0.1", "fd00::1"),
                addresses(decide(ledger, service("b").families(REQUIRE_DUAL_STACK, IPV4, IPV6))));
    }

    @Test
    void aFamilyThatIsNoLongerWantedIsReleasedAlone() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30", "fd00::/126"));
        decide(ledger, service("a").families(PREFER_DUAL_STACK, IPV4, IPV6));
        Decision single = decide(ledger, service("a"));
        assertEquals(List.of("10.0.0.0"), addresses(single));
        assertEquals("fd00::", single.released().get(0).address().toString());
    }

    @Test
    void anEditMovesOnlyWhenTheNewAddressCanBeHad() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"), group("virtual", "172.31.1.0/24"));
        decide(ledger, service("a"));
        decide(ledger, service("b").asking("172.31.1.5"));
        Decision blocked = decide(ledger, service("a").asking("172.31.1.5"));
        assertEquals(List.of("10.0.0.0"), addresses(blocked));
        assertEquals(List.of(Reason.IN_USE), reasons(blocked));
        Decision moved = decide(ledger, service("a").group("virtual"));
        assertEquals(List.of("172.31.1.0"), addresses(moved));
        assertEquals(1, moved.released().size());
        assertEquals(List.of(ip("172.31.1.0"), ip("172.31.1.5")), ledger.addresses());
    }

    @Test
    void aServiceThatAsksForNothingInParticularKeepsWhatItHas() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"), group("virtual", "172.31.1.0/24"));
        decide(ledger, service("a").asking("172.31.1.5"));
        assertEquals(List.of("172.31.1.5"), addresses(decide(ledger, service("a"))));
    }

    @Test
    void aGroupThatShrinksOrGoesLeavesOrphansThatNobodyElseGets() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a"));
        decide(ledger, service("b"));
        ledger.configure(configuration(group("default", "10.0.0.1-10.0.0.3")));
        assertEquals(List.of(ip("10.0.0.0")), ledger.orphans());
        assertEquals(List.of("10.0.0.0"), addresses(decide(ledger, service("a"))));
        assertEquals(List.of("10.0.0.2"), addresses(decide(ledger, service("c"))));
        ledger.configure(Configuration.EMPTY);
        assertEquals(3, ledger.orphans().size());
        ledger.configure(configuration(group("default", "10.0.0.0/30")));
        assertEquals(List.of(), ledger.orphans());
        assertEquals(List.of("10.0.0.3"), addresses(decide(ledger, service("d"))));
    }

    @Test
    void adoptionKeepsWhatTwoServicesHaveAndReportsIt() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        for (String name : List.of("a", "b")) {
            ledger.apply(Allocator.adopt(ledger, service(name).build(), List.of(ip("10.0.0.0")), List.of("default"))
                    .changes());
        }
        assertEquals(
                List.of("test/a", "test/b"),
                ledger.conflicts().stream()
                        .map(conflict -> conflict.service().toString())
                        .toList());
        assertEquals(List.of("10.0.0.1"), addresses(decide(ledger, service("c"))));
    }

    @Test
    void adoptedAddressesOfOneFamilyAllStayUntilTheServiceIsEdited() {
        Ledger ledger = ledger(group("default", "10.0.0.0/29"), group("other", "10.1.0.0/30"));
        ServiceRequest web = service("web").build();
        ledger.apply(Allocator.adopt(ledger, web, List.of(ip("10.0.0.2"), ip("10.0.0.1")), List.of("default"))
                .changes());
        Decision settled = Allocator.decide(ledger, web);
        assertEquals(List.of("10.0.0.2", "10.0.0.1"), addresses(settled));
        assertEquals(List.of(), settled.changes());
        assertEquals(List.of("10.0.0.0"), addresses(decide(ledger, service("next"))));
        Decision named =
                Allocator.decide(ledger, service("web").asking("10.0.0.1").build());
        assertEquals(List.of("10.0.0.1"), addresses(named));
        assertEquals(List.of(new Assignment(ip("10.0.0.2"), "default")), named.released());
        Decision elsewhere =
                Allocator.decide(ledger, service("web").group("other").build());
        assertEquals(List.of("10.1.0.0"), addresses(elsewhere));
        assertEquals(2, elsewhere.released().size());
    }

    @Test
    void namespacesAndSharingScopeAreKept() {
        GroupSpec scoped = new GroupSpec(
                "purelb",
                "default",
                Samples.LONG_AGO,
                group("default", "10.0.0.0/30").pools(),
                SharingScope.NAMESPACE,
                List.of("test"),
                List.of());
        Ledger ledger = ledger(scoped);
        ServiceRequest mine = service("a").key("web").build();
        ServiceRequest foreign = new ServiceRequest(
                new ServiceKey("else", "a"),
                mine.families(),
                mine.policy(),
                mine.group(),
                mine.requested(),
                mine.sharingKey(),
                mine.ports(),
                false);
        assertEquals(List.of("10.0.0.0"), addresses(decide(ledger, service("a").key("web"))));
        Decision refused = Allocator.decide(ledger, foreign);
        assertEquals(List.of(Reason.NAMESPACE_DENIED), reasons(refused));
    }

    @Test
    void aSharingKeyStaysInUseOnItsOtherAddressWhenOneOfThemIsReleased() {
        Ledger ledger = ledger(group("default", "10.0.0.0/29"));
        decide(ledger, service("a").key("web"));
        decide(ledger, service("b").key("web").ports(81).asking("10.0.0.5"));
        ledger.apply(Allocator.release(ledger, new ServiceKey("test", "a")).changes());
        assertEquals(
                List.of("10.0.0.5"),
                addresses(decide(ledger, service("c").key("web").ports(82))));
    }

    @Test
    void anOrphanIsNotSharedWithAnyoneNew() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web"));
        ledger.configure(configuration(group("default", "10.0.0.1-10.0.0.3")));
        assertEquals(
                List.of("10.0.0.1"),
                addresses(decide(ledger, service("b").key("web").ports(81))));
    }

    @Test
    void aRequestForNoFamilyIsRefusedAndKeepsWhatThereIs() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        assertEquals(
                List.of(Reason.CONFLICTING_REQUEST),
                reasons(decide(ledger, service("a").families(FamilyPolicy.SINGLE_STACK))));
        decide(ledger, service("a"));
        assertEquals(List.of("10.0.0.0"), addresses(decide(ledger, service("a").families(FamilyPolicy.SINGLE_STACK))));
    }

    @Test
    void aServiceThatDoesNotShareClaimsTheWholeAddressWhateverItsPorts() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").ports(80));
        assertEquals(List.of(), decide(ledger, service("a").ports(81).local()).changes());
    }

    @Test
    void anAddressThatCameToLieInTheGroupAskedForStaysWhenThatGroupShrinks() {
        Ledger ledger = ledger(group("default", "10.0.0.0"));
        decide(ledger, service("a"));
        decide(ledger, service("a").group("other"));
        ledger.configure(configuration(group("other", "10.0.0.0")));
        decide(ledger, service("a").group("other"));
        ledger.configure(configuration(group("other", "10.0.0.1")));
        assertEquals(List.of("10.0.0.0"), addresses(decide(ledger, service("a").group("other"))));
    }

    private static Ledger sharedInsideNamespaces(String pool) {
        GroupSpec scoped = new GroupSpec(
                "purelb",
                "default",
                Samples.LONG_AGO,
                group("default", pool).pools(),
                SharingScope.NAMESPACE,
                List.of(),
                List.of());
        return ledger(scoped);
    }

    @Test
    void aRequestedAddressIsNotSharedAcrossNamespacesWhereTheGroupSaysSo() {
        Ledger ledger = sharedInsideNamespaces("10.0.0.0/30");
        decide(ledger, service("a").key("web").asking("10.0.0.1"));
        ServiceRequest foreign = ServiceRequest.of("else", "b").sharing("web", new ServicePort("TCP", 443));
        assertEquals(
                List.of("10.0.0.0"),
                addresses(Allocator.decide(ledger, foreign)),
                "the key is bound in each namespace on its own");
        ServiceRequest wish = new ServiceRequest(
                foreign.service(),
                foreign.families(),
                foreign.policy(),
                foreign.group(),
                RequestedAddresses.parse("purelb.io/addresses", "10.0.0.1"),
                foreign.sharingKey(),
                foreign.ports(),
                false);
        assertEquals(List.of(Reason.NAMESPACE_DENIED), reasons(Allocator.decide(ledger, wish)));
        Ledger open = ledger(group("default", "10.0.0.0/30"));
        decide(open, service("a").key("web").asking("10.0.0.1"));
        assertEquals(List.of("10.0.0.1"), addresses(Allocator.decide(open, wish)));
    }

    @Test
    void aKeyThatIsChangedInPlaceIsFreeForAnotherAddress() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web"));
        decide(ledger, service("a").key("api"));
        assertEquals(
                List.of("10.0.0.1"),
                addresses(decide(ledger, service("b").key("web").ports(443))));
        assertEquals(
                List.of("10.0.0.0"),
                addresses(decide(ledger, service("c").key("api").ports(443))));
    }

    @Test
    void aKeyIsInUseInTheGroupThatItsAddressHasComeToLieIn() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web").asking("10.0.0.2"));
        ledger.configure(configuration(group("other", "10.0.0.0/30")));
        assertEquals(
                List.of("10.0.0.2"),
                addresses(decide(ledger, service("b").key("web").ports(443).group("other"))));
    }

    @Test
    void aConflictIsLeftBehindWithTheAddress() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web"));
        decide(ledger, service("b").key("web").ports(443));
        Decision moved =
                decide(ledger, service("b").key("web").ports(443).local().asking("10.0.0.3"));
        assertEquals(List.of("10.0.0.3"), addresses(moved));
        assertEquals(List.of(), moved.conflicts());
        assertEquals(List.of(), ledger.conflicts());
    }

    @Test
    void oneAddressOfEachFamilyMayBeRequested() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30", "fd00::/126"));
        assertEquals(
                List.of("fd00::2", "10.0.0.2"),
                addresses(decide(
                        ledger,
                        service("a").families(REQUIRE_DUAL_STACK, IPV6, IPV4).asking(" 10.0.0.2 ,fd00::2"))));
    }

    @Test
    void adoptionReportsWhatMayNotBeShared() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a"));
        Decision adopted = Allocator.adopt(ledger, service("b").build(), List.of(ip("10.0.0.0")), List.of("default"));
        assertEquals(
                List.of(Reason.IN_USE),
                adopted.conflicts().stream().map(Refusal::reason).toList());
    }

    @Test
    void aRequestedAddressThatIsSharedUnderAnotherKeyIsRefused() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        decide(ledger, service("a").key("web"));
        assertEquals(
                List.of(Reason.KEY_MISMATCH),
                reasons(decide(ledger, service("b").key("api").ports(443).asking("10.0.0.0"))));
    }

    @Test
    void poolsMaySpanTheHalvesOfAnIpv6Address() {
        Ledger ledger = ledger(group("default", "fd00::ffff:ffff:ffff:ffff-fd00:0:0:1::1"));
        for (String expected : List.of("fd00::ffff:ffff:ffff:ffff", "fd00:0:0:1::", "fd00:0:0:1::1")) {
            Decision decision = decide(ledger, service(expected).families(FamilyPolicy.SINGLE_STACK, IPV6));
            assertEquals(List.of(ip(expected)), List.of(decision.held().get(0).address()));
        }
        for (String name : List.of("fd00:0:0:1::", "fd00::ffff:ffff:ffff:ffff")) {
            ledger.apply(Allocator.release(ledger, new ServiceKey("test", name)).changes());
        }
        decide(
                ledger,
                service("middle").families(FamilyPolicy.SINGLE_STACK, IPV6).asking("fd00:0:0:1::"));
        assertEquals(
                List.of("fd00::ffff:ffff:ffff:ffff"),
                addresses(decide(ledger, service("first").families(FamilyPolicy.SINGLE_STACK, IPV6))));
    }

    @Test
    void adoptedAddressesOfNoGroupCameFromTheGroupThatIsNamedForEach() {
        Ledger ledger = ledger(group("default", "10.0.0.0/30"));
        ServiceRequest web = service("web").build();
        Decision adopted =
                Allocator.adopt(ledger, web, List.of(ip("10.9.0.1"), ip("fd00:9::1")), List.of("gone", "lost"));
        assertEquals(
                List.of("gone", "lost"),
                adopted.held().stream().map(Assignment::group).toList());
        Decision both = Allocator.adopt(ledger, web, List.of(ip("10.9.0.1"), ip("fd00:9::1")), List.of("gone"));
        assertEquals(
                List.of("gone", "gone"),
                both.held().stream().map(Assignment::group).toList());
    }
}
