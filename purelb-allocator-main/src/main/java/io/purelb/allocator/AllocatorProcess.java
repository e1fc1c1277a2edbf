package io.purelb.allocator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.purelb.k8s.EventRecorder;
import io.purelb.process.CommonFlags;
import io.purelb.process.Log;
import io.purelb.process.LoopThread;
import io.purelb.process.MonitoringServer;
import io.purelb.process.Version;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The running allocator: what is started, in which order, and stopped in the reverse one. */
final class AllocatorProcess implements AutoCloseable {
    private static final Log LOG = Log.of(AllocatorProcess.class);
    private static final Duration HANGS_AFTER = Duration.ofSeconds(30);
    private static final long ANSWER_SECONDS = 5;

    private final CommonFlags flags;
    private final KubernetesClient client;
    private final LoopThread thread;
    private final AllocatorLoop loop;
    private final ServiceDesk desk;
    private final WatchedCluster cluster;
    private final ApiWrites writes;
    private final EventRecorder events;
    private final CollectorRegistry registry;
    private Optional<MonitoringServer> monitoring = Optional.empty();

    @Inject
    AllocatorProcess(
            CommonFlags flags,
            KubernetesClient client,
            LoopThread thread,
            AllocatorLoop loop,
            ServiceDesk desk,
            WatchedCluster cluster,
            ApiWrites writes,
            EventRecorder events,
            CollectorRegistry registry) {
        this.flags = flags;
        this.client = client;
        this.thread = thread;
        this.loop = loop;
        this.desk = desk;
        this.cluster = cluster;
        this.writes = writes;
        this.events = events;
        this.registry = registry;
    }

    /** Opens the port and begins to watch; returns at once, also while the API server is away. */
    void start() {
        MonitoringServer server =
                MonitoringServer.start(Optional.empty(), flags.port(), registry, new AllocatorHealth());
        monitoring = Optional.of(server);
        new LedgerCollector().register(registry);
        LOG.info(
                "starting",
                "version",
                Version.of(AllocatorProcess.class),
                "server",
                client.getMasterUrl(),
                "port",
                server.port());
        cluster.watch(loop::look, loop::lookAtGroups, thread::wake);
        thread.start(loop);
    }

    @Override
    public void close() {
        monitoring.ifPresent(MonitoringServer::close);
        thread.close();
        writes.close();
        events.close();
        cluster.close();
        client.close();
        LOG.info("stopped");
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

    private final class AllocatorHealth implements MonitoringServer.Health {
        @Override
        public boolean alive() {
            return thread.turns(HANGS_AFTER);
        }

        @Override
        public Optional<String> notReady() {
            return loop.started()
                    ? Optional.empty()
                    : Optional.of("waiting for the lists of services and servicegroups");
        }

        @Override
        public String state() {
            return ask(() -> DebugState.of(desk.allocations()), "{}\n");
        }
    }

    private final class LedgerCollector extends Collector {
        @Override
        public List<MetricFamilySamples> collect() {
            return ask(() -> LedgerSeries.of(desk.allocations(), cluster), List.of());
        }
    }
}
