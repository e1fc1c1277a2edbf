package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.purelb.process.Log;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A cache of all objects of one kind that follows the API server and never gives up. The handler gets each object that
 * came, changed (before and after) or went; it should only enqueue a key and must not block.
 */
public final class Watched<T extends HasMetadata> implements AutoCloseable {
    private static final Log LOG = Log.of(Watched.class);
    private static final String INDEX = "index";
    /**
     * Objects per page of a list: one answer for a large cluster would be slow, and large on both sides. Without a limit the
     * client would also be content with what the API server has in its cache, which may be older than the last write.
     */
    private static final long PAGE = 500;

    private static final Comparator<HasMetadata> ORDER = Comparator.comparing(
                    (HasMetadata object) -> String.valueOf(object.getMetadata().getNamespace()))
            .thenComparing(object -> object.getMetadata().getName());

    /** One for all caches: they have one API server. */
    private static final Complaint UNREACHABLE = new Complaint();

    /** Says with a stack what {@link #complain} says in a line. */
    private static final Logger REFLECTOR =
            Logger.getLogger("io.fabric8.kubernetes.client.informers.impl.cache.Reflector");

    static {
        REFLECTOR.setLevel(Level.SEVERE);
    }

    private final String what;
    private final SharedIndexInformer<T> informer;
    private volatile boolean synced;
    private final Complaint refused = new Complaint();

    /**
     * An empty cache.
     *
     * @param what the kind in the plural, for log lines
     * @param kind what to watch, such as {@code client.services().inAnyNamespace()}
     */
    public Watched(String what, Informable<T> kind) {
        this(what, kind, object -> Optional.empty());
    }

    /**
     * An empty cache with an index for {@link #indexed}.
     *
     * @param index under what an object can be found; must depend on the object alone
     */
    public Watched(String what, Informable<T> kind, Function<? super T, Optional<String>> index) {
        this.what = what;
        this.informer = kind.withLimit(PAGE)
                .runnableInformer(0)
                .itemStore(new Trimmed<T>())
                .exceptionHandler((started, fault) -> {
                    complain(fault);
                    return true;
                })
                .addIndexers(
                        Map.of(INDEX, object -> index.apply(object).stream().toList()));
    }

    /**
     * Begins to list and watch.
     *
     * @param handler told of each object that came, changed or went, on threads of the client
     * @return completes when the first list is in the cache
     */
    public CompletionStage<Void> start(Consumer<? super T> handler) {
        return informer.addEventHandler(new ToHandler<T>(handler)).start().thenRun(() -> synced = true);
    }

    /** Whether the first list is in the cache; stays true when the API server goes away later. */
    public boolean synced() {
        return synced;
    }

    /** The object as last seen; shared with other readers, so never change it. */
    public Optional<T> get(String namespace, String name) {
        return Optional.ofNullable(informer.getStore().getByKey(Cache.namespaceKeyFunc(namespace, name)));
    }

    /** All objects as last seen, sorted by namespace and name. */
    public List<T> list() {
        return informer.getStore().list().stream().sorted(ORDER).toList();
    }

    /** The objects found under a value of the index, sorted by namespace and name. */
    public List<T> indexed(String value) {
        return informer.getIndexer().byIndex(INDEX, value).stream()
                .sorted(ORDER)
                .toList();
    }

    private void complain(Throwable fault) {
        if (Failures.isUnanswered(fault)) {
            if (UNREACHABLE.isDue()) {
                LOG.warn("the API server does not answer, trying again", "error", Failures.describe(fault));
            }
        } else if (refused.isDue()) {
            LOG.warn("cannot list or watch, trying again", "kind", what, "error", Failures.describe(fault));
        }
    }

    @Override
    public void close() {
        informer.close();
    }

    /** Drops what nobody here reads and what makes half of an object: the record of who wrote which field. */
    private static final class Trimmed<T extends HasMetadata> extends BasicItemStore<T> {
        private Trimmed() {
            super(Cache::metaNamespaceKeyFunc);
        }

        @Override
        public T put(String key, T object) {
            object.getMetadata().setManagedFields(List.of());
            return super.put(key, object);
        }
    }

    private record ToHandler<T>(Consumer<? super T> handler) implements ResourceEventHandler<T> {
        @Override
        public void onAdd(T object) {
            handler.accept(object);
        }

        @Override
        public void onUpdate(T before, T after) {
            handler.accept(before);
            handler.accept(after);
        }

        @Override
        public void onDelete(T object, boolean stateUnknown) {
            handler.accept(object);
        }
    }
}
