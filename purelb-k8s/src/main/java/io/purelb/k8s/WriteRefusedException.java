package io.purelb.k8s;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** A write was not sent, because this process does not hold the lease (any more). */
public final class WriteRefusedException extends KubernetesClientException {
    private static final long serialVersionUID = 1L;

    WriteRefusedException() {
        super("this process does not hold the lease");
    }
}
