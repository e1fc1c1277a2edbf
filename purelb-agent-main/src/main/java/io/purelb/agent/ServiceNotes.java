package io.purelb.agent;

import io.purelb.core.ServiceKey;
import java.util.Map;
import java.util.Optional;

/** Writes to Services in the API server, later and with retries; never blocks the caller. */
interface ServiceNotes {
    /**
     * Sets annotations of a Service, or removes those that are empty; does nothing when someone else writes them first.
     *
     * @param before the announcements as they were when this was decided
     */
    void annotate(ServiceKey service, Map<String, String> before, Map<String, Optional<String>> annotations);

    /** Sets {@code externalTrafficPolicy} to Cluster. */
    void useClusterPolicy(ServiceKey service);

    /** Records an event about a Service; {@code warning} for one that someone should look at. */
    void event(ServiceKey service, boolean warning, String reason, String message);
}
