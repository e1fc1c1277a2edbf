package io.purelb.core;

import static io.purelb.core.Samples.ip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.AgentMessage.Kind;
import io.purelb.core.Membership.Member;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One node, {@code purelb2-4}, and one address that {@code purelb2-1} wins before it and {@code purelb2-5} after it. */
class AnnouncerTest {
    private static final String SELF = "purelb2-4";
    private static final String BETTER = "purelb2-1";
    private static final String WORSE = "purelb2-5";
    private static final String STRANGER = "02:00:00:00:09:09";
    private static final IpAddress ADDRESS = ip("172.30.250.53");
    private static final InterfaceAddress PLACE = new InterfaceAddress("eth0", new Subnet(ADDRESS, 24));

    private final Announcer announcer = new Announcer(SELF);
    private final List<AgentMessage> said = new ArrayList<>();
    private long now = 1_000;

    AnnouncerTest() {
        announcer.ownMacs(List.of(mac(SELF)));
        members(SELF, BETTER, WORSE);
    }

    private static String mac(String node) {
        return "02:00:00:00:01:0" + node.charAt(node.length() - 1);
    }

    private void members(String... nodes) {
        announcer.membership(
                now,
                new Membership(Stream.of(nodes)
                        .map(node -> new Member(
                                node, List.of(Subnet.parse("172.30.250.0/24")), List.of(mac(node)), true, false, ""))
                        .toList()));
    }

    private void winner(String node) {
        Optional<InterfaceAddress> place = node.equals(SELF) ? Optional.of(PLACE) : Optional.empty();
        announcer.plan(
                now,
                new AddressPlan(ADDRESS, AddressPlan.Scope.LOCAL, place, Optional.of(node), "by election", List.of()));
    }

    private void there(boolean there) {
        announcer.there(now, ADDRESS, there ? Optional.of(PLACE) : Optional.empty());
    }

    private Announcer.Step step() {
        Announcer.Step step = announcer.step(now);
        said.addAll(step.messages());
        return step;
    }

    /** Steps whenever asked to; returns how many probes went out. */
    private int pass(long millis) {
        int probes = 0;
        for (long end = now + millis; now < end; now++) {
            probes += step().probes().size();
        }
        return probes;
    }

    private void says(String node, Kind kind) {
        announcer.said(now, node, new AgentMessage(kind, ADDRESS, Optional.of(SELF)));
    }

    private boolean mayHave() {
        return announcer.mayHave(ADDRESS).isPresent();
    }

    private AgentMessage message(Kind kind, String to) {
        return new AgentMessage(kind, ADDRESS, Optional.of(to));
    }

    private void have() {
        there(true);
        winner(SELF);
        step();
        assertTrue(mayHave());
    }

    @Test
    void silenceAfterThreeProbesGrantsTheAddress() {
        winner(SELF);
        assertEquals(3, pass(150));
        assertFalse(mayHave());
        assertEquals(List.of(ADDRESS), List.copyOf(step().changed()));
        assertTrue(mayHave());
    }

    @Test
    void silenceThatWasNoticedTooLateIsNoSilence() {
        winner(SELF);
        pass(101);
        now += 200;
        assertEquals(List.of(PLACE), step().probes());
        pass(149);
        assertFalse(mayHave());
        pass(2);
        assertTrue(mayHave());
    }

    @Test
    void whatIsThereAtTheStartIsAdopted() {
        have();
        assertEquals(0, pass(5_000));
    }

    @Test
    void holderKeepsTheAddressUntilTheWinnerIsReady() {
        have();
        winner(BETTER);
        step();
        assertEquals(List.of(message(Kind.OFFERED, BETTER)), said);
        assertTrue(mayHave());
        says(BETTER, Kind.WANTED);
        step();
        assertFalse(mayHave());
        assertEquals(Optional.of(message(Kind.RELEASED, BETTER)), announcer.gone(now, ADDRESS));
    }

