package io.purelb.core;

import static io.purelb.core.Samples.ip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final IpAddress ADDRESS = ip("172.30.250.53");
    private static final Set<IpAddress> WON = Set.of(ADDRESS);

    private final Claims claims = new Claims();

    private Claims.Step at(long now) {
        return claims.step(now, WON, Set.of(), true);
    }

    @Test
    void silenceAfterThreeProbesGrantsTheAddress() {
        assertEquals(List.of(ADDRESS), at(0).probes());
        assertEquals(List.of(), at(49).probes());
        assertEquals(List.of(ADDRESS), at(50).probes());
        assertEquals(List.of(ADDRESS), at(100).probes());
        assertEquals(Optional.of(150L), at(149).wakeAt());
        assertEquals(WON, at(150).granted());
        assertEquals(Optional.empty(), at(150).wakeAt());
    }

    @Test
    void anAnswerPostponesTheClaimUntilSilence() {
        at(0);
        claims.answered(1, ADDRESS, "02:00:00:00:00:02");
        assertEquals(List.of(), at(50).probes());
        assertEquals(List.of(ADDRESS), at(101).probes());
        at(151);
        at(201);
        assertEquals(WON, at(251).granted());
    }

    @Test
    void aProbeThatWasNotSentIsNoSilence() {
        at(0);
        at(50);
        at(100);
        claims.unsent(100, ADDRESS);
        assertEquals(Set.of(), at(150).granted());
        for (long now = 200; now < 400; now += 100) {
            assertEquals(List.of(ADDRESS), at(now).probes());
            claims.unsent(now, ADDRESS);
            assertEquals(Optional.of(now + 100), at(now + 1).wakeAt());
        }
        at(400);
        at(450);
        at(500);
        assertEquals(WON, at(550).granted());
        claims.unsent(551, ADDRESS);
        assertEquals(WON, at(552).granted());
    }

    @Test
    void fiveSecondsOfAnswersAreAConflictReportedOnce() {
        int conflicts = 0;
        for (long now = 0; now < 20_000; now += 10) {
            Claims.Step step = at(now);
            assertEquals(Set.of(), step.granted());
            if (!step.probes().isEmpty()) {
                claims.answered(now, ADDRESS, "02:00:00:00:00:02");
            }
            conflicts += step.conflicts().size();
            if (!step.conflicts().isEmpty()) {
                assertEquals("02:00:00:00:00:02", step.conflicts().get(0).mac());
                assertTrue(now >= 5_000 && now < 6_100, () -> "at " + step);
            }
        }
        assertEquals(1, conflicts);
    }

    @Test
    void aHeldAddressIsAdoptedWithoutAsking() {
        Claims.Step step = claims.step(0, WON, WON, true);
        assertEquals(WON, step.granted());
        assertEquals(List.of(), step.probes());
        claims.answered(1, ADDRESS, "02:00:00:00:00:02");
        assertEquals(WON, at(2).granted());
    }

    @Test
    void nobodyIsAskedWhenProbingIsOff() {
        assertEquals(WON, claims.step(0, WON, Set.of(), false).granted());
    }

    @Test
    void anAddressThatIsLostAndWonAgainIsAskedForAgain() {
        claims.step(0, WON, WON, true);
        claims.step(1, Set.of(), WON, true);
        assertEquals(List.of(ADDRESS), at(2).probes());
    }

    @Test
    void timesAreCountedFromTheFirstAnswerOnAnyClock() {
        long start = 1_000_000;
        at(start);
        claims.answered(start, ADDRESS, "02:00:00:00:00:02");
        assertEquals(List.of(ADDRESS), at(start + 100).probes());
        claims.answered(start + 999, ADDRESS, "02:00:00:00:00:02");
        assertEquals(Optional.of(start + 1_099), at(start + 999).wakeAt());
        claims.answered(start + 1_000, ADDRESS, "02:00:00:00:00:02");
        assertEquals(Optional.of(start + 2_000), at(start + 1_000).wakeAt());
        assertEquals(List.of(), at(start + 4_999).conflicts());
        assertEquals(1, at(start + 5_000).conflicts().size());
    }
}
