package io.purelb.k8s;

import io.purelb.core.GroupSpec;
import io.purelb.core.IpFamily;
import io.purelb.core.PoolSpec;
import io.purelb.core.SharingScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads ServiceGroup objects. */
public final class ServiceGroups {
    private ServiceGroups() {}

    /** The group as core takes it; nothing is validated here. */
    public static GroupSpec spec(ServiceGroupResource resource) {
        ServiceGroupSpec spec = resource.getSpec() == null ? ServiceGroupSpec.empty() : resource.getSpec();
        return new GroupSpec(
                resource.getMetadata().getNamespace(),
                resource.getMetadata().getName(),
                Services.created(resource),
                pools(spec.local()),
                sharing(spec.sharingScope()),
                spec.namespaces(),
                spec.avoid());
    }

    /** A word that the API server would have refused shares with fewer, never with more than was meant. */
    private static SharingScope sharing(@Nullable String written) {
        return written == null || written.equals("Cluster") ? SharingScope.CLUSTER : SharingScope.NAMESPACE;
    }

    private static List<PoolSpec> pools(ServiceGroupSpec.Local local) {
        List<PoolSpec> pools = new ArrayList<>();
        addAll(pools, "spec.local.v4pools", IpFamily.IPV4, local.v4pools());
        if (local.v4pool() != null) {
            pools.add(pool("spec.local.v4pool", IpFamily.IPV4, local.v4pool()));
        }
        addAll(pools, "spec.local.v6pools", IpFamily.IPV6, local.v6pools());
        if (local.v6pool() != null) {
            pools.add(pool("spec.local.v6pool", IpFamily.IPV6, local.v6pool()));
        }
        if (local.pool() != null || local.subnet() != null) {
            pools.add(new PoolSpec(
                    "spec.local",
                    Optional.empty(),
                    local.subnet() == null ? "" : local.subnet(),
                    local.pool() == null ? "" : local.pool(),
                    local.aggregation() == null ? "" : local.aggregation()));
        }
        return pools;
    }

    private static void addAll(
            List<PoolSpec> pools, String field, IpFamily family, List<ServiceGroupSpec.Pool> written) {
        for (int i = 0; i < written.size(); i++) {
            pools.add(pool(field + "[" + i + "]", family, written.get(i)));
        }
    }

    private static PoolSpec pool(String field, IpFamily family, ServiceGroupSpec.Pool pool) {
        return new PoolSpec(field, Optional.of(family), pool.subnet(), pool.pool(), pool.aggregation());
    }
}