    @Test
    void withoutALinkNothingIsKept() {
        have();
        announcer.linked(Set.of());
        winner(BETTER);
        step();
        assertFalse(mayHave());
        assertEquals(Optional.empty(), announcer.gone(now, ADDRESS));
    }

    @Test
    void offeredAddressIsGivenUpWhenTheLinkGoes() {
        have();
        winner(BETTER);
        announcer.linked(Set.of());
        assertFalse(mayHave());
    }

    @Test
    void whoLeavesWaitsForTheWinnerOnlySoLongAndKeepsTheAddress() {
        have();
        announcer.leave(now + 1_000);
        winner(BETTER);
        pass(1_000);
        assertTrue(announcer.handsOver(now));
        step();
        assertFalse(announcer.handsOver(now));
        says(BETTER, Kind.WANTED);
        pass(2_000);
        assertTrue(mayHave(), "nobody may be there to take it any more");
    }

    /** No node may have it. */
    private void nobody() {
        announcer.plan(
                now,
                new AddressPlan(
                        ADDRESS, AddressPlan.Scope.LOCAL, Optional.empty(), Optional.empty(), "nobody", List.of()));
    }

    @Test
    void whoLeavesKeepsWhatNoOtherNodeCanHave() {
        have();
        announcer.leave(now + 1_000);
        nobody();
        pass(5_000);
        assertTrue(mayHave());
        assertFalse(announcer.handsOver(now));
        assertEquals(List.of(), said);
    }

    @Test
    void whoStaysGivesUpWhatNoNodeMayHave() {
        have();
        nobody();
        assertFalse(mayHave());
    }

    @Test
    void keptAddressIsHandedOverWhenANodeComesThatCanHaveIt() {
        have();
        announcer.leave(now + 1_000);
        nobody();
        winner(BETTER);
        step();
        assertEquals(List.of(message(Kind.OFFERED, BETTER)), said);
        says(BETTER, Kind.WANTED);
        assertFalse(mayHave());
    }

    @Test
    void keptAddressIsGivenUpWhenTheLinkGoesOrABetterNodeHasItToo() {
        have();
        announcer.leave(now + 1_000);
        nobody();
        announcer.heard(now, ADDRESS, mac(WORSE), false);
        assertTrue(mayHave());
        announcer.heard(now, ADDRESS, mac(BETTER), false);
        assertFalse(mayHave());

        announcer.unplan(now, ADDRESS);
        have();
        nobody();
        assertTrue(mayHave());
        announcer.linked(Set.of());
        assertFalse(mayHave());
    }

    @Test
    void whoSaidThatItIsReadyTakesTheAddressThoughItLeaves() {
        winner(SELF);
        says(WORSE, Kind.OFFERED);
        step();
        assertEquals(List.of(message(Kind.WANTED, WORSE)), said);
        announcer.leave(now + 1_000);
        nobody();
        assertTrue(announcer.handsOver(now));
        now += 5;
        says(WORSE, Kind.RELEASED);
        nobody();
        assertTrue(mayHave(), "it is about to put the address on its interface");
        there(true);
        nobody();
        assertTrue(mayHave());
        assertFalse(announcer.handsOver(now));
    }

    @Test
    void whoLeavesForgetsAnAddressThatItsHolderKeeps() {
        winner(SELF);
        says(WORSE, Kind.OFFERED);
        step();
        announcer.leave(now + 3_000);
        nobody();
        for (int i = 0; i < 120; i++) {
            announcer.heard(now, ADDRESS, mac(WORSE), false);
            pass(10);
        }
        assertFalse(announcer.handsOver(now));
        assertFalse(mayHave());
    }

    @Test
    void whoLeavesClaimsNothingThatItOnlyAskedFor() {
        winner(SELF);
        step();
        announcer.leave(now + 1_000);
        nobody();
        assertFalse(announcer.handsOver(now));
        pass(1_000);
        assertFalse(mayHave());
    }

