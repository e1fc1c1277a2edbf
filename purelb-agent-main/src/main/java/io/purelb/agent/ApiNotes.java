package io.purelb.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Api;
import io.purelb.k8s.EventRecorder;
import io.purelb.k8s.Failures;
import io.purelb.k8s.KeyQueue;
import io.purelb.k8s.Mirror;
import io.purelb.k8s.ObjectRef;
import io.purelb.process.CommonMetrics;
import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import io.purelb.process.LoopThread;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Writes to Services on a thread of its own, one patch per Service at a time, until the API server has taken it. */
final class ApiNotes implements ServiceNotes, AutoCloseable {
    private static final Log LOG = Log.of(ApiNotes.class);

    /** Two requests, each of which is given up when its answer pauses. */
    private static final Duration LONGEST_WRITE = Duration.ofMinutes(2);

    private record Note(Map<String, String> before, Map<String, Optional<String>> annotations) {}

    private final Function<ServiceKey, Optional<Mirror.Seen<SeenService>>> services;
    private final Api api;
    private final EventRecorder events;
    private final CommonMetrics metrics;
    private final Map<ServiceKey, Note> notes = new ConcurrentHashMap<>();
    private final Set<ServiceKey> policies = ConcurrentHashMap.newKeySet();
    private final LoopThread thread = new LoopThread("writer");
    private final CountDownLatch flushed = new CountDownLatch(1);
    private volatile boolean closing;
    private final KeyQueue<ServiceKey> queue = new KeyQueue<>(thread::wake);

    /**
     * Begins to write.
     *
     * @param services finds a Service as last seen
     */
    ApiNotes(
            Function<ServiceKey, Optional<Mirror.Seen<SeenService>>> services,
            Api api,
            EventRecorder events,
            CommonMetrics metrics) {
        this.services = services;
        this.api = api;
        this.events = events;
        this.metrics = metrics;
        thread.start(this::step);
    }

    @Override
    public void annotate(ServiceKey service, Map<String, String> before, Map<String, Optional<String>> annotations) {
        notes.put(service, new Note(before, annotations));
        queue.add(service);
    }

    @Override
    public void useClusterPolicy(ServiceKey service) {
        policies.add(service);
        queue.add(service);
    }

    @Override
    public void event(ServiceKey service, boolean warning, String reason, String message) {
        services.apply(service)
                .ifPresent(seen -> events.record(
                        new ObjectRef(
                                "v1",
                                "Service",
                                service.namespace(),
                                service.name(),
                                seen.value().uid(),
                                seen.version()),
                        warning,
                        reason,
                        message));
    }

    private long step(long now) {
        for (Optional<ServiceKey> key = queue.poll(now); key.isPresent(); key = queue.poll(now)) {
            EssentialThread.within(LONGEST_WRITE);
            write(key.get(), now);
        }
        metrics.queueDepth().set(queue.depth());
        if (closing) {
            flushed.countDown();
        }
        return queue.nextDue(now);
    }

    private void write(ServiceKey key, long now) {
        Optional<Note> note = Optional.ofNullable(notes.get(key));
        boolean policy = policies.contains(key);
        try {
            services.apply(key).ifPresent(seen -> write(seen, note, policy));
            written(key, note, policy);
        } catch (KubernetesClientException fault) {
            if (Failures.isGone(fault)) {
                // Deleted meanwhile, which is nobody's fault.
                written(key, note, policy);
                return;
            }
            metrics.updateErrors().inc();
            if (Failures.isFinal(fault)) {
                LOG.warn("Service is not updated", "service", key, "error", Failures.describe(fault));
                written(key, note, policy);
            } else {
                queue.retry(key, now);
            }
        } catch (RuntimeException fault) {
            // Without this the key would count as taken for ever.
            LOG.error("Service is not updated, trying again", "service", key, "error", fault);
            queue.retry(key, now);
        }
    }

    private void written(ServiceKey key, Optional<Note> note, boolean policy) {
        note.ifPresent(done -> notes.remove(key, done));
        // What was asked for during the write is not done yet.
        if (policy) {
            policies.remove(key);
        }
        queue.done(key);
    }

    private void write(Mirror.Seen<SeenService> seen, Optional<Note> note, boolean policy) {
        SeenService current = seen.value();
        String version = seen.version();
        if (policy && current.localPolicy()) {
            ObjectNode patch = precondition(version);
            patch.putObject("spec").put("externalTrafficPolicy", "Cluster");
            JsonNode written = api.patch(path(current.key()), patch);
            metrics.updates().inc();
            current = SeenService.read(written);
            version = written.path("metadata").path("resourceVersion").asText();
        }
        if (note.isPresent() && note.get().before().equals(current.announcements())) {
            ObjectNode patch = precondition(version);
            ObjectNode annotations = patch.withObjectProperty("metadata").putObject("annotations");
            note.get().annotations().forEach((key, value) -> annotations.put(key, value.orElse(null)));
            api.patch(path(current.key()), patch);
            metrics.updates().inc();
        }
    }

    private static String path(ServiceKey key) {
        return "/api/v1/namespaces/" + key.namespace() + "/services/" + key.name();
    }

    /** The API server refuses the patch (409) when anyone wrote since. */
    private static ObjectNode precondition(String version) {
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("metadata").put("resourceVersion", version);
        return patch;
    }

    /** Stops when what waits was tried once more, after a second at most. */
    @Override
    public void close() {
        closing = true;
        thread.wake();
        try {
            if (!flushed.await(1, TimeUnit.SECONDS)) {
                LOG.warn("some Services are not updated", "error", queue.depth() + " were still waiting");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        thread.close();
    }
}
