package io.purelb.allocator;

import dagger.Module;
import dagger.Provides;
import io.prometheus.client.CollectorRegistry;
import io.purelb.process.CommonMetrics;
import io.purelb.process.Version;
import jakarta.inject.Singleton;
import java.time.Clock;

/** What there is once in a process, whoever leads. */
@Module
final class AllocatorModule {
    private AllocatorModule() {}

    @Provides
    static Clock clock() {
        return Clock.systemUTC();
    }

    @Provides
    @Singleton
    static CollectorRegistry registry() {
        return new CollectorRegistry();
    }

    @Provides
    @Singleton
    static AllocatorMetrics metrics(CollectorRegistry registry) {
        return new AllocatorMetrics(CommonMetrics.register(registry, Version.of(AllocatorMain.class)));
    }
}
