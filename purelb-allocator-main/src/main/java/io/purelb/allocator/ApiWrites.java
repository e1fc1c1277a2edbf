package io.purelb.allocator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.Failures;
import io.purelb.k8s.Patches;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroupStatus;
import io.purelb.k8s.ServiceWriter;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends writes by a few threads, so that one slow answer does not hold up the other Services. The queue gives one Service
 * to one write at a time.
 */
final class ApiWrites implements Writes, AutoCloseable {
    private static final int THREADS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "writes");
        thread.setDaemon(true);
        return thread;
    });
    private final ServiceWriter services;
    private final Patches patches;

    ApiWrites(ServiceWriter services, Patches patches) {
        this.services = services;
        this.patches = patches;
    }

    @Override
    public void service(Service seen, ServiceWriter.Content content, Consumer<Result> done) {
        submit(() -> services.write(seen, content), done);
    }

    @Override
    public void status(ServiceGroupResource seen, ServiceGroupStatus status, Consumer<Result> done) {
        ObjectNode fields = JSON.valueToTree(status);
        // A family that has no pool any more must go: a merge patch removes by null.
        if (status.v4() == null) {
            fields.putNull("v4");
        }
        if (status.v6() == null) {
            fields.putNull("v6");
        }
        submit(() -> patches.status(seen, fields), done);
    }

    private void submit(Supplier<? extends HasMetadata> write, Consumer<Result> done) {
        try {
            threads.execute(() -> done.accept(attempt(write)));
        } catch (RejectedExecutionException closing) {
            done.accept(new Result(Outcome.FAILED, "the process is ending"));
        }
    }

    private static Result attempt(Supplier<? extends HasMetadata> write) {
        try {
            return new Result(
                    Outcome.WRITTEN, String.valueOf(write.get().getMetadata().getResourceVersion()));
        } catch (KubernetesClientException fault) {
            if (Failures.isStale(fault)) {
                return new Result(Outcome.STALE, "");
            }
            return Failures.isGone(fault)
                    ? new Result(Outcome.GONE, "")
                    : new Result(Outcome.FAILED, Failures.describe(fault));
        } catch (RuntimeException fault) {
            return new Result(Outcome.FAILED, fault.toString());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
