package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.purelb.core.UserText;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.ServiceGroupResource;
import java.util.List;
import java.util.Optional;

/**
 * A kind of object.
 *
 * @param apiVersion group and version
 * @param name such as {@code Service}
 * @param namespace where objects belong that name no namespace; empty for kinds without one
 * @param type the client's class; empty for kinds that play no part
 */
record Kind(String apiVersion, String name, String namespace, Optional<Class<? extends HasMetadata>> type) {
    /** The namespace of PureLB's own objects. */
    private static final String PURELB = "purelb";

    private static final List<Kind> KNOWN = List.of(
            known("v1", "Service", "default", Service.class),
            known("v1", "Node", "", Node.class),
            known("discovery.k8s.io/v1", "EndpointSlice", "default", EndpointSlice.class),
            known("purelb.io/v1", "ServiceGroup", PURELB, ServiceGroupResource.class),
            known("purelb.io/v1", "LBNodeAgent", PURELB, LBNodeAgentResource.class));

    private static Kind known(String apiVersion, String name, String namespace, Class<? extends HasMetadata> type) {
        return new Kind(apiVersion, name, namespace, Optional.of(type));
    }

    /** The namespace of an object that names this one or, empty, none; that of a kind that plays no part is what it names. */
    String namespace(String named) {
        return type.isEmpty() || (!named.isEmpty() && !namespace.isEmpty()) ? named : namespace;
    }

    /** Whether it is one of a class. */
    boolean is(Class<? extends HasMetadata> wanted) {
        return type.equals(Optional.of(wanted));
    }

    /**
     * The kind that an object names.
     *
     * @throws IllegalArgumentException with a sentence when it is one of ours in a wrong version or spelling
     */
    static Kind of(String apiVersion, String name) {
        for (Kind known : KNOWN) {
            if (!known.group().equals(group(apiVersion)) || !known.name.equalsIgnoreCase(name)) {
                continue;
            }
            if (!known.name.equals(name)) {
                throw new IllegalArgumentException("kind " + UserText.quoted(name) + " is written " + known.name);
            }
            if (!known.apiVersion.equals(apiVersion)) {
                throw new IllegalArgumentException("apiVersion " + UserText.quoted(apiVersion) + " of a " + name
                        + " is not supported: this version of PureLB takes " + known.apiVersion);
            }
            return known;
        }
        if (group(apiVersion).equals("purelb.io")) {
            throw new IllegalArgumentException("kind " + UserText.quoted(name) + " of " + UserText.shown(apiVersion)
                    + " does not exist: PureLB has ServiceGroup and LBNodeAgent of purelb.io/v1");
        }
        return new Kind(apiVersion, name, "", Optional.empty());
    }

    private String group() {
        return group(apiVersion);
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
