package io.purelb.k8s;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.UserText;
import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import java.time.Clock;
import java.time.Duration;
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
    private static final Duration LONGEST_DELIVERY = Duration.ofMinutes(15);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toMillis(30);

    private final Api api;
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

    private record Waiting(ObjectRef object, String type, int count, Instant first, Instant last) {}

    /** An event that exists: thousands are remembered, so only what the next count needs. */
    private record Sent(String name, int count) {}

    /**
     * A recorder that begins at once.
     *
     * @param component who writes, such as {@code purelb-allocator}
     * @param host the node it runs on; empty for the allocator
     */
    public EventRecorder(KubernetesClient client, String component, String host, Clock clock) {
        this(Api.of(client), component, host, clock);
    }

    /** As the other, by plain requests. */
    public EventRecorder(Api api, String component, String host, Clock clock) {
        this.api = api;
        this.component = component;
        this.host = host;
        this.clock = clock;
        this.thread = EssentialThread.of("events", this::send);
        this.thread.start();
    }

    @Override
    public void normal(HasMetadata object, String reason, String message) {
        record(ObjectRef.of(object), "Normal", reason, message);
    }

    @Override
    public void warning(HasMetadata object, String reason, String message) {
        record(ObjectRef.of(object), "Warning", reason, message);
    }

    /** As {@link #normal} or {@link #warning}, about an object that is only known by name. */
    public void record(ObjectRef object, boolean warning, String reason, String message) {
        record(object, warning ? "Warning" : "Normal", reason, message);
    }

    private synchronized void record(ObjectRef reference, String type, String reason, String text) {
        String message = UserText.escaped(text);
        Key key = new Key(
                reference.kind(), reference.eventNamespace(), reference.name(), reference.uid(), reason, message);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Waiting before = waiting.get(key);
        if (before != null) {
            waiting.put(key, new Waiting(reference, type, before.count + 1, before.first, now));
        } else if (waiting.size() < MAX_WAITING && !isClosed()) {
            waiting.put(key, new Waiting(reference, type, 1, now, now));
            notifyAll();
        }
    }

    private void send() {
        try {
            while (true) {
                EssentialThread.idle();
                Map.Entry<Key, Waiting> next = take();
                if (next == null) {
                    return;
                }
                EssentialThread.within(LONGEST_DELIVERY);
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
        ObjectNode fresh = fresh(key, event);
        for (int attempt = 1; ; attempt++) {
            try {
                Sent before = sent.get(key);
                sent.put(key, before == null ? create(key, fresh) : bump(key, before, event));
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

    private ObjectNode fresh(Key key, Waiting event) {
        String name = key.name + "." + Long.toHexString(clock.millis() * 1_000_000 + System.nanoTime() % 1_000_000);
        ObjectNode fresh = JsonNodeFactory.instance.objectNode();
        fresh.put("apiVersion", "v1").put("kind", "Event");
        fresh.putObject("metadata").put("name", name).put("namespace", key.namespace);
        fresh.putObject("involvedObject")
                .put("apiVersion", event.object.apiVersion())
                .put("kind", key.kind)
                .put("namespace", key.namespace)
                .put("name", key.name)
                .put("uid", key.uid)
                .put("resourceVersion", event.object.version());
        ObjectNode source = fresh.putObject("source").put("component", component);
        if (!host.isEmpty()) {
            source.put("host", host);
        }
        fresh.put("type", event.type).put("reason", key.reason).put("message", key.message);
        fresh.put("reportingComponent", component).put("reportingInstance", host);
        fresh.put("count", event.count);
        fresh.put("firstTimestamp", event.first.toString()).put("lastTimestamp", event.last.toString());
        return fresh;
    }

    private Sent create(Key key, ObjectNode fresh) {
        try {
            api.post(path(key), fresh);
        } catch (KubernetesClientException fault) {
            // That it exists means that an earlier attempt was heard.
            if (!Failures.isStale(fault)) {
                throw fault;
            }
        }
        return new Sent(
                fresh.path("metadata").path("name").asText(),
                fresh.path("count").asInt());
    }

    private Sent bump(Key key, Sent before, Waiting event) {
        Sent after = new Sent(before.name, before.count + event.count);
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.put("count", after.count).put("lastTimestamp", event.last.toString());
        api.patch(path(key) + "/" + after.name, patch);
        return after;
    }

    private static String path(Key key) {
        return "/api/v1/namespaces/" + key.namespace + "/events";
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
