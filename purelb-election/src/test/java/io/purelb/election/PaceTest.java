package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final long NOTICE = Pace.NOTICE.toNanos();
    private static final long PATIENCE = Pace.PATIENCE.toNanos();

    private final Pace<Integer> pace = new Pace<>(Timing::forMembers);

    private static List<Integer> others(int members) {
        return IntStream.range(1, members).boxed().toList();
    }

    @Test
    void groupThatGrowsTellsFirstAndSlowsDownLater() {
        pace.members(others(9), 0);
        assertEquals(Timing.MEDIUM, pace.announced());
        assertEquals(Timing.MEDIUM, pace.waiting());
        assertEquals(Timing.SMALL, pace.sending());
        assertEquals(Optional.of(Pace.NOTICE), pace.untilNext(0));
        pace.step(NOTICE - 1);
        assertEquals(Timing.SMALL, pace.sending());
        pace.step(NOTICE);
        assertEquals(Timing.MEDIUM, pace.sending());
        assertEquals(Optional.empty(), pace.untilNext(NOTICE));
    }

    @Test
    void memberThatComesAndGoesChangesThePaceOnce() {
        pace.members(others(9), 0);
        pace.step(NOTICE);
        for (int i = 0; i < 100; i++) {
            pace.members(others(i % 2 == 0 ? 8 : 9), NOTICE + i * PATIENCE / 2);
            assertEquals(Timing.MEDIUM, pace.sending());
        }
    }

    @Test
    void groupThatStaysSmallBecomesFast() {
        pace.members(others(200), 0);
        pace.step(NOTICE);
        pace.members(others(5), NOTICE);
        assertEquals(Optional.of(Pace.PATIENCE), pace.untilNext(NOTICE));
        pace.step(NOTICE + PATIENCE - 1);
        assertEquals(Timing.VAST, pace.sending());
        pace.step(NOTICE + PATIENCE);
        assertEquals(Timing.SMALL, pace.sending());
        assertEquals(Timing.SMALL, pace.waiting());
    }

    @Test
    void slowestOfTheGroupIsWaitedFor() {
        pace.told(2, Timing.HUGE);
        assertEquals(Timing.SMALL, pace.waiting(), "not in the group yet");
        pace.members(others(5), 0);
        assertEquals(Timing.HUGE, pace.waiting());
        assertEquals(Timing.SMALL, pace.sending());
        pace.told(2, Timing.SMALL);
        assertEquals(Timing.SMALL, pace.waiting());
    }

    /** Members that learn of the group's size at different times, and of each other's pace before the time of notice ends. */
    @Test
    void nobodySendsSlowerThanTheOthersWaitFor() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Pace<Integer>> all = List.of(
                    new Pace<>(Timing::forMembers), new Pace<>(Timing::forMembers), new Pace<>(Timing::forMembers));
            all.forEach(one -> one.members(others(4), 0));
            for (int round = 1; round < 300; round++) {
                long now = round * NOTICE * 9 / 10;
                for (Pace<Integer> one : all) {
                    if (random.nextInt(10) == 0) {
                        one.members(others(4 + random.nextInt(120)), now);
                    } else {
                        one.step(now);
                    }
                    for (Pace<Integer> other : all) {
                        assertFalse(one.sending().isSlowerThan(other.waiting()), "seed " + seed);
                        assertFalse(other.sending().isSlowerThan(one.waiting()), "seed " + seed);
                    }
                }
                for (int i = 0; i < all.size(); i++) {
                    for (Pace<Integer> other : all) {
                        other.told(i + 1, all.get(i).announced());
                    }
                }
            }
        }
    }

    @Test
    void paceIsReadAsItWasWritten() {
        for (Timing timing : List.of(Timing.SMALL, Timing.VAST)) {
            assertEquals(Optional.of(timing), Timing.decode(ByteBuffer.wrap(timing.encode())));
        }
        assertEquals(Optional.empty(), Timing.decode(ByteBuffer.wrap(new byte[16])));
        assertEquals(Optional.empty(), Timing.decode(ByteBuffer.wrap(new byte[15])));
        byte[] endless = Timing.VAST.encode();
        endless[0] = 0x7f;
        assertEquals(Optional.empty(), Timing.decode(ByteBuffer.wrap(endless)));
        byte[] longer = ByteBuffer.allocate(20).put(Timing.SMALL.encode()).array();
        assertEquals(Optional.of(Timing.SMALL), Timing.decode(ByteBuffer.wrap(longer)), "a later version may add");
    }
}
