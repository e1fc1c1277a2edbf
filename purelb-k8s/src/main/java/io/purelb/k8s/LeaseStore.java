package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Duration;
import java.util.Optional;

/** Where the one Lease is kept: a port, with {@link #of} as its real side. All calls block and throw. */
interface LeaseStore {
    /** The Lease as it is, by a read that no cache answers. */
    Optional<Lease> get();

    /**
     * Creates it.
     *
     * @throws KubernetesClientException 409 when it is there already, or any other failure
     */
    Lease create(Lease lease);

    /**
     * Replaces it.
     *
     * @param lease with the resourceVersion that it must still have
     * @throws KubernetesClientException 409 when it has another one, or any other failure
     */
    Lease update(Lease lease);

    /** The Lease on the API server; each request takes {@code timeout} at most. */
    static LeaseStore of(KubernetesClient client, String namespace, String name, Duration timeout) {
        RequestConfig limits = new RequestConfigBuilder()
                .withRequestTimeout(Math.toIntExact(timeout.toMillis()))
                .withRequestRetryBackoffLimit(0)
                .build();
        NamespacedKubernetesClient limitable = client.adapt(NamespacedKubernetesClient.class);
        return new LeaseStore() {
            @Override
            public Optional<Lease> get() {
                return Optional.ofNullable(limitable
                        .withRequestConfig(limits)
                        .call(limited -> limited.leases()
                                .inNamespace(namespace)
                                .withName(name)
                                .get()));
            }

            @Override
            public Lease create(Lease lease) {
                return limitable
                        .withRequestConfig(limits)
                        .call(limited -> limited.leases()
                                .inNamespace(namespace)
                                .resource(lease)
                                .create());
            }

            @Override
            public Lease update(Lease lease) {
                return limitable
                        .withRequestConfig(limits)
                        .call(limited -> limited.leases()
                                .inNamespace(namespace)
                                .resource(lease)
                                .lockResourceVersion()
                                .update());
            }
        };
    }
}