    @Test
    void releaseThatWasWantedIsTakenWithoutAsking() {
        winner(SELF);
        says(WORSE, Kind.OFFERED);
        step();
        assertEquals(List.of(message(Kind.WANTED, WORSE)), said);
        now += 5;
        says(WORSE, Kind.RELEASED);
        assertTrue(mayHave());
    }

    @Test
    void offerThatComesBeforeThePlanIsAnswered() {
        says(WORSE, Kind.OFFERED);
        now += 100;
        winner(SELF);
        step();
        assertEquals(List.of(message(Kind.WANTED, WORSE)), said);
    }

    @Test
    void releaseThatIsReadLateIsNotTrusted() {
        winner(SELF);
        says(WORSE, Kind.OFFERED);
        step();
        now += 101;
        says(WORSE, Kind.RELEASED);
        assertFalse(mayHave());
    }

    @Test
    void releaseThatWasNotWantedIsNotTrusted() {
        winner(SELF);
        step();
        says(WORSE, Kind.RELEASED);
        assertFalse(mayHave());
    }

    @Test
    void releaseWhileAThirdAnswersIsNotTrusted() {
        winner(SELF);
        step();
        announcer.heard(now, ADDRESS, mac(BETTER), false);
        says(WORSE, Kind.OFFERED);
        says(WORSE, Kind.RELEASED);
        assertFalse(mayHave());
    }

    @Test
    void whoIsAboutToClaimDoesNotSayThatItDoesNotHold() {
        step();
        says(WORSE, Kind.WHO_HOLDS);
        assertEquals(List.of(message(Kind.DOES_NOT_HOLD, WORSE)), step().messages());
        winner(SELF);
        says(WORSE, Kind.WHO_HOLDS);
        assertEquals(List.of(), step().messages());
    }

    @Test
    void whatIsOnTheKernelIsHeldWhateverIsPlanned() {
        there(true);
        step();
        says(WORSE, Kind.WHO_HOLDS);
        assertEquals(List.of(), step().messages());
    }

    @Test
    void wordThatWasNotAskedForIsNotTrusted() {
        winner(SELF);
        step();
        says(WORSE, Kind.DOES_NOT_HOLD);
        announcer.heard(now, ADDRESS, mac(WORSE), false);
        pass(200);
        assertFalse(mayHave());
    }

    @Test
    void vanishedBetterAgentThatIsBackOnTheLanGetsItsAddress() {
        have();
        members(SELF, WORSE);
        assertTrue(pass(600) > 0, "it is looked for");
        announcer.heard(now, ADDRESS, mac(BETTER), false);
        step();
        assertFalse(mayHave());
    }

    @Test
    void vanishedWorseAgentIsAnnouncedAgainst() {
        have();
        members(SELF, BETTER);
        assertEquals(0, pass(2_000));
        announcer.heard(now, ADDRESS, mac(WORSE), false);
        assertEquals(List.of(PLACE), step().defended());
        assertTrue(mayHave());
    }

    @Test
    void liveAgentThatAnswersTooIsLeftToTheGroup() {
        have();
        announcer.heard(now, ADDRESS, mac(BETTER), false);
        step();
        assertTrue(mayHave());
    }

    @Test
    void strangerThatUsesTheAddressIsReportedOnceInAWhile() {
        have();
        int conflicts = 0;
        for (int i = 0; i < 50; i++) {
            announcer.heard(now, ADDRESS, STRANGER, false);
            conflicts += step().conflicts().size();
            now += 100;
        }
        assertEquals(1, conflicts);
        assertTrue(mayHave());
    }

    @Test
    void offeredAddressIsGivenUpWhenTheWinnerHasIt() {
        have();
        winner(BETTER);
        step();
        announcer.heard(now, ADDRESS, mac(BETTER), false);
        assertFalse(mayHave());
    }

