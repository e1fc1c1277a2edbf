package io.purelb.agent;

import dagger.BindsInstance;
import dagger.Component;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.inject.Singleton;

/** The agent, wired. */
@Singleton
@Component(modules = AgentModule.class)
interface AgentComponent {
    Agent agent();

    SettingsReport settingsReport();

    @Component.Factory
    interface Factory {
        AgentComponent create(@BindsInstance AgentFlags flags, @BindsInstance KubernetesClient client);
    }
}
