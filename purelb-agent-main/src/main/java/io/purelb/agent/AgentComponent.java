package io.purelb.agent;

import dagger.BindsInstance;
import dagger.Component;
import io.purelb.k8s.Api;
import io.purelb.process.CommonMetrics;
import jakarta.inject.Singleton;

/** The agent, wired. */
@Singleton
@Component(modules = AgentModule.class)
interface AgentComponent {
    Agent agent();

    SettingsReport settingsReport();

    CommonMetrics metrics();

    @Component.Factory
    interface Factory {
        AgentComponent create(@BindsInstance AgentFlags flags, @BindsInstance Api api);
    }
}
