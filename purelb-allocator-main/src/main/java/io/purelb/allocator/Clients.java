package io.purelb.allocator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.BooleanSupplier;

/** Opens clients of the one API server. */
interface Clients {
    /**
     * A client that writes only while {@code mayWrite} says so; the caller closes it.
     *
     * @param mayWrite asked before each request that is not a mere read
     */
    KubernetesClient open(BooleanSupplier mayWrite);
}
