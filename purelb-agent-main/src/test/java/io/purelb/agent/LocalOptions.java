package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.AgentSettings;

/** Settings with other options of local addresses. */
final class LocalOptions {
    private LocalOptions() {}

    static AgentSettings of(AgentSettings settings, AddressOptions local) {
        return new AgentSettings(
                settings.localInterface(),
                settings.defaultRoutes(),
                settings.virtualInterface(),
                settings.sendGarp(),
                settings.garpCount(),
                settings.garpInterval(),
                settings.probe(),
                local,
                settings.virtual());
    }
}
