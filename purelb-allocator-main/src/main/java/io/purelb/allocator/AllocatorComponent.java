package io.purelb.allocator;

import dagger.BindsInstance;
import dagger.Component;
import io.purelb.k8s.LeaseTimes;
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
         * @param defaultAnnouncer whether Services of no class are ours
         */
        AllocatorComponent create(
                @BindsInstance CommonFlags flags,
                @BindsInstance SetupFlags setup,
                @BindsInstance LeaseTimes times,
                @BindsInstance Clients clients,
                @BindsInstance boolean defaultAnnouncer);
    }
}
