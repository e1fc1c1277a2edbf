package io.purelb.allocator;

import io.purelb.core.GroupUsage;
import io.purelb.core.Ledger;
import io.purelb.k8s.KeyQueue;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroupStatus;
import io.purelb.k8s.ServiceGroups;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Keeps the statuses of the groups as the ledger is, one write per group at a time. Owned by the loop thread. */
final class GroupStatusDesk {
    /** How long changes are gathered before they are written. */
    static final Duration DELAY = Duration.ofMillis(300);

    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final Writes writes;
    private final KeyQueue<Work> queue;
    private final Consumer<LongConsumer> onLoop;
    private final WriteFailures failures;
    private final Clock clock;
    private final WrittenVersions<String> written = new WrittenVersions<>();
    private final Set<String> inFlight = new HashSet<>();

    /** @param onLoop runs something on the loop's thread, with the time */
    GroupStatusDesk(
            Cluster cluster,
            Writes writes,
            KeyQueue<Work> queue,
            Consumer<LongConsumer> onLoop,
            WriteFailures failures,
            Clock clock) {
        this.cluster = cluster;
        this.writes = writes;
        this.queue = queue;
        this.onLoop = onLoop;
        this.failures = failures;
        this.clock = clock;
    }

    /** Writes each status that differs. */
    void write(Ledger ledger, long now) {
        List<GroupUsage> usage = ledger.usage();
        for (ServiceGroupResource group : cluster.groups()) {
            String key = group.getMetadata().getNamespace() + "/"
                    + group.getMetadata().getName();
            if (!ledger.configuration().considered(ServiceGroups.spec(group))) {
                continue; // its turn comes once it was looked at: nothing may be said of it before
            }
            ServiceGroupStatus status = GroupStatuses.of(group, ledger, usage, clock.instant());
            if (inFlight.contains(key)) {
                queue.addAfter(Work.GROUP_STATUS, DELAY, now);
            } else if (written.isOld(key, group, now)) {
                queue.addAfter(Work.GROUP_STATUS, WrittenVersions.PATIENCE, now);
            } else if (!status.equals(group.getStatus())) {
                inFlight.add(key);
                writes.status(group, status, result -> onLoop.accept(then -> ended(key, result, then)));
            }
        }
    }

    private void ended(String key, Writes.Result result, long now) {
        inFlight.remove(key);
        switch (result.outcome()) {
            case WRITTEN -> written.wrote(key, result.text(), now);
            case GONE -> written.forget(key);
            case STALE -> queue.addAfter(Work.GROUP_STATUS, RETRY, now);
            case FAILED -> {
                failures.report("ServiceGroup " + key, result, now);
                queue.addAfter(Work.GROUP_STATUS, RETRY, now);
            }
        }
    }
}
