package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Processes that contend for one lease, at a time that only the test moves. */
final class LeaderLeaseTest {
    private static final LeaseTimes TIMES =
            new LeaseTimes(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(1));

    private final Store store = new Store();
    private boolean inUse;
    private long now = Duration.ofHours(1).toNanos();

    /** The one Lease, with versions. */
    private static final class Store implements LeaseStore {
        private @Nullable Lease lease;
        private int version = 10;
        private boolean away;
        /** The next write is carried out and its answer lost. */
        private boolean losesAnswer;
        /** What happens while a read waits for its answer. */
        private Runnable whileReading = () -> {};

        @Override
        public Optional<Lease> get() {
            check();
            whileReading.run();
            return Optional.ofNullable(lease);
        }

        @Override
        public Lease create(Lease wanted) {
            check();
            return put(wanted, lease == null);
        }

        @Override
        public Lease update(Lease wanted) {
            check();
            Lease there = lease;
            return put(
                    wanted,
                    there != null
                            && there.getMetadata()
                                    .getResourceVersion()
                                    .equals(wanted.getMetadata().getResourceVersion()));
        }

        private Lease put(Lease wanted, boolean allowed) {
            if (!allowed) {
                throw new KubernetesClientException("conflict", 409, new StatusBuilder().build());
            }
            Lease next = new LeaseBuilder(wanted)
                    .editMetadata()
                    .withResourceVersion(String.valueOf(++version))
                    .endMetadata()
                    .build();
            lease = next;
            if (losesAnswer) {
                losesAnswer = false;
                throw new KubernetesClientException("lost", new IOException("timeout"));
            }
            return next;
        }

        private void check() {
            if (away) {
                throw new KubernetesClientException("away", new IOException("connection refused"));
            }
        }
    }

    /** One process. */
    private final class Contender implements LeaderLease.Listener {
        final List<Tenure> tenures = new ArrayList<>();
        int follows;
        final LeaderLease lease;

        Contender(String name) {
            lease = new LeaderLease(
                    store,
                    "purelb",
                    "purelb-allocator",
                    TIMES,
                    LeaseHolder.ofThisProcess(name),
                    () -> inUse,
                    this,
                    () -> now,
                    Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));
        }

        @Override
        public void leads(Tenure tenure) {
            tenures.add(tenure);
        }

        @Override
        public void follows() {
            follows++;
        }

        Contender step() {
            lease.step(now);
            return this;
        }

        boolean leads() {
            return !tenures.isEmpty() && tenures.get(tenures.size() - 1).isValid();
        }

