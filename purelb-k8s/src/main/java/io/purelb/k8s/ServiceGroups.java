package io.purelb.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.purelb.core.GroupSpec;
import io.purelb.core.IpFamily;
import io.purelb.core.PoolSpec;
import io.purelb.core.SharingScope;
import io.purelb.core.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads ServiceGroup objects. */
public final class ServiceGroups {
    private ServiceGroups() {}

    /** The group as core takes it; nothing is validated here. */
    public static GroupSpec spec(ServiceGroupResource resource) {
        return spec(resource, resource.getSpec() == null ? ServiceGroupSpec.empty() : resource.getSpec());
    }

    /** Groups with what their statuses say of them, for {@link io.purelb.core.Configuration#of}. */
    public static Map<GroupSpec, Standing> standings(Collection<ServiceGroupResource> groups) {
        return groups.stream().collect(Collectors.toMap(ServiceGroups::spec, ServiceGroups::standing, (a, b) -> a));
    }

    /** What a group's status says of it. */
    public static Standing standing(ServiceGroupResource resource) {
        ServiceGroupStatus status = resource.getStatus();
        Optional<ServiceGroupStatus.Ready> ready = status == null
                ? Optional.empty()
                : status.conditions().stream()
                        .filter(condition -> condition.type().equals(ServiceGroupStatus.READY))
                        .findFirst();
        if (ready.isEmpty()) {
            return Standing.UNKNOWN;
        }
        boolean present = Objects.equals(
                ready.get().observedGeneration(), resource.getMetadata().getGeneration());
        if (ready.get().status().equals("True")) {
            return present ? Standing.IN_FORCE : Standing.IN_FORCE_BEFORE;
        }
        String kept = status.inForce();
        if (kept != null) {
            return kept(resource, kept);
        }
        return present ? Standing.REFUSED : Standing.UNKNOWN;
    }

    private static Standing kept(ServiceGroupResource resource, String text) {
        try {
            return Standing.kept(spec(resource, Api.JSON.readValue(text, ServiceGroupSpec.class)));
        } catch (JsonProcessingException notOurs) {
            return Standing.IN_FORCE_BEFORE;
        }
    }

    /** A group's text as {@link ServiceGroupStatus#inForce} has it. */
    public static String text(GroupSpec spec) {
        List<ServiceGroupSpec.Pool> four = pools(spec, Optional.of(IpFamily.IPV4));
        List<ServiceGroupSpec.Pool> six = pools(spec, Optional.of(IpFamily.IPV6));
        Optional<ServiceGroupSpec.Pool> flat =
                pools(spec, Optional.empty()).stream().findFirst();
        ServiceGroupSpec written = new ServiceGroupSpec(
                new ServiceGroupSpec.Local(
                        four,
                        six,
                        null,
                        null,
                        flat.map(ServiceGroupSpec.Pool::subnet).orElse(null),
                        flat.map(ServiceGroupSpec.Pool::pool).orElse(null),
                        flat.map(ServiceGroupSpec.Pool::aggregation).orElse(null)),
                spec.sharing() == SharingScope.CLUSTER ? "Cluster" : "Namespace",
                spec.namespaces(),
                spec.avoid());
        return Api.JSON.valueToTree(written).toString();
    }

    private static List<ServiceGroupSpec.Pool> pools(GroupSpec spec, Optional<IpFamily> family) {
        return spec.pools().stream()
                .filter(pool -> pool.family().equals(family))
                .map(pool -> new ServiceGroupSpec.Pool(pool.subnet(), pool.pool(), pool.aggregation()))
                .toList();
    }

    private static GroupSpec spec(ServiceGroupResource resource, ServiceGroupSpec spec) {
        List<PoolSpec> pools = pools(spec.local());
        if (pools.isEmpty() && WrittenNames.isExternal(resource)) {
            pools = List.of(PoolSpec.NETBOX);
        }
        return new GroupSpec(
                resource.getMetadata().getNamespace(),
                resource.getMetadata().getName(),
                Services.created(resource),
                pools,
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
