package io.purelb.k8s.setup;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;

/** Something that shall be so in the cluster. Its {@code toString} names the object that it is about. */
public interface Duty {
    /**
     * Looks whether it is so, and sees to it. Blocks for some requests.
     *
     * @return what only somebody else can put right, each a sentence with object, fault and remedy; empty when all is so
     * @throws KubernetesClientException when the API server does not answer or refuses
     */
    List<String> fulfil();
}
