package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.lab.AccountRights;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rights of both programs, as a table: whoever grants one more says so here. */
final class RightsTest {
    @Test
    void allocatorMayDoThisAndNothingElse() {
        assertEquals(
                List.of(
                        "create events",
                        "create leases.coordination.k8s.io",
                        "get leases.coordination.k8s.io",
                        "list endpointslices.discovery.k8s.io",
                        "list servicegroups.purelb.io",
                        "list services",
                        "patch events",
                        "patch servicegroups/status.purelb.io",
                        "patch services",
                        "patch services/status",
                        "update leases.coordination.k8s.io",
                        "watch endpointslices.discovery.k8s.io",
                        "watch servicegroups.purelb.io",
                        "watch services"),
                List.copyOf(AccountRights.granted(Path.of("../manifests/rbac/allocator.yaml"))));
    }

    @Test
    void agentMayDoThisAndNothingElse() {
        assertEquals(
                List.of(
                        "create events",
                        "get configmaps",
                        "list endpointslices.discovery.k8s.io",
                        "list lbnodeagents.purelb.io",
                        "list nodes",
                        "list servicegroups.purelb.io",
                        "list services",
                        "patch events",
                        "patch services",
                        "watch endpointslices.discovery.k8s.io",
                        "watch lbnodeagents.purelb.io",
                        "watch nodes",
                        "watch servicegroups.purelb.io",
                        "watch services"),
                List.copyOf(AccountRights.granted(Path.of("../manifests/rbac/lbnodeagent.yaml"))));
    }
}
