package io.purelb.allocator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.purelb.k8s.EventRecorder;
import io.purelb.k8s.setup.Duties;
import io.purelb.process.Log;
import io.purelb.process.LoopThread;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Allocates, for one tenure: on caches that began when the lease was won, by a client that writes while it is held. */
final class Leader implements Role {
    private static final Log LOG = Log.of(Leader.class);
    private static final long ANSWER_SECONDS = 5;

    private final KubernetesClient client;
    private final LoopThread thread;
    private final LoopThread setup = new LoopThread("setup");
    private final Duties duties;
    private final AllocatorLoop loop;
    private final ServiceDesk desk;
    private final WatchedCluster cluster;
    private final ApiWrites writes;
    private final EventRecorder events;

    @Inject
    Leader(
            KubernetesClient client,
            Duties duties,
            LoopThread thread,
            AllocatorLoop loop,
            ServiceDesk desk,
            WatchedCluster cluster,
            ApiWrites writes,
            EventRecorder events) {
        this.client = client;
        this.duties = duties;
        this.thread = thread;
        this.loop = loop;
        this.desk = desk;
        this.cluster = cluster;
        this.writes = writes;
        this.events = events;
    }

    @Override
    public void start() {
        setup.start(duties);
        cluster.watch(service -> loop.look(service, System.nanoTime()), loop::lookAtGroups, thread::wake);
        thread.start(loop);
    }

    @Override
    public boolean ready() {
        return loop.started();
    }

    @Override
    public boolean turns(Duration limit) {
        return thread.turns(limit);
    }

    @Override
    public String state() {
        return ask(() -> DebugState.of(desk.allocations()), "{}\n");
    }

    @Override
    public List<MetricFamilySamples> series() {
        return ask(() -> LedgerSeries.of(desk.allocations(), cluster), List.of());
    }

    @Override
    public boolean stop() {
        thread.close();
        boolean answered = writes.stop();
        setup.close();
        events.close();
        cluster.close();
        client.close();
        // Who ends in the middle of taking over leaves that to the next one.
        return answered && loop.tookOver();
    }

    /** Reads what the loop owns, on its thread; {@code otherwise} when it does not answer in time. */
    private <T> T ask(Supplier<T> question, T otherwise) {
        try {
            return thread.call(question).get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException fault) {
            LOG.warn("the loop did not answer", "error", fault);
            return otherwise;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return otherwise;
        }
    }
}
