package io.purelb.lab.api;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The changes that wait for one watching client. The store puts them in and never waits: when a client is so slow that
 * the queue is full, its watch ends, and the client resumes from what it has seen or lists again.
 */
final class Watcher {
    private final String storage;
    private final String namespace;
    private final int capacity;
    /** Empty marks the end. */
    private final BlockingQueue<Optional<Change>> queue = new LinkedBlockingQueue<>();

    private volatile boolean open = true;

    /** Waits for changes of one collection, in one namespace or, if empty, in all. */
    Watcher(String storage, String namespace, int capacity) {
        this.storage = storage;
        this.namespace = namespace;
        this.capacity = capacity;
    }

    boolean wants(Change change) {
        return change.storage().equals(storage)
                && (namespace.isEmpty() || change.namespace().equals(namespace));
    }

    String namespace() {
        return namespace;
    }

    void offer(Change change) {
        if (open && queue.size() < capacity) {
            queue.add(Optional.of(change));
        } else {
            end();
        }
    }

    /** The next change, or null after that many milliseconds or when the watch has ended. */
    @Nullable
    Change next(long millis) throws InterruptedException {
        Optional<Change> change = queue.poll(millis, TimeUnit.MILLISECONDS);
        return change == null ? null : change.orElse(null);
    }

    boolean isIdle() {
        return queue.isEmpty();
    }

    boolean isOpen() {
        return open;
    }

    void end() {
        open = false;
        queue.clear();
        queue.add(Optional.empty());
    }
}
