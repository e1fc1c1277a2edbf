package io.purelb.allocator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.GaugeMetricFamily;
import io.purelb.k8s.Api;
import io.purelb.k8s.Failures;
import io.purelb.k8s.LeaderLease;
import io.purelb.k8s.LeaseTimes;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.Tenure;
import io.purelb.process.CommonFlags;
import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import io.purelb.process.LoopThread;
import io.purelb.process.MonitoringServer;
import io.purelb.process.Version;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The running allocator: asks the lease what it is, leader or standby, and is that until the lease says otherwise. */
final class AllocatorProcess implements AutoCloseable {
    private static final Log LOG = Log.of(AllocatorProcess.class);
    private static final String LEASE = "purelb-allocator";
    private static final Duration HANGS_AFTER = Duration.ofSeconds(30);
    private static final Duration LONGEST_CHANGE = Duration.ofMinutes(2);
    private static final long STOP_SECONDS = 3;

    private final CommonFlags flags;
    private final SetupFlags setup;
    private final Clients clients;
    /** For the lease. */
    private final KubernetesClient client;

    private final CollectorRegistry registry;
    private final AllocatorMetrics metrics;
    private final Clock clock;
    private final boolean defaultAnnouncer;
    private final LeaderLease lease;
    private final LoopThread leaseThread = new LoopThread("lease");
    /** Where one role takes the place of another: that may take seconds, in which the lease has to be renewed. */
    private final ExecutorService changes = Executors.newSingleThreadExecutor(task -> EssentialThread.of("role", task));

    private volatile Optional<Tenure> tenure = Optional.empty();
    private volatile Optional<Role> role = Optional.empty();
    /** Stays true when the API server goes away later. */
    private volatile boolean wasReady;

    private Optional<MonitoringServer> monitoring = Optional.empty();

    @Inject
    AllocatorProcess(
            CommonFlags flags,
            SetupFlags setup,
            LeaseTimes times,
            Clients clients,
            CollectorRegistry registry,
            AllocatorMetrics metrics,
            Clock clock,
            boolean defaultAnnouncer) {
        this.flags = flags;
        this.setup = setup;
        this.clients = clients;
        this.client = clients.open(() -> true);
        this.registry = registry;
        this.metrics = metrics;
        this.clock = clock;
        this.defaultAnnouncer = defaultAnnouncer;
        this.lease = new LeaderLease(
                client,
                flags.namespace(),
                LEASE,
                times,
                Objects.requireNonNullElse(System.getenv("PURELB_POD_UID"), ""),
                this::inUse,
                new Roles());
    }

    /** Opens the port and begins to ask for the lease; returns at once, also while the API server is away. */
    void start() {
        MonitoringServer server =
                MonitoringServer.start(Optional.empty(), flags.port(), registry, new AllocatorHealth());
        monitoring = Optional.of(server);
        new RoleSeries().register(registry);
        LOG.info(
                "starting",
                "version",
                Version.of(AllocatorProcess.class),
                "server",
                client.getMasterUrl(),
                "port",
                server.port());
        leaseThread.start(lease);
    }

    /** Whether a leader was here before: it would have written the statuses of the groups. */
    private boolean inUse() {
        try {
            return client.resources(ServiceGroupResource.class).inAnyNamespace().list().getItems().stream()
                    .anyMatch(group -> group.getStatus() != null);
        } catch (KubernetesClientException fault) {
            if (Failures.isGone(fault)) {
                return false; // not even the kind is there
            }
            throw fault;
        }
    }

    private final class Roles implements LeaderLease.Listener {
        @Override
        public void leads(Tenure won) {
            tenure = Optional.of(won);
            changes.execute(() -> become(() -> leader(won)));
        }

        @Override
        public void follows() {
            tenure = Optional.empty();
            changes.execute(
                    () -> become(() -> new Standby(clients.open(() -> false), metrics.common(), defaultAnnouncer)));
        }
    }

    private Leader leader(Tenure won) {
        KubernetesClient writing = clients.open(won::isValid);
        return DaggerLeaderComponent.factory()
                .create(
                        writing,
                        setup.duties(Api.of(writing), flags.namespace()),
                        won,
                        metrics,
                        clock,
                        defaultAnnouncer)
                .leader();
    }

    private void become(Supplier<Role> next) {
        EssentialThread.within(LONGEST_CHANGE);
        role.ifPresent(Role::stop);
        // Should the next one not come about, this one must not vouch for its tenure.
        role = Optional.empty();
        metrics.common().queueDepth().set(0);
        Role begun = next.get();
        role = Optional.of(begun);
        begun.start();
        EssentialThread.idle();
    }

    @Override
    public void close() {
        monitoring.ifPresent(MonitoringServer::close);
        leaseThread.close();
        changes.execute(() -> {
            if (role.map(Role::stop).orElse(false)) {
                lease.release();
            }
        });
        changes.shutdown();
        try {
            if (!changes.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a write is not answered, so the lease is left to expire");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        client.close();
        LOG.info("stopped");
    }

    private final class AllocatorHealth implements MonitoringServer.Health {
        @Override
        public boolean alive() {
            return leaseThread.turns(HANGS_AFTER)
                    && role.map(current -> current.turns(HANGS_AFTER)).orElse(true);
        }

        @Override
        public Optional<String> notReady() {
            wasReady |= role.map(Role::ready).orElse(false);
            return wasReady ? Optional.empty() : Optional.of("waiting for the lists of services and servicegroups");
        }

        @Override
        public String state() {
            return role.map(Role::state).orElse("{}\n");
        }
    }

    private final class RoleSeries extends Collector {
        @Override
        public List<MetricFamilySamples> collect() {
            List<MetricFamilySamples> series =
                    new ArrayList<>(role.map(Role::series).orElse(List.of()));
            series.add(new GaugeMetricFamily(
                    AllocatorMetrics.LEADER,
                    "1 while this process holds the lease, and with that the right to write.",
                    tenure.filter(Tenure::isValid).isPresent() ? 1 : 0));
            return series;
        }
    }
}
