package io.purelb.allocator;

import dagger.BindsInstance;
import dagger.Component;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.process.CommonFlags;
import jakarta.inject.Singleton;

/** The allocator, wired by Dagger at compile time. */
@Singleton
@Component(modules = AllocatorModule.class)
interface AllocatorComponent {
    AllocatorProcess process();

    /** Takes what comes from outside. */
    @Component.Factory
    interface Factory {
        /**
         * Wires the allocator; nothing is started.
         *
         * @param client closed by the process
         * @param defaultAnnouncer whether Services of no class are ours
         */
        AllocatorComponent create(
                @BindsInstance CommonFlags flags,
                @BindsInstance KubernetesClient client,
                @BindsInstance boolean defaultAnnouncer);
    }
}
