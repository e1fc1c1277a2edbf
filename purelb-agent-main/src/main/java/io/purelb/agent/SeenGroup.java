package io.purelb.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.purelb.core.GroupSpec;
import io.purelb.core.Standing;
import io.purelb.k8s.Resources;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;

/**
 * What of a ServiceGroup an agent keeps; the counts in its status change all the time and are none of it.
 *
 * @param standing whether the allocator has it in force
 * @param uid tells it from earlier groups of that name
 */
record SeenGroup(GroupSpec spec, Standing standing, String uid) {
    static SeenGroup of(JsonNode group) {
        ServiceGroupResource resource = Resources.serviceGroup(group);
        return new SeenGroup(
                ServiceGroups.spec(resource),
                ServiceGroups.standing(resource),
                resource.getMetadata().getUid());
    }

    /** The object by name, for an event about it. */
    ServiceGroupResource resource() {
        ServiceGroupResource resource = new ServiceGroupResource();
        resource.setMetadata(new ObjectMetaBuilder()
                .withNamespace(spec.namespace())
                .withName(spec.name())
                .withUid(uid)
                .build());
        return resource;
    }
}
