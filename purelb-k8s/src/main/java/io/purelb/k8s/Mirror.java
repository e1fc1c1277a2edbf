package io.purelb.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Small values made of all objects of one kind, which follow the API server by a list and watches and never give up. An
 * object is parsed, turned into its value and dropped; one that is of no interest is not kept. The handler gets the key of
 * each value that came, changed or went, on threads of the mirror; it must not block. Reading is for any thread.
 *
 * @param <T> the value, compared by equals
 */
public final class Mirror<T> implements AutoCloseable {
    private static final Log LOG = Log.of(Mirror.class);
    private static final long FIRST_PAUSE = 200;
    private static final long LONGEST_PAUSE = 30_000;
    /** For a kind that is not served (yet): who installs everything at once should not wait for it. */
    private static final long LONGEST_PAUSE_FOR_KIND = 2_000;

    /** A list and the watch after it: the server ends a watch after 6 minutes. */
    private static final Duration LONGEST_WATCH = Duration.ofMinutes(15);

    /** One for all mirrors: they have one API server. */
    private static final Complaint UNREACHABLE = new Complaint();

    private final String what;
    private final Listing listing;
    private final Function<JsonNode, Optional<T>> shape;
    private final Map<Key, Seen<T>> seen = new ConcurrentHashMap<>();
    private final Complaint refused = new Complaint();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile Consumer<Key> handler = key -> {};
    private volatile Runnable listed = () -> {};
    private volatile boolean synced;

    /** Namespace and name; the namespace is empty for objects without one. */
    public record Key(String namespace, String name) {}

    /**
     * An object's value, and the version of the object it was made of.
     *
     * @param version {@code metadata.resourceVersion}
     */
    public record Seen<T>(T value, String version) {}

    /**
     * An empty mirror.
     *
     * @param what the kind in the plural, for log lines
     * @param path the collection, such as {@code /api/v1/services}
     * @param shape makes a value of an object; empty for objects of no interest
     */
    public Mirror(Api api, String what, String path, Function<JsonNode, Optional<T>> shape) {
        this(api, what, path, "", shape);
    }

    /**
     * An empty mirror of some of a collection's objects.
     *
     * @param labels selects the objects, as {@code kubectl get --selector} takes it; empty for all
     */
    public Mirror(Api api, String what, String path, String labels, Function<JsonNode, Optional<T>> shape) {
        this.what = what;
        this.listing = new Listing(api, path, labels);
        this.shape = shape;
        this.thread = EssentialThread.of("watch-" + what, this::follow);
    }

    /**
     * Begins to list and watch.
     *
     * @param changed told the key of each value that came, changed or went
     * @param complete called when the first list is in the mirror
     */
    public void start(Consumer<Key> changed, Runnable complete) {
        handler = changed;
        listed = complete;
        thread.start();
    }

    /** Whether the first list is in; stays true when the API server goes away later. */
    public boolean synced() {
        return synced;
    }

    /** An object as last seen. */
    public Optional<Seen<T>> get(Key key) {
        return Optional.ofNullable(seen.get(key));
    }

    /** All values, in no order. */
    public Collection<Seen<T>> all() {
        return seen.values();
    }

    private void follow() {
        long pause = FIRST_PAUSE;
        Optional<String> version = Optional.empty();
        while (closed.getCount() > 0) {
            EssentialThread.within(LONGEST_WATCH);
            long longest = LONGEST_PAUSE;
            try {
                if (version.isEmpty()) {
                    version = Optional.of(list());
                }
                long began = System.nanoTime();
                version = listing.watch(version.get(), this::event, closed);
                if (System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(pause)) {
                    pause = FIRST_PAUSE;
                    continue;
                }
                // A watch that ends at once is no watch.
            } catch (KubernetesClientException fault) {
                if (Failures.isGoneForGood(fault)) {
                    version = Optional.empty();
                }
                longest = Failures.isGone(fault) ? LONGEST_PAUSE_FOR_KIND : LONGEST_PAUSE;
                complain(fault);
            } catch (RuntimeException fault) {
                if (closed.getCount() == 0) {
                    return; // the connections were closed first
                }
                LOG.error("cannot list or watch, trying again", "kind", what, "error", fault);
                version = Optional.empty();
            }
            // Agents of a whole cluster lose their API server together and should not come back together.
            pause(pause / 2 + ThreadLocalRandom.current().nextLong(pause));
            pause = Math.min(longest, pause * 2);
        }
    }

    private String list() {
        Set<Key> present = new HashSet<>();
        String version = listing.list(object -> {
            Key key = key(object);
            present.add(key);
            put(key, object);
        });
        seen.keySet().stream().filter(key -> !present.contains(key)).toList().forEach(this::remove);
        if (!synced) {
            synced = true;
            listed.run();
        }
        return version;
    }

    private void event(String type, JsonNode object) {
        if (type.equals("DELETED")) {
            remove(key(object));
        } else {
            put(key(object), object);
        }
    }

    private static Key key(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new Key(
                metadata.path("namespace").asText(""), metadata.path("name").asText());
    }

    private void put(Key key, JsonNode object) {
        Optional<T> value;
        try {
            value = shape.apply(object);
        } catch (RuntimeException fault) {
            // One object that nobody can read must not hide the others; it stays as it last was.
            LOG.warn("an object is not understood", "kind", what, "object", key, "error", fault.getMessage());
            return;
        }
        if (value.isEmpty()) {
            remove(key);
            return;
        }
        String version = object.path("metadata").path("resourceVersion").asText();
        @Nullable Seen<T> before = seen.put(key, new Seen<>(value.get(), version));
        if (before == null || !Objects.equals(before.value(), value.get())) {
            handler.accept(key);
        }
    }

    private void remove(Key key) {
        if (seen.remove(key) != null) {
            handler.accept(key);
        }
    }

    private void complain(KubernetesClientException fault) {
        if (closed.getCount() == 0) {
            return;
        }
        if (Failures.isUnanswered(fault)) {
            if (UNREACHABLE.isDue()) {
                LOG.warn("the API server does not answer, trying again", "error", Failures.describe(fault));
            }
        } else if (!Failures.isGoneForGood(fault) && refused.isDue()) {
            LOG.warn("cannot list or watch, trying again", "kind", what, "error", Failures.describe(fault));
        }
    }

    private void pause(long millis) {
        try {
            closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops following; what was seen stays. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
