package io.purelb.allocator;

import dagger.Module;
import dagger.Provides;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.EventRecorder;
import io.purelb.k8s.KeyQueue;
import io.purelb.k8s.Patches;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Tenure;
import io.purelb.process.LoopThread;
import jakarta.inject.Singleton;
import java.time.Clock;

/** How the parts of the leader are put together. */
@Module
final class LeaderModule {
    private LeaderModule() {}

    @Provides
    @Singleton
    static LoopThread thread() {
        return new LoopThread("allocator");
    }

    @Provides
    @Singleton
    static WatchedCluster cluster(KubernetesClient client) {
        return new WatchedCluster(client);
    }

    @Provides
    @Singleton
    static ApiWrites writes(KubernetesClient client, Clock clock) {
        Patches patches = new Patches(client);
        return new ApiWrites(new ServiceWriter(patches, clock), patches);
    }

    @Provides
    @Singleton
    static EventRecorder events(KubernetesClient client, Clock clock) {
        return new EventRecorder(client, EventReasons.ALLOCATOR, "", clock);
    }

    @Provides
    @Singleton
    static Reports reports(EventRecorder events, AllocatorMetrics metrics) {
        return new Reports(events, metrics);
    }

    @Provides
    @Singleton
    static ServiceDesk desk(WatchedCluster cluster, Reports reports, boolean defaultAnnouncer) {
        return new ServiceDesk(cluster, reports, defaultAnnouncer);
    }

    @Provides
    @Singleton
    static Takeover takeover(
            WatchedCluster cluster, ApiWrites writes, LoopThread thread, Tenure tenure, boolean defaultAnnouncer) {
        return new Takeover(cluster, writes, thread::wake, !tenure.isAfterCleanEnd(), tenure.name(), defaultAnnouncer);
    }

    @Provides
    @Singleton
    static AllocatorLoop loop(
            WatchedCluster cluster,
            ApiWrites writes,
            LoopThread thread,
            Takeover takeover,
            ServiceDesk desk,
            Reports reports,
            AllocatorMetrics metrics,
            Clock clock) {
        return new AllocatorLoop(
                cluster, writes, new KeyQueue<>(thread::wake), takeover, desk, thread::wake, reports, metrics, clock);
    }
}
