package io.purelb.core;

import java.time.Instant;

/**
 * A Service as it is found in a cluster.
 *
 * @param request what it asks for
 * @param created when it was created
 * @param shown what it shows already
 */
public record FoundService(ServiceRequest request, Instant created, ShownService shown) {
    /** Namespace and name. */
    public ServiceKey key() {
        return request.service();
    }
}
