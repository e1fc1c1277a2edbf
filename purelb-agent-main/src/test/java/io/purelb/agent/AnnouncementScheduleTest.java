package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.agent.AnnouncementSchedule.Frame;
import io.purelb.agent.AnnouncementSchedule.Times;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AnnouncementScheduleTest {
    private static final InterfaceAddress WHERE = at("eth0", 5);
    private static final Times THREE = new Times(3, 500, 0);

    private final AnnouncementSchedule schedule = new AnnouncementSchedule();

    private record Sent(long at, Frame frame) {}

    private static InterfaceAddress at(String name, int number) {
        return new InterfaceAddress(name, new Subnet(IpAddress.parse("10.0." + number / 256 + "." + number % 256), 16));
    }

    /** Asks whenever the schedule wants to be asked. */
    private List<Sent> pass(long from, long millis) {
        List<Sent> sent = new ArrayList<>();
        for (long now = Math.max(from, schedule.nextAt()); now < from + millis; now = schedule.nextAt()) {
            for (Frame frame : schedule.due(now)) {
                sent.add(new Sent(now, frame));
            }
        }
        return sent;
    }

    private static List<Frame> frames(List<Sent> sent) {
        return sent.stream().map(Sent::frame).toList();
    }

    private static List<InterfaceAddress> targets(List<Sent> sent) {
        return sent.stream().map(one -> one.frame().target()).toList();
    }

    @Test
    void announcementIsTwoFramesAndIsRepeatedAtItsInterval() {
        schedule.begin(0, WHERE, new Times(2, 500, 0));
        List<Frame> both = List.of(new Frame(WHERE, false, false), new Frame(WHERE, true, true));
        assertEquals(both, schedule.due(0));
        assertEquals(List.of(), schedule.due(499));
        assertEquals(500, schedule.nextAt());
        assertEquals(both, schedule.due(500));
        assertEquals(Long.MAX_VALUE, schedule.nextAt());
    }

    @Test
    void advertisementIsOneFrame() {
        InterfaceAddress six = new InterfaceAddress("eth0", Subnet.parse("fd00::5/64"));
        schedule.begin(0, six, new Times(1, 500, 0));
        assertEquals(List.of(new Frame(six, false, true)), schedule.due(0));
        assertEquals(Long.MAX_VALUE, schedule.nextAt());
    }

    @Test
    void lostAddressIsAnnouncedNoMore() {
        schedule.begin(0, WHERE, THREE);
        schedule.forget(WHERE);
        assertEquals(List.of(), schedule.due(0));
    }

    @Test
    void burstIsPacedAndEachAddressIsHeardOnceBeforeAnyIsHeardAgain() {
        int count = 140;
        List<InterfaceAddress> all =
                IntStream.range(0, count).mapToObj(i -> at("eth0", i)).toList();
        all.forEach(target -> schedule.begin(0, target, THREE));
        List<Sent> sent = pass(0, 60_000);
        assertEquals(count * 3 * 2, sent.size());
        assertEquals(all, targets(sent.subList(0, count)), "the first frame of each");
        assertEquals(all, targets(sent.subList(count, 2 * count)), "then the second");
        for (int i = 0; i < sent.size(); i++) {
            long begin = sent.get(i).at();
            for (long span : List.of(10, 100, 1_000)) {
                long within = sent.stream()
                        .filter(one -> one.at() >= begin && one.at() < begin + span)
                        .count();
                assertTrue(within <= 400 * span / 1_000, within + " frames within " + span + " ms");
            }
        }
    }

    @Test
    void eachInterfaceHasItsOwnPace() {
        IntStream.range(0, 10).forEach(i -> schedule.begin(0, at("eth0", i), THREE));
        schedule.begin(0, at("eth1", 1), THREE);
        assertEquals(
                2,
                schedule.due(0).stream()
                        .filter(frame -> frame.target().interfaceName().equals("eth1"))
                        .count());
    }

    @Test
    void newAddressGoesBeforeAllThatIsOnlyRepeated() {
        IntStream.range(0, 500).forEach(i -> schedule.begin(0, at("eth0", i), THREE));
        pass(0, 3_000);
        InterfaceAddress late = at("eth0", 900);
        schedule.begin(3_000, late, THREE);
        assertEquals(List.of(late, late), targets(pass(3_000, 1_000)).subList(0, 2));
    }

    @Test
    void announcementsAreRefreshedForEver() {
        schedule.begin(0, WHERE, new Times(1, 500, 60_000));
        assertEquals(
                List.of(0L, 0L, 60_000L, 60_000L, 120_000L, 120_000L),
                pass(0, 180_000).stream().map(Sent::at).toList());
    }

    @Test
    void addressThatWasThereBeforeIsRefreshedTooButNotAnnouncedAsNew() {
        schedule.hold(0, WHERE, THREE);
        assertEquals(Long.MAX_VALUE, schedule.nextAt());
        schedule.hold(0, WHERE, new Times(3, 500, 60_000));
        assertEquals(60_000, schedule.nextAt());
        schedule.hold(1_000, WHERE, new Times(3, 500, 60_000));
        assertEquals(60_000, schedule.nextAt());
        schedule.hold(1_000, WHERE, Times.NEVER);
        assertEquals(Long.MAX_VALUE, schedule.nextAt());
    }

    @Test
    void defenceIsOneAnnouncementMore() {
        schedule.again(0, WHERE);
        assertEquals(2, pass(0, 10_000).size());
        schedule.begin(0, WHERE, THREE);
        schedule.due(0);
        schedule.again(10, WHERE);
        assertEquals(
                List.of(10L, 10L, 510L, 510L, 1_010L, 1_010L),
                pass(10, 10_000).stream().map(Sent::at).toList());
        assertEquals(List.of(), frames(pass(20_000, 10_000)));
    }
}
