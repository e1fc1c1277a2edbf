package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroupStatus;
import io.purelb.k8s.ServiceWriter;
import java.util.function.Consumer;

/** Writes to the API server: a port, with {@link ApiWrites} as its real side. Calls return at once. */
interface Writes {
    /** Makes a Service say {@code content}; {@code done} is called once, on any thread. */
    void service(Service seen, ServiceWriter.Content content, Consumer<Result> done);

    /** Gives a Service another version, with the condition Unknown; {@code done} is called once, on any thread. */
    void takeOver(Service seen, String message, Consumer<Result> done);

    /** Replaces a group's status; {@code done} is called once, on any thread. */
    void status(ServiceGroupResource seen, ServiceGroupStatus status, Consumer<Result> done);

    /** How a write ended. */
    enum Outcome {
        WRITTEN,
        /** Someone else wrote meanwhile: read again, decide again. */
        STALE,
        /** The object is gone. */
        GONE,
        FAILED
    }

    /**
     * How a write ended.
     *
     * @param text the new resourceVersion when written, what went wrong when failed
     */
    record Result(Outcome outcome, String text) {}
}
