package io.purelb.allocator;

import dagger.BindsInstance;
import dagger.Component;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.k8s.Tenure;
import io.purelb.k8s.setup.Duties;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What leads, wired by Dagger at compile time: made anew for each tenure. */
@Singleton
@Component(modules = LeaderModule.class)
interface LeaderComponent {
    Leader leader();

    /** Takes what comes from outside. */
    @Component.Factory
    interface Factory {
        /**
         * Wires a leader; nothing is started.
         *
         * @param client writes only while {@code tenure} is valid; closed by the leader
         * @param duties seen to by {@code client}
         * @param defaultAnnouncer whether Services of no class are ours
         */
        LeaderComponent create(
                @BindsInstance KubernetesClient client,
                @BindsInstance Duties duties,
                @BindsInstance Tenure tenure,
                @BindsInstance AllocatorMetrics metrics,
                @BindsInstance Clock clock,
                @BindsInstance boolean defaultAnnouncer);
    }
}
