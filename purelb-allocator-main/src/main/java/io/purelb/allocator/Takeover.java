package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import io.purelb.process.Log;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Before a new leader gives anything away, makes void what an earlier one may still have on its way. Such a write gives an
 * address only to a Service that has our brand and does not say {@code Allocated=True}, and only to the version that the
 * earlier one knew; so each of those gets another version. Owned by the loop thread.
 */
final class Takeover {
    private static final Log LOG = Log.of(Takeover.class);
    private static final long RETRY = Duration.ofMillis(500).toNanos();
    private static final long UNDER_WAY = Long.MAX_VALUE;

    private final Cluster cluster;
    private final Writes writes;
    private final Runnable wake;
    private final String mark;
    private final boolean defaultAnnouncer;

    /** The version in which each suspect was found; it is one no longer when the cache shows another version. */
    private final Map<ServiceKey, String> suspects = new HashMap<>();
    /** When to write each suspect. */
    private final Map<ServiceKey, Long> due = new HashMap<>();
    /** Whose write failed; from any thread. */
    private final Queue<ServiceKey> failed = new ConcurrentLinkedQueue<>();

    private boolean began;
    /** Read by any thread. */
    private volatile boolean ended;

    /**
     * Nothing is done yet.
     *
     * @param needed whether there was an earlier leader whose writes were not all answered
     * @param mark what no other leader ever calls itself
     */
    Takeover(Cluster cluster, Writes writes, Runnable wake, boolean needed, String mark, boolean defaultAnnouncer) {
        this.cluster = cluster;
        this.writes = writes;
        this.wake = wake;
        this.ended = !needed;
        this.mark = mark;
        this.defaultAnnouncer = defaultAnnouncer;
    }

    /**
     * Goes on with it; to be called when the caches are filled, and again whenever a Service changed or the time has come.
     *
     * @return when to call again at the latest; {@code now} when there is nothing left to do
     */
    long step(long now) {
        if (ended) {
            return now;
        }
        if (!began) {
            began = true;
            cluster.services().stream()
                    .filter(service -> Services.isOurs(service, defaultAnnouncer))
                    .filter(service -> Services.isBranded(service) && !ServiceWriter.saysAllocated(service))
                    .forEach(service -> suspects.put(Services.key(service), version(service)));
            suspects.keySet().forEach(key -> due.put(key, now));
            LOG.info("taking over", "tenure", mark, "open", suspects.size());
        }
        for (ServiceKey key = failed.poll(); key != null; key = failed.poll()) {
            due.put(key, now + RETRY);
        }
        suspects.entrySet()
                .removeIf(suspect -> !suspect.getValue()
                        .equals(cluster.service(suspect.getKey())
                                .map(Takeover::version)
                                .orElse("")));
        due.keySet().retainAll(suspects.keySet());
        due.replaceAll((key, at) -> at == UNDER_WAY || at - now > 0 ? at : write(key));
        ended = due.isEmpty();
        return ended
                ? now
                : due.values().stream()
                        .filter(at -> at != UNDER_WAY)
                        .min(Long::compare)
                        .orElse(Long.MAX_VALUE);
    }

    /** Whether no write of an earlier leader can give an address any more; from any thread. */
    boolean ended() {
        return ended;
    }

    private long write(ServiceKey key) {
        cluster.service(key)
                .ifPresent(seen -> writes.takeOver(
                        seen,
                        "An allocator has taken over (" + mark + ") and is about to look at this Service.",
                        result -> {
                            // Stale or gone are as good as written: the cache is about to show it.
                            if (result.outcome() == Writes.Outcome.FAILED) {
                                failed.add(key);
                                wake.run();
                            }
                        }));
        return UNDER_WAY;
    }

    private static String version(Service service) {
        return service.getMetadata().getResourceVersion();
    }
}