        Tenure tenure() {
            return tenures.get(tenures.size() - 1);
        }
    }

    private void pass(double seconds) {
        now += (long) (seconds * 1e9);
    }

    /** The others look each second for as long; the answer is after how many seconds one leads. */
    private int secondsUntil(Contender next) {
        for (int second = 0; second < 60; second++) {
            next.step();
            if (next.leads()) {
                return second;
            }
            pass(1);
        }
        throw new AssertionError("never");
    }

    @Test
    void firstOfAllLeadsAtOnceAndTheSecondStandsBy() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        assertTrue(a.leads());
        assertTrue(a.tenure().isAfterCleanEnd());
        assertFalse(b.leads());
        assertEquals(1, b.follows);
        assertEquals(0, a.follows);
    }

    @Test
    void holderThatRenewsKeepsTheLease() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        for (int i = 0; i < 30; i++) {
            pass(1);
            a.step();
            b.step();
            assertTrue(a.leads());
            assertFalse(b.leads());
        }
        assertEquals(1, a.tenures.size());
        assertEquals(1, b.follows, "said once");
    }

    @Test
    void silentHolderIsReplacedAfterTheLeaseAndWritesNothingFromBeforeThat() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        pass(3.9);
        b.step();
        assertTrue(a.leads());
        pass(0.2);
        assertFalse(a.leads(), "stops by its own clock, before the others may take the lease");
        b.step();
        assertFalse(b.leads());
        pass(1);
        b.step();
        assertTrue(b.leads());
        assertFalse(b.tenure().isAfterCleanEnd());
        Tenure deposed = a.tenure();
        a.step();
        assertFalse(deposed.isValid());
        assertEquals(1, a.follows);
        pass(10);
        assertFalse(deposed.isValid(), "never again");
    }

    @Test
    void renewalSeenLateGrantsTheWholeLease() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        pass(3);
        a.step();
        pass(3);
        b.step();
        pass(4.9);
        b.step();
        assertFalse(b.leads(), "counted from when the renewal was seen, whatever the clocks say");
        pass(0.2);
        b.step();
        assertTrue(b.leads());
    }

    @Test
    void releasedLeaseIsTakenAtOnce() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        a.lease.release();
        assertFalse(a.leads());
        b.step();
        assertTrue(b.leads());
        assertTrue(b.tenure().isAfterCleanEnd());
    }

    /** What an administrator may do with kubectl, whoever leads. */
    private void eraseHolder() {
        store.put(
                new LeaseBuilder(store.lease)
                        .editSpec()
                        .withHolderIdentity(null)
                        .endSpec()
                        .build(),
                true);
    }

    @Test
    void holderErasedByHandIsNotTakenForAReleaseWhileItMayStillWrite() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        eraseHolder();
        b.step();
        assertTrue(a.leads());
        assertFalse(b.leads(), "two would lead");
        pass(5);
        b.step();
        assertFalse(a.leads());
        assertTrue(b.leads());
        assertFalse(b.tenure().isAfterCleanEnd(), "the last writes of the one before may be on their way");
    }

    @Test
    void markOfAnEarlierReleaseDoesNotVouchForALaterHolder() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        a.lease.release();
        b.step();
        assertTrue(b.leads());
        Contender c = new Contender("c").step();
        eraseHolder();
        c.step();
        assertFalse(c.leads());
        pass(5);
        c.step();
        assertFalse(c.tenure().isAfterCleanEnd());
    }

    @Test
    void markThatAHolderOfAnOlderVersionLeftOnTheLeaseDoesNotVouchForIt() {
        Contender a = new Contender("a").step();
        a.lease.release();
        store.put(
                new LeaseBuilder(store.lease)
                        .editSpec()
                        .withHolderIdentity("older")
                        .withLeaseTransitions(1)
                        .endSpec()
                        .build(),
                true);
        eraseHolder();
        Contender b = new Contender("b").step();
        assertFalse(b.leads(), "that one may still write");
        pass(5);
        b.step();
        assertFalse(b.tenure().isAfterCleanEnd());
    }

    @Test
    void shorterDurationWrittenByHandShortensNoTenure() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        store.put(
                new LeaseBuilder(store.lease)
                        .editSpec()
                        .withHolderIdentity(null)
                        .withLeaseDurationSeconds(1)
                        .endSpec()
                        .build(),
                true);
        b.step();
        pass(2);
        b.step();
        assertTrue(a.leads());
        assertFalse(b.leads());
    }

    private static void releaseFromAnotherThread(Contender holder) {
        Thread ending = new Thread(holder.lease::release);
        ending.start();
        try {
            ending.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void releaseDuringAStepLeavesTheLeaseToExpireAndNothingIsTakenAfterIt() {
        Contender a = new Contender("a");
        // The other end of the process, while the step waits for the API server.
        store.whileReading = () -> releaseFromAnotherThread(a);
        a.step();
        assertEquals(List.of(), a.tenures);
        assertEquals(Optional.empty(), Optional.ofNullable(store.lease), "neither taken nor released");
        store.whileReading = () -> {};
        a.step();
        assertEquals(List.of(), a.tenures, "who has ended asks no more");
    }

    @Test
    void releaseWhileARenewalWaitsReleasesNothing() {
        Contender a = new Contender("a").step();
        Contender b = new Contender("b").step();
        store.lease = new LeaseBuilder(store.lease)
                .editMetadata()
                .withResourceVersion("500")
                .endMetadata()
                .build();
        store.whileReading = () -> releaseFromAnotherThread(a);
        a.step();
        store.whileReading = () -> {};
        b.step();
        assertFalse(b.leads(), "the renewal that was under way holds");
    }

    @Test
    void earlierContainerOfTheSamePodIsKnownToHaveEnded() {
        new Contender("a").step();
        Contender again = new Contender("a").step();
        assertTrue(again.leads());
        assertFalse(again.tenure().isAfterCleanEnd(), "its last writes may still be on their way");
    }

    @Test
    void apiServerThatIsAwayStopsWritesAndEndsNoTenure() {
        Contender a = new Contender("a").step();
        store.away = true;
        pass(60);
        a.step();
        assertFalse(a.leads());
        store.away = false;
        a.step();
        assertTrue(a.leads(), "the lease is as this process wrote it, so nobody led meanwhile");
        assertEquals(1, a.tenures.size());
    }

    @Test
    void renewalWhoseAnswerIsLostIsOurs() {
        Contender a = new Contender("a").step();
        store.losesAnswer = true;
        pass(1);
        a.step();
        pass(1);
        a.step();
        assertEquals(1, a.tenures.size());
        pass(3.9);
        assertTrue(a.leads());
    }

    @Test
    void acquisitionWhoseAnswerIsLostIsRepeatedWithCare() {
        Contender a = new Contender("a");
        store.losesAnswer = true;
        a.step();
        assertFalse(a.leads());
        a.step();
        assertTrue(a.leads());
        assertFalse(a.tenure().isAfterCleanEnd());
    }

    @Test
    void oneOfTwoThatStartTogetherWins() {
        Contender a = new Contender("a");
        Contender b = new Contender("b");
        inUse = true;
        a.step();
        b.step();
        pass(5);
        a.step();
        b.step();
        assertTrue(a.leads());
        assertFalse(b.leads());
    }

    @Test
    void leaseDeletedUnderTheLeaderIsNotTakenBeforeTheLeaderHasStopped() {
        inUse = true;
        Contender a = new Contender("a");
        secondsUntil(a);
        store.lease = null;
        Contender late = new Contender("late").step();
        assertFalse(late.leads(), "who comes new does not know whether someone leads");
        pass(1);
        a.step();
        assertFalse(a.leads(), "deleted is lost");
        late.step();
        pass(4);
        late.step();
        assertTrue(late.leads());
        assertFalse(late.tenure().isAfterCleanEnd());
        a.step();
        assertFalse(a.leads());
    }

    @Test
    void someoneElsesLabelOnTheLeaseChangesNothing() {
        Contender a = new Contender("a").step();
        store.lease = new LeaseBuilder(store.lease)
                .editMetadata()
                .addToLabels("team", "net")
                .withResourceVersion("500")
                .endMetadata()
                .build();
        pass(1);
        a.step();
        pass(3.9);
        assertTrue(a.leads());
        assertEquals(1, a.tenures.size());
        assertEquals("net", store.lease.getMetadata().getLabels().get("team"));
    }

    @Test
    void tenuresOfOneLeaseAreCalledDifferently() {
        Contender a = new Contender("a").step();
        a.lease.release();
        Contender b = new Contender("a").step();
        assertFalse(a.tenure().name().equals(b.tenure().name()));
    }
}