    @Test
    void ofTwoThatOfferTheWorseGivesUp() {
        have();
        winner("purelb2-2");
        says(WORSE, Kind.OFFERED);
        assertTrue(mayHave());
        says(BETTER, Kind.OFFERED);
        assertFalse(mayHave());
    }

    @Test
    void ofTwoKnownProbersTheWorseWaits() {
        winner(SELF);
        for (int i = 0; i < 15; i++) {
            announcer.heard(now, ADDRESS, mac(WORSE), true);
            pass(10);
        }
        step();
        assertTrue(mayHave());

        there(false);
        announcer.unplan(now, ADDRESS);
        winner(SELF);
        for (int i = 0; i < 500; i++) {
            announcer.heard(now, ADDRESS, mac(BETTER), true);
            pass(10);
        }
        assertFalse(mayHave());
    }

    @Test
    void strangerThatAsksAllTheTimeHoldsUpTheClaimByTwoSeconds() {
        winner(SELF);
        long began = now;
        while (!mayHave() && now < 10_000) {
            announcer.heard(now, ADDRESS, "02:00:00:00:00:01", true);
            pass(10);
        }
        assertTrue(now - began > 2_000 && now - began < 2_400, "after " + (now - began));
    }

    @Test
    void proberThatKnowsTheOtherGoesFirstAgainstOneThatDoesNot() {
        // This node does not know the other, which goes by the election: even with the lower address it has to wait.
        winner(SELF);
        for (int i = 0; i < 50; i++) {
            announcer.heard(now, ADDRESS, STRANGER, true);
            pass(10);
        }
        assertFalse(mayHave());
    }

