package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.process.Log;
import io.purelb.process.LoopThread;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Decides by a Lease (coordination.k8s.io/v1) which of several processes leads. Clocks of different machines are never
 * compared: the holder counts from when it sent its last renewal, the others from when they saw it. Owned by one thread,
 * whose steps block on requests; only {@link #release} may come from another one.
 */
public final class LeaderLease implements LoopThread.Step {
    private static final Log LOG = Log.of(LeaderLease.class);
    private static final String ABSENT = "absent";
    /**
     * On a Lease that its holder gave back after all of its writes were answered: only then is it free at once. That nobody
     * is named is not enough, because anybody may have erased the name of a holder that still writes. The value tells who it
     * was and the number of transitions then, so that it is void once another held the lease, also one of an older version
     * that leaves the mark where it is.
     */
    private static final String RELEASED_BY = "purelb.io/released-by";

    private static final String AT = " after transition ";

    private final LeaseStore store;
    private final String namespace;
    private final String name;
    private final LeaseTimes times;
    private final LeaseHolder self;
    private final BooleanSupplier inUse;
    private final Listener listener;
    private final LongSupplier nanoTime;
    private final Clock clock;
    private final Reachability server = new Reachability();

    /** The lease as we wrote it last, while we hold it. */
    private Optional<Lease> ours = Optional.empty();

    private Optional<Tenure> tenure = Optional.empty();
    /** The version that others wrote, and since when we know it. */
    private String seen = "";

    private long seenSince;
    /** Until it was seen for the first time that there is a lease, or none. */
    private boolean fresh = true;

    private String following = "";

    /** Excludes {@link #release} while a step is under way. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile boolean closed;

    /** Told of the outcome, on the lease's thread; must not block. */
    public interface Listener {
        /** This process leads from now on. */
        void leads(Tenure tenure);

        /** Another process leads, or nobody; the tenure before is over. */
        void follows();
    }

    /**
     * A lease that nobody contends for yet; {@link #step} begins.
     *
     * @param client for the Lease alone; its writes must not depend on this lease
     * @param podUid the pod's UID, empty outside a pod
     * @param inUse whether this cluster has been served before; asked when there is no Lease, which then may have been
     *     deleted by hand under a leader's feet
     */
    public LeaderLease(
            KubernetesClient client,
            String namespace,
            String name,
            LeaseTimes times,
            String podUid,
            BooleanSupplier inUse,
            Listener listener) {
        this(
                LeaseStore.of(client, namespace, name, times.renewDeadline().dividedBy(2)),
                namespace,
                name,
                times,
                LeaseHolder.ofThisProcess(podUid),
                inUse,
                listener,
                System::nanoTime,
                Clock.systemUTC());
    }

    LeaderLease(
            LeaseStore store,
            String namespace,
            String name,
            LeaseTimes times,
            LeaseHolder self,
            BooleanSupplier inUse,
            Listener listener,
            LongSupplier nanoTime,
            Clock clock) {
        this.store = store;
        this.namespace = namespace;
        this.name = name;
        this.times = times;
        this.self = self;
        this.inUse = inUse;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.clock = clock;
    }

    /** Renews the lease, or looks whether it can be had. */
    @Override
    public long step(long now) {
        turn.lock();
        try {
            if (closed) {
                return Long.MAX_VALUE;
            }
            if (ours.isEmpty() || !renew(ours.get())) {
                contend();
            }
            server.answered();
        } catch (KubernetesClientException fault) {
            server.failed(fault, namespace + "/" + name);
        } finally {
            turn.unlock();
        }
        return nanoTime.getAsLong() + times.retryPeriod().toNanos();
    }

    /** The answer is false when the lease is not ours any more. */
    private boolean renew(Lease mine) {
        try {
            write(mine, held(mine, mine.getSpec().getAcquireTime(), transitions(mine)));
            return true;
        } catch (KubernetesClientException fault) {
            if (!Failures.isStale(fault) && !Failures.isGone(fault)) {
                throw fault;
            }
        }
        // Only we write our name: it is there when an answer was lost, or when someone touched something else.
        Optional<Lease> now = store.get();
        if (now.isPresent() && holder(now.get()).equals(self.toString())) {
            write(now.get(), held(now.get(), now.get().getSpec().getAcquireTime(), transitions(now.get())));
            return true;
        }
        LOG.warn("the lease is lost", "lease", namespace + "/" + name, "holder", holderOrNobody(now));
        over();
        return false;
    }

    private void over() {
        tenure.ifPresent(Tenure::end);
        tenure = Optional.empty();
        ours = Optional.empty();
    }

    private void write(Lease before, Lease after) {
        long sent = nanoTime.getAsLong();
        ours = Optional.of(
                before.getMetadata().getResourceVersion() == null ? store.create(after) : store.update(after));
        tenure.ifPresent(held -> {
            if (!held.isValid()) {
                LOG.warn(
                        "the lease was renewed late: nothing was written for a while", "lease", namespace + "/" + name);
            }
            held.extend(sent + times.renewDeadline().toNanos());
        });
    }

    private void contend() {
        Optional<Lease> found = store.get();
        String version = found.map(LeaderLease::version).orElse(ABSENT);
        if (!version.equals(seen)) {
            seen = version;
            seenSince = nanoTime.getAsLong();
        }
        boolean clean = found.isPresent() ? isReleased(found.get()) : fresh && !inUse.getAsBoolean();
        fresh = false;
        if (clean || isOver(found)) {
            take(found, clean);
        } else {
            follow(found);
        }
    }

    /** Whether the holder writes no more: it has ended, or has had its time since we know of its last renewal. */
    private boolean isOver(Optional<Lease> found) {
        Duration promised = found.map(Lease::getSpec)
                .map(LeaseSpec::getLeaseDurationSeconds)
                .map(Duration::ofSeconds)
                .filter(written -> written.compareTo(times.duration()) > 0)
                .orElse(times.duration());
        return nanoTime.getAsLong() - seenSince >= promised.toNanos()
                || found.filter(lease -> self.hasEnded(holder(lease))).isPresent();
    }

    private void take(Optional<Lease> found, boolean clean) {
        if (closed) {
            return; // the process ended while this step waited for an answer
        }
        Lease before = found.orElseGet(() -> new LeaseBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build());
        long sent = nanoTime.getAsLong();
        int number = found.isPresent() ? transitions(before) + 1 : 0;
        try {
            write(before, held(before, now(), number));
        } catch (KubernetesClientException fault) {
            if (Failures.isStale(fault)) {
                return; // someone was faster
            }
            throw fault;
        }
        Tenure won = new Tenure(
                version(ours.orElseThrow()) + " of " + self,
                clean,
                sent + times.renewDeadline().toNanos(),
                nanoTime);
        tenure = Optional.of(won);
        seen = "";
        following = "";
        LOG.info("leading", "lease", namespace + "/" + name, "before", holderOrNobody(found));
        listener.leads(won);
    }

    private void follow(Optional<Lease> found) {
        String leader = holderOrNobody(found);
        if (!leader.equals(following)) {
            following = leader;
            LOG.info("standing by", "lease", namespace + "/" + name, "holder", leader);
            listener.follows();
        }
    }

    /**
     * Gives the lease back, so that another process can lead at once, and asks for it no more. Only for a holder that has
     * taken over from the one before it and whose writes are all answered. From any thread; while a step still waits for an
     * answer the lease is left to expire, because that step may renew it.
     */
    public void release() {
        closed = true;
        if (!turn.tryLock()) {
            LOG.warn("a request is not answered, so the lease is left to expire", "lease", namespace + "/" + name);
            return;
        }
        try {
            giveBack();
        } finally {
            turn.unlock();
        }
    }

    private void giveBack() {
        Optional<Lease> mine = ours;
        over();
        try {
            mine.ifPresent(lease -> store.update(new LeaseBuilder(lease)
                    .editMetadata()
                    .addToAnnotations(RELEASED_BY, holder(lease) + AT + transitions(lease))
                    .endMetadata()
                    .editSpec()
                    .withHolderIdentity(null)
                    .withLeaseDurationSeconds(1)
                    .withRenewTime(now())
                    .endSpec()
                    .build()));
        } catch (KubernetesClientException fault) {
            LOG.warn("the lease is left to expire", "error", Failures.describe(fault));
        }
    }

    private Lease held(Lease before, ZonedDateTime since, int transitions) {
        return new LeaseBuilder(before)
                .editMetadata()
                .removeFromAnnotations(RELEASED_BY)
                .endMetadata()
                .editOrNewSpec()
                .withHolderIdentity(self.toString())
                .withLeaseDurationSeconds(Math.toIntExact(times.duration().toSeconds()))
                .withAcquireTime(since)
                .withRenewTime(now())
                .withLeaseTransitions(transitions)
                .endSpec()
                .build();
    }

    private ZonedDateTime now() {
        return clock.instant().atZone(clock.getZone());
    }

    private static boolean isReleased(Lease lease) {
        Map<String, String> annotations = lease.getMetadata().getAnnotations();
        return holder(lease).isEmpty()
                && annotations != null
                && annotations.getOrDefault(RELEASED_BY, "").endsWith(AT + transitions(lease));
    }

    private static String version(Lease lease) {
        return lease.getMetadata().getResourceVersion();
    }

    private static String holder(Lease lease) {
        LeaseSpec spec = lease.getSpec();
        return spec == null ? "" : Objects.requireNonNullElse(spec.getHolderIdentity(), "");
    }

    private static String holderOrNobody(Optional<Lease> lease) {
        return lease.map(LeaderLease::holder)
                .filter(holder -> !holder.isEmpty())
                .orElse("nobody");
    }

    private static int transitions(Lease lease) {
        return lease.getSpec() == null
                ? 0
                : Objects.requireNonNullElse(lease.getSpec().getLeaseTransitions(), 0);
    }
}
