package io.purelb.core;

/** Which Services may share an address of a group when their sharing keys are equal. */
public enum SharingScope {
    /** Services of all namespaces. */
    CLUSTER,
    /** Only Services of one namespace. */
    NAMESPACE
}
