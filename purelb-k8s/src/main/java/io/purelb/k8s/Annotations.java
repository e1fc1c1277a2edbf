package io.purelb.k8s;

import io.purelb.core.IpFamily;

/** Keys of the annotations on Services, and the other names by which Kubernetes objects refer to PureLB. */
public final class Annotations {
    /** Wanted by the user: name of the service group. */
    public static final String SERVICE_GROUP = "purelb.io/service-group";
    /** Wanted by the user: addresses, separated by commas, at most one per family. */
    public static final String ADDRESSES = "purelb.io/addresses";
    /** Wanted by the user: the key under which an address may be shared. */
    public static final String SHARING_KEY = "purelb.io/allow-shared-ip";
    /** Wanted by the user: keep {@code externalTrafficPolicy: Local} on a local address. */
    public static final String ALLOW_LOCAL = "purelb.io/allow-local";

    /** Written by the allocator: the address is ours; value {@link #BRAND}. */
    public static final String ALLOCATED_BY = "purelb.io/allocated-by";
    /** Written by the allocator: name of the group. */
    public static final String ALLOCATED_FROM = "purelb.io/allocated-from";

    /** Written by the announcing node: its name. */
    public static final String ANNOUNCING_NODE = "purelb.io/announcing-node";
    /** Written by the announcing node: the interface. */
    public static final String ANNOUNCING_INTERFACE = "purelb.io/announcing-interface";

    /** Value of {@link #ALLOCATED_BY}. */
    public static final String BRAND = "PureLB";
    /** Our {@code spec.loadBalancerClass}. */
    public static final String LOAD_BALANCER_CLASS = "purelb.io/purelb";
    /** Type of the Service condition that says whether it has its addresses. */
    public static final String ALLOCATED_CONDITION = "purelb.io/Allocated";

    private Annotations() {}

    /** Written by the announcing node, per family: {@code node, interface}. */
    public static String announcing(IpFamily family) {
        return "purelb.io/announcing-" + family;
    }
}
