package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * All objects, their versions and the last changes. What it holds is never modified, only replaced, so that readers may
 * keep references. The caller who reads and then writes holds the store's monitor meanwhile; single calls take it
 * themselves.
 *
 * <p>Versions begin with the clock's milliseconds: those that a client kept from an earlier run are then in the past,
 * and its watch is told to list again instead of waiting for ever.
 */
final class Store {
    private final Map<String, NavigableMap<String, ObjectNode>> collections = new HashMap<>();
    private final ArrayDeque<Change> history = new ArrayDeque<>();
    private final Set<Watcher> watchers = new CopyOnWriteArraySet<>();
    private final int historySize;
    private long version = System.currentTimeMillis();
    private long forgotten = version;
    private boolean closed;

    Store(int historySize) {
        this.historySize = historySize;
    }

    /** The version of the last change. */
    synchronized long version() {
        return version;
    }

    synchronized @Nullable ObjectNode get(String storage, String key) {
        return collection(storage).get(key);
    }

    /** The objects of a collection in one namespace, or in all if that is empty, in the order of their keys. */
    synchronized List<ObjectNode> list(String storage, String namespace) {
        return new ArrayList<>(range(storage, namespace).values());
    }

    synchronized int count(String storage) {
        return collection(storage).size();
    }

    /** The names of all collections that hold something in that namespace. */
    synchronized Collection<String> collectionsIn(String namespace) {
        return collections.keySet().stream()
                .filter(storage -> !range(storage, namespace).isEmpty())
                .sorted()
                .toList();
    }

    private NavigableMap<String, ObjectNode> range(String storage, String namespace) {
        NavigableMap<String, ObjectNode> all = collection(storage);
        // '0' follows '/' in ASCII.
        return namespace.isEmpty() ? all : all.subMap(namespace + "/", true, namespace + "0", false);
    }

    private NavigableMap<String, ObjectNode> collection(String storage) {
        return collections.computeIfAbsent(storage, name -> new TreeMap<>());
    }

    /** Creates or replaces; stamps the new version on the object, which must not be changed afterwards. */
    synchronized ObjectNode put(String storage, ObjectNode object) {
        version++;
        Meta.of(object).put("resourceVersion", Long.toString(version));
        ObjectNode before = collection(storage).put(Meta.key(object), object);
        publish(new Change(version, storage, Meta.namespace(object), before, object));
        return object;
    }

    synchronized void remove(String storage, ObjectNode object) {
        ObjectNode before = collection(storage).remove(Meta.key(object));
        if (before != null) {
            version++;
            publish(new Change(version, storage, Meta.namespace(before), object, null));
        }
    }

    private void publish(Change change) {
        history.add(change);
        if (history.size() > historySize) {
            forgotten = history.remove().version();
        }
        for (Watcher watcher : watchers) {
            if (watcher.wants(change)) {
                watcher.offer(change);
            }
        }
    }

    /**
     * Registers a watcher and hands it the kept changes after {@code since}.
     *
     * @throws StatusError 410 when changes after {@code since} have been forgotten, or it lies in the future: either
     *     way the client's knowledge does not continue here
     */
    synchronized void watch(Watcher watcher, OptionalLong since) {
        if (since.isPresent() && (since.getAsLong() < forgotten || since.getAsLong() > version)) {
            throw StatusError.expired("too old resource version: " + since.getAsLong() + " (" + forgotten + ")");
        }
        if (since.isPresent()) {
            history.stream()
                    .filter(change -> change.version() > since.getAsLong() && watcher.wants(change))
                    .forEach(watcher::offer);
        }
        if (closed) {
            watcher.end();
        } else {
            watchers.add(watcher);
        }
    }

    /** The version up to which that watcher has taken everything, if it has. */
    synchronized OptionalLong progress(Watcher watcher) {
        return watcher.isIdle() ? OptionalLong.of(version) : OptionalLong.empty();
    }

    synchronized void unwatch(Watcher watcher) {
        watchers.remove(watcher);
        watcher.end();
        notifyAll();
    }

    /** Ends the watches of one collection. */
    synchronized void endWatches(String storage) {
        watchers.stream()
                .filter(w -> w.wants(new Change(0, storage, "", null, null)))
                .forEach(Watcher::end);
    }

    /** Ends all watches, now and later, and gives the clients a second to be told. */
    synchronized void close() {
        closed = true;
        watchers.forEach(Watcher::end);
        long end = System.nanoTime() + 1_000_000_000;
        try {
            for (long left = 1000; left > 0 && !watchers.isEmpty(); left = (end - System.nanoTime()) / 1_000_000) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
