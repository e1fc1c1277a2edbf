package io.purelb.allocator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.purelb.core.Allocations;
import io.purelb.core.Configuration;
import io.purelb.k8s.ServiceGroups;
import io.purelb.process.CommonMetrics;
import java.time.Duration;
import java.util.List;

/** Follows what the leader writes, so that it is seen to be able to, and writes nothing. */
final class Standby implements Role {
    private final KubernetesClient client;
    private final WatchedCluster cluster;
    private final CommonMetrics metrics;
    private final boolean defaultAnnouncer;

    /**
     * A standby that is not started.
     *
     * @param client writes nothing; closed by the standby
     */
    Standby(KubernetesClient client, CommonMetrics metrics, boolean defaultAnnouncer) {
        this.client = client;
        this.cluster = new WatchedCluster(client);
        this.metrics = metrics;
        this.defaultAnnouncer = defaultAnnouncer;
    }

    @Override
    public void start() {
        cluster.watch(service -> metrics.updates().inc(), this::look, this::look);
    }

    private void look() {
        if (cluster.synced()) {
            metrics.configLoaded().set(1);
            metrics.configStale().set(configuration().problems().isEmpty() ? 0 : 1);
        }
    }

    private Configuration configuration() {
        return Configuration.of(Configuration.EMPTY, ServiceGroups.standings(cluster.groups()));
    }

    @Override
    public boolean ready() {
        return cluster.synced();
    }

    @Override
    public boolean turns(Duration limit) {
        return true;
    }

    /** What it would begin with if it led from now on. */
    @Override
    public String state() {
        Allocations allocations = new Allocations();
        allocations.load(configuration());
        cluster.services().forEach(service -> ServiceDesk.adopt(allocations, service, defaultAnnouncer));
        return DebugState.of(allocations);
    }

    @Override
    public List<MetricFamilySamples> series() {
        return List.of();
    }

    /** Vouches for nobody: who holds the lease and stands by has won it and not begun to lead. */
    @Override
    public boolean stop() {
        cluster.close();
        client.close();
        return false;
    }
}
