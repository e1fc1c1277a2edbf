package io.purelb.lab;

import java.nio.file.Path;

/**
 * How a {@link Lab} is run.
 *
 * @param api which API server
 * @param assets directory with etcd and kube-apiserver; used with {@link Api#REAL} only
 * @param manifests directory with {@code crds} and {@code samples}
 * @param state directory of the record by which a later lab removes what a crashed one left
 * @param ownNamespaces whether this process runs in user, mount and network namespaces of its own, so that the user's
 *     shell has to enter them to look further
 */
public record LabSettings(Api api, Path assets, Path manifests, Path state, boolean ownNamespaces) {
    /** The API servers a lab can have. */
    public enum Api {
        /** Our own, in the lab's process. */
        EMBEDDED,
        /** etcd and kube-apiserver. */
        REAL
    }
}
