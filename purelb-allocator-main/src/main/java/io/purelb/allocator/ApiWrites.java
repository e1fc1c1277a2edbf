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
import io.purelb.process.EssentialThread;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends writes by a few threads, so that one slow answer does not hold up the other Services. The queue gives one Service
 * to one write at a time.
 */
final class ApiWrites implements Writes {
    /** Fields of a group's status that are absent where there is nothing to say. */
    private static final List<String> REMOVABLE = List.of("v4", "v6", "conflicts", "inForce");

    private static final int THREADS = 8;
    private static final long STOP_SECONDS = 2;
    private static final Result ENDING = new Result(Outcome.FAILED, "this process does not lead any more");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService threads =
            Executors.newFixedThreadPool(THREADS, task -> EssentialThread.of("writes", task));
    private final ServiceWriter services;
    private final Patches patches;
    private volatile boolean stopping;
    /** Whether some write may still be carried out, or was without our knowing. */
    private volatile boolean uncertain;

    ApiWrites(ServiceWriter services, Patches patches) {
        this.services = services;
        this.patches = patches;
    }

    @Override
    public void service(Service seen, ServiceWriter.Content content, Consumer<Result> done) {
        submit(() -> services.write(seen, content), done);
    }

    @Override
    public void takeOver(Service seen, String message, Consumer<Result> done) {
        submit(() -> services.takeOver(seen, message), done);
    }

    @Override
    public void status(ServiceGroupResource seen, ServiceGroupStatus status, Consumer<Result> done) {
        ObjectNode fields = JSON.valueToTree(status);
        // What does not hold any more must go: a merge patch removes by null.
        REMOVABLE.stream().filter(field -> !fields.has(field)).forEach(fields::putNull);
        submit(() -> patches.status(seen, fields), done);
    }

    void submit(Supplier<? extends HasMetadata> write, Consumer<Result> done) {
        try {
            threads.execute(() -> done.accept(stopping ? ENDING : attempt(write)));
        } catch (RejectedExecutionException closing) {
            done.accept(ENDING);
        }
    }

    private Result attempt(Supplier<? extends HasMetadata> write) {
        try {
            return new Result(
                    Outcome.WRITTEN, String.valueOf(write.get().getMetadata().getResourceVersion()));
        } catch (KubernetesClientException fault) {
            if (Failures.isUncertain(fault)) {
                uncertain = true; // never set back: several threads may do this at a time
            }
            if (Failures.isStale(fault)) {
                return new Result(Outcome.STALE, "");
            }
            return Failures.isGone(fault)
                    ? new Result(Outcome.GONE, "")
                    : new Result(Outcome.FAILED, Failures.describe(fault));
        } catch (RuntimeException fault) {
            uncertain = true;
            return new Result(Outcome.FAILED, fault.toString());
        }
    }

    /**
     * Sends nothing more; waits for a while for what was sent.
     *
     * @return whether it is known of each write how it ended
     */
    boolean stop() {
        stopping = true;
        threads.shutdown();
        try {
            boolean idle = threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
            threads.shutdownNow();
            return idle && !uncertain;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
