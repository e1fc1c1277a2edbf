package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Configuration;
import io.purelb.core.GroupSpec;
import io.purelb.core.IpAddress;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.KeyQueue;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import io.purelb.process.Log;
import io.purelb.process.LoopThread;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;

/**
 * The allocator's turn: takes keys, settles Services, has the results written. Level-triggered: each turn starts from what
 * the cluster shows, and a write that fails is decided anew.
 */
final class AllocatorLoop implements LoopThread.Step {
    private static final Log LOG = Log.of(AllocatorLoop.class);
    /** Keys per turn, so that a burst does not look like a loop that hangs. */
    private static final int BATCH = 1000;

    private final Cluster cluster;
    private final Writes writes;
    private final KeyQueue<Work> queue;
    private final Takeover takeover;
    private final ServiceDesk desk;
    private final Runnable wake;
    private final Reports reports;
    private final AllocatorMetrics metrics;

    /** Writes that ended, to be taken up by the loop. */
    private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();

    private final WrittenVersions<ServiceKey> writtenServices = new WrittenVersions<>();
    private final GroupStatusDesk statuses;
    private final WriteFailures failures;
    /** When each Service that waits for an address was first seen; from any thread. */
    private final Map<ServiceKey, Long> since = new ConcurrentHashMap<>();

    /** The groups that everything was decided by; empty while that is under way, and when it failed. */
    private Optional<List<GroupSpec>> specs = Optional.empty();

    private volatile boolean started;

    private record Ended(Work work, LongConsumer rest) {}

    AllocatorLoop(
            Cluster cluster,
            Writes writes,
            KeyQueue<Work> queue,
            Takeover takeover,
            ServiceDesk desk,
            Runnable wake,
            Reports reports,
            AllocatorMetrics metrics,
            Clock clock) {
        this.cluster = cluster;
        this.writes = writes;
        this.queue = queue;
        this.takeover = takeover;
        this.desk = desk;
        this.wake = wake;
        this.reports = reports;
        this.metrics = metrics;
        this.failures = new WriteFailures(metrics);
        this.statuses =
                new GroupStatusDesk(cluster, writes, queue, rest -> end(Work.GROUP_STATUS, rest), failures, clock);
    }

    /** Asks for a look at a Service that was seen {@code now}; from any thread. */
    void look(Service service, long now) {
        ServiceKey key = Services.key(service);
        if (Services.isLoadBalancer(service) && !Services.hasIngress(service)) {
            since.putIfAbsent(key, now);
        }
        queue.add(new Work.OfService(key));
    }

    /** Asks for a look at the groups; from any thread. */
    void lookAtGroups() {
        queue.add(Work.CONFIGURATION);
    }

    /** Whether nothing that an earlier leader may still have on its way can do harm; from any thread. */
    boolean tookOver() {
        return takeover.ended();
    }

    /** Whether everything that existed at the start was adopted; from any thread. */
    boolean started() {
        return started;
    }

    @Override
    public long step(long now) {
        if (!cluster.synced()) {
            return Long.MAX_VALUE;
        }
        if (!started) {
            long again = takeover.step(now);
            if (again != now) {
                return again;
            }
            configure(now);
            started = true;
        }
        for (Ended end = ended.poll(); end != null; end = ended.poll()) {
            guarded(end.work(), now, end.rest());
        }
        for (int i = 0; i < BATCH; i++) {
            Optional<Work> work = queue.poll(now);
            if (work.isEmpty()) {
                break;
            }
            guarded(work.get(), now, then -> run(work.get(), then));
        }
        metrics.common().queueDepth().set(queue.depth());
        return queue.nextDue(now);
    }

    /** Runs what belongs to a key; when that fails, the key is tried again later. */
    private void guarded(Work work, long now, LongConsumer what) {
        try {
            what.accept(now);
        } catch (RuntimeException fault) {
            // Without this the key would count as taken for ever, and the keys after it would wait.
            LOG.error("a key failed and is tried again", "object", work, "error", fault);
            queue.retry(work, now);
        }
    }

    private void run(Work work, long now) {
        metrics.common().updates().inc();
        if (work instanceof Work.OfService key) {
            settle(key, now);
        } else if (work instanceof Work.OfConfiguration) {
            configure(now);
            queue.done(work);
        } else {
            statuses.write(ledger(), now);
            queue.done(work);
        }
    }

