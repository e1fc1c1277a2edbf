package io.purelb.k8s;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.purelb.process.Log;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes core/v1 Events. The same (object, reason, message) again bumps the count of the event that is there, which
 * {@code kubectl describe} shows as {@code x5 over 43s}. One thread of its own sends; what it cannot send it repeats, and
 * beyond 5000 waiting events new ones are dropped.
 */
public final class EventRecorder implements Events, AutoCloseable {
    private static final Log LOG = Log.of(EventRecorder.class);
    private static final int MAX_WAITING = 5000;
    private static final int MAX_REMEMBERED = 4096;
    private static final int ATTEMPTS = 8;
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toMillis(30);
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private final KubernetesClient client;
    private final String component;
    private final String host;
    private final Clock clock;
    private final Thread thread;

    /** Waiting to be sent, oldest first; guarded by this. */
    private final Map<Key, Waiting> waiting = new LinkedHashMap<>();
    /** Events that exist, the least recently used first; only the thread touches it. */
    private final Map<Key, Sent> sent = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Sent> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private final CountDownLatch closed = new CountDownLatch(1);

    /** What an event is about; equal keys are one event. */
    private record Key(String kind, String namespace, String name, String uid, String reason, String message) {}

    private record Waiting(ObjectReference object, String type, int count, Instant first, Instant last) {}

    /** An event that exists: thousands are remembered, so only what the next count needs. */
    private record Sent(String name, int count) {}

    /**
     * A recorder that begins at once.
     *
     * @param component who writes, such as {@code purelb-allocator}
     * @param host the node it runs on; empty for the allocator
     */
    public EventRecorder(KubernetesClient client, String component, String host, Clock clock) {
        this.client = client;
        this.component = component;
        this.host = host;
        this.clock = clock;
        this.thread = new Thread(this::send, "events");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    @Override
    public void normal(HasMetadata object, String reason, String message) {
        record(object, "Normal", reason, message);
    }

    @Override
    public void warning(HasMetadata object, String reason, String message) {
        record(object, "Warning", reason, message);
    }

    private synchronized void record(HasMetadata object, String type, String reason, String message) {
        ObjectReference reference = reference(object);
        Key key = new Key(
                reference.getKind(),
                reference.getNamespace(),
                reference.getName(),
                String.valueOf(reference.getUid()),
                reason,
                message);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Waiting before = waiting.get(key);
        if (before != null) {
            waiting.put(key, new Waiting(reference, type, before.count + 1, before.first, now));
        } else if (waiting.size() < MAX_WAITING && !isClosed()) {
            waiting.put(key, new Waiting(reference, type, 1, now, now));
            notifyAll();
        }
    }

    private static ObjectReference reference(HasMetadata object) {
        String namespace = object.getMetadata().getNamespace();
        return new ObjectReferenceBuilder()
                .withApiVersion(object.getApiVersion())
                .withKind(object.getKind())
                // Events on objects of no namespace go to the default one, as kubectl expects.
                .withNamespace(namespace == null ? "default" : namespace)
                .withName(object.getMetadata().getName())
                .withUid(object.getMetadata().getUid())
                .withResourceVersion(object.getMetadata().getResourceVersion())
                .build();
    }

    private void send() {
        try {
            while (true) {
                Map.Entry<Key, Waiting> next = take();
                if (next == null) {
                    return;
                }
                deliver(next.getKey(), next.getValue());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** The oldest waiting event; null when closed and empty. */
    private synchronized Map.@Nullable Entry<Key, Waiting> take() throws InterruptedException {
        while (waiting.isEmpty()) {
            if (isClosed()) {
                return null;
            }
            wait();
        }
        Map.Entry<Key, Waiting> first = waiting.entrySet().iterator().next();
        Map.Entry<Key, Waiting> copy = Map.entry(first.getKey(), first.getValue());
        waiting.remove(first.getKey());
        return copy;
    }

    private void deliver(Key key, Waiting event) throws InterruptedException {
        // One name for all attempts: an event whose answer was lost is not written twice.
        Event fresh = fresh(key, event);
        for (int attempt = 1; ; attempt++) {
            try {
                Sent before = sent.get(key);
                sent.put(key, before == null ? create(fresh) : bump(key, before, event));
                return;
            } catch (KubernetesClientException fault) {
                boolean hopeless = Failures.isFinal(fault) || attempt == ATTEMPTS || isClosed();
                if (Failures.isGone(fault) && sent.remove(key) != null) {
                    continue;
                }
                if (isClosed() && fault instanceof WriteRefusedException) {
                    return; // who leads now says what there is to say
                }
                if (hopeless) {
                    LOG.warn("an event was not written", "reason", key.reason, "error", Failures.describe(fault));
                    return;
                }
                closed.await(Math.min(LONGEST_PAUSE, 250L << attempt), TimeUnit.MILLISECONDS);
            } catch (RuntimeException broken) {
                // One event that cannot be told must not silence all later ones.
                LOG.error("an event was not written", "reason", key.reason, "error", broken);
                return;
            }
        }
    }

    private Event fresh(Key key, Waiting event) {
        String name = key.name + "." + Long.toHexString(clock.millis() * 1_000_000 + System.nanoTime() % 1_000_000);
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(key.namespace)
                .endMetadata()
                .withInvolvedObject(event.object)
                .withType(event.type)
                .withReason(key.reason)
                .withMessage(key.message)
                .withNewSource(component, host.isEmpty() ? null : host)
                .withReportingComponent(component)
                .withReportingInstance(host)
                .withCount(event.count)
                .withFirstTimestamp(event.first.toString())
                .withLastTimestamp(event.last.toString())
                .build();
    }

    private Sent create(Event fresh) {
        try {
            client.resource(fresh).create();
        } catch (KubernetesClientException fault) {
            // That it exists means that an earlier attempt was heard.
            if (!Failures.isStale(fault)) {
                throw fault;
            }
        }
        return new Sent(fresh.getMetadata().getName(), fresh.getCount());
    }

    private Sent bump(Key key, Sent before, Waiting event) {
        Sent after = new Sent(before.name, before.count + event.count);
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.put("count", after.count);
        patch.put("lastTimestamp", event.last.toString());
        // By an object, not by name: that would be read first, one more request and one more right.
        Event named = new EventBuilder()
                .withNewMetadata()
                .withName(after.name)
                .withNamespace(key.namespace)
                .endMetadata()
                .build();
        client.resource(named).patch(MERGE, patch.toString());
        return after;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Sends what waits, for a second at most, and stops. */
    @Override
    public void close() {
        synchronized (this) {
            closed.countDown();
            notifyAll();
        }
        try {
            thread.join(1000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