    @Test
    void answersForFiveSecondsAreAConflictReportedOnce() {
        winner(SELF);
        List<Announcer.Conflict> conflicts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            announcer.heard(now, ADDRESS, STRANGER, false);
            conflicts.addAll(step().conflicts());
            now += 100;
        }
        assertEquals(List.of(new Announcer.Conflict(ADDRESS, STRANGER, Optional.empty(), false)), conflicts);
    }

    @Test
    void nodeWhoseAgentIsReplacedIsNoConflictForAMinute() {
        winner(SELF);
        members(SELF, BETTER);
        List<Long> conflicts = new ArrayList<>();
        long began = now;
        for (int i = 0; i < 700; i++) {
            announcer.heard(now, ADDRESS, mac(WORSE), false);
            if (!step().conflicts().isEmpty()) {
                conflicts.add((now - began) / 1_000);
            }
            now += 100;
        }
        assertEquals(List.of(60L), conflicts);
        assertFalse(mayHave());
    }

    @Test
    void probeThatDidNotGoOutIsNoSilence() {
        winner(SELF);
        pass(101);
        announcer.unsent(now, ADDRESS);
        pass(200);
        assertFalse(mayHave());
        pass(60);
        assertTrue(mayHave());
    }

    @Test
    void nobodyIsAskedWhenProbingIsOff() {
        announcer.asking(now, false);
        winner(SELF);
        assertEquals(List.of(), step().probes());
        assertTrue(mayHave());
    }

    @Test
    void addressThatCouldNotBeAddedIsAskedForAgain() {
        winner(SELF);
        pass(151);
        assertTrue(mayHave());
        assertTrue(pass(1_100) > 0);
    }

    @Test
    void atMostSomeAddressesAreOfferedAtOnce() {
        List<IpAddress> many = new ArrayList<>();
        IpAddress next = ip("172.30.250.1");
        for (int i = 0; i < 250; i++) {
            many.add(next);
            next = next.next();
        }
        for (IpAddress address : many) {
            announcer.there(now, address, Optional.of(new InterfaceAddress("eth0", new Subnet(address, 24))));
            announcer.plan(
                    now,
                    new AddressPlan(
                            address, AddressPlan.Scope.LOCAL, Optional.empty(), Optional.of(BETTER), "", List.of()));
        }
        assertEquals(Announcer.OFFERED_AT_ONCE, step().messages().size());
        announcer.said(now, BETTER, new AgentMessage(Kind.WANTED, many.get(0), Optional.of(SELF)));
        assertEquals(1, step().messages().size());
    }

    private List<IpAddress> many(int count) {
        List<IpAddress> many = new ArrayList<>();
        IpAddress next = ip("172.30.0.1");
        for (int i = 0; i < count; i++) {
            many.add(next);
            InterfaceAddress place = new InterfaceAddress("eth0", new Subnet(next, 16));
            announcer.plan(
                    now,
                    new AddressPlan(
                            next, AddressPlan.Scope.LOCAL, Optional.of(place), Optional.of(SELF), "", List.of()));
            next = next.next();
        }
        return many;
    }

    @Test
    void manyAddressesAreAskedForAtAPaceAndEachSeriesStaysWhole() {
        List<IpAddress> many = many(1_000);
        Map<IpAddress, List<Long>> probes = new HashMap<>();
        List<Long> all = new ArrayList<>();
        while (announcer.mayHave().size() < many.size() && now < 60_000) {
            Announcer.Step step = step();
            step.probes().forEach(probe -> {
                all.add(now);
                probes.computeIfAbsent(probe.address().address(), address -> new ArrayList<>())
                        .add(now);
            });
            step.changed()
                    .forEach(address -> announcer.there(
                            now, address, Optional.of(new InterfaceAddress("eth0", new Subnet(address, 16)))));
            now = Math.max(now, step.wakeAt());
        }
        assertEquals(many.size(), probes.size());
        probes.forEach((address, times) -> {
            assertEquals(Probing.PROBES, times.size(), address::toString);
            for (int i = 1; i < times.size(); i++) {
                long pause = times.get(i) - times.get(i - 1);
                assertTrue(
                        pause >= Probing.INTERVAL && pause <= Probing.INTERVAL + Probing.LATE,
                        () -> address + " after " + pause);
            }
        });
        for (int i = Questions.AT_ONCE; i < all.size(); i++) {
            assertTrue(all.get(i) - all.get(i - Questions.AT_ONCE) >= Questions.PAUSE);
        }
    }

    @Test
    void manyAddressesAreClaimedThoughEachQuestionTakesTime() {
        List<IpAddress> many = many(5_000);
        while (announcer.mayHave().size() < many.size() && now < 100_000) {
            Announcer.Step step = step();
            step.changed()
                    .forEach(address -> announcer.there(
                            now, address, Optional.of(new InterfaceAddress("eth0", new Subnet(address, 16)))));
            now = Math.max(now + step.probes().size() / 20, step.wakeAt());
        }
        assertEquals(many.size(), announcer.mayHave().size());
    }

    @Test
    void freeAddressIsNotHeldUpByManyThatAreAnswered() {
        for (IpAddress address : many(2_000)) {
            announcer.heard(now, address, STRANGER, false);
        }
        now += 5_000;
        winner(SELF);
        long began = now;
        while (!mayHave() && now < 60_000) {
            Announcer.Step step = step();
            step.probes().stream()
                    .map(probe -> probe.address().address())
                    .filter(address -> !address.equals(ADDRESS))
                    .forEach(address -> announcer.heard(now, address, STRANGER, false));
            now = Math.max(now, announcer.step(now).wakeAt());
        }
        assertTrue(now - began < 300, "after " + (now - began));
    }

    @Test
    void messagesSurviveTheWire() {
        for (Kind kind : Kind.values()) {
            AgentMessage message = new AgentMessage(kind, ADDRESS, Optional.empty());
            assertEquals(Optional.of(message), AgentMessage.decode(message.encode()));
        }
        assertEquals(Optional.empty(), AgentMessage.decode(new byte[] {'Z', '1'}));
        assertEquals(Optional.empty(), AgentMessage.decode(new byte[0]));
    }
}