    /** Adopts everything before it decides anything; the same at the start and whenever a group changed. */
    private void configure(long now) {
        cluster.groups().forEach(reports::read);
        List<GroupSpec> written =
                cluster.groups().stream().map(ServiceGroups::spec).toList();
        queue.addAfter(Work.GROUP_STATUS, GroupStatusDesk.DELAY, now);
        if (started && specs.equals(Optional.of(written))) {
            return;
        }
        specs = Optional.empty();
        // Once started, nobody knows better than we do: the statuses lag behind.
        Configuration configuration = started
                ? Configuration.of(ledger().configuration(), written)
                : Configuration.of(Configuration.EMPTY, ServiceGroups.standings(cluster.groups()));
        List<Service> oldestFirst = cluster.services().stream()
                .filter(Services::isLoadBalancer)
                .filter(service -> !writtenServices.isOld(Services.key(service), service, now))
                .sorted(Comparator.comparing(Services::created).thenComparing(Services::key))
                .toList();
        if (started) {
            desk.configure(configuration, oldestFirst);
        } else {
            desk.start(configuration, oldestFirst);
            LOG.info("adopted", "addresses", ledger().addresses().size());
        }
        // Reserves in order of age; the writes follow by the queue.
        desk.settle(oldestFirst);
        reports.configured(ledger(), cluster);
        metrics.common().configLoaded().set(1);
        metrics.common().configStale().set(configuration.problems().isEmpty() ? 0 : 1);
        cluster.services().forEach(service -> queue.add(new Work.OfService(Services.key(service))));
        specs = Optional.of(written); // last: when anything before fails, all of it is done again
    }

    private Ledger ledger() {
        return desk.allocations().ledger();
    }

    private void settle(Work.OfService work, long now) {
        ServiceKey key = work.service();
        Optional<Service> cached = cluster.service(key);
        if (cached.isEmpty()) {
            revisit(desk.gone(key));
            revisit(desk.stillShown().gone(key));
            writtenServices.forget(key);
            since.remove(key);
            changed(now);
            queue.done(work);
            return;
        }
        Service service = cached.get();
        if (writtenServices.isOld(key, service, now)) {
            queue.done(work); // nothing is decided on what it was before our own write
            queue.addAfter(work, WrittenVersions.PATIENCE, now);
            return;
        }
        ServiceDesk.Outcome outcome = desk.settle(service);
        revisit(outcome.others());
        Optional<ServiceWriter.Content> content = outcome.content();
        if (content.isEmpty()) {
            since.remove(key);
            revisit(desk.stillShown().gone(key));
            queue.done(work);
        } else if (ServiceWriter.isWritten(service, content.get())) {
            written(key, service, desk.stillShown().of(key), now);
            queue.done(work);
        } else {
            since.putIfAbsent(key, now);
            changed(now);
            write(work, service, content.get());
        }
    }

    private void write(Work.OfService work, Service service, ServiceWriter.Content content) {
        ServiceKey key = work.service();
        Optional<ServiceWriter.Content> allowed = desk.stillShown().allowed(service, content);
        if (allowed.isEmpty() || ServiceWriter.isWritten(service, allowed.get())) {
            allowed.ifPresent(nothingLeft -> revisit(desk.stillShown().gone(key)));
            queue.done(work); // it is looked at again when the others are written
            return;
        }
        Set<IpAddress> takenAway = desk.stillShown().of(key);
        writes.service(
                service,
                allowed.get(),
                result -> end(work, then -> serviceWritten(work, service, takenAway, result, then)));
    }

    /** A write ended: the rest is the loop's; from any thread. */
    private void end(Work work, LongConsumer rest) {
        ended.add(new Ended(work, rest));
        wake.run();
    }

    private void serviceWritten(
            Work.OfService work, Service service, Set<IpAddress> takenAway, Writes.Result result, long now) {
        switch (result.outcome()) {
            case WRITTEN -> {
                writtenServices.wrote(work.service(), result.text(), now);
                written(work.service(), service, takenAway, now);
                queue.done(work);
            }
            case GONE -> queue.done(work);
            case STALE -> queue.retryOnNews(work, now);
            case FAILED -> {
                failures.report(work.service().toString(), result, now);
                queue.retry(work, now);
            }
        }
    }

    /** A Service says what was decided. */
    private void written(ServiceKey key, Service service, Set<IpAddress> takenAway, long now) {
        revisit(desk.stillShown().gone(key, takenAway));
        desk.written(key);
        boolean allocated = reports.written(service);
        if (ledger().heldBy(key).isEmpty()) {
            return; // goes on waiting
        }
        Long began = since.remove(key);
        if (allocated && began != null) {
            metrics.took((now - began) / 1e9);
        }
    }

    private void changed(long now) {
        queue.addAfter(Work.GROUP_STATUS, GroupStatusDesk.DELAY, now);
    }

    private void revisit(List<ServiceKey> others) {
        others.forEach(key -> queue.add(new Work.OfService(key)));
    }
}
