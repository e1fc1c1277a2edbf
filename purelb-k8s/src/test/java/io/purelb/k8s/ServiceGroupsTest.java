package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.Configuration;
import io.purelb.core.GroupSpec;
import io.purelb.core.IpFamily;
import io.purelb.core.PoolSpec;
import io.purelb.core.SharingScope;
import io.purelb.core.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServiceGroupsTest {
    private static GroupSpec read(String spec) {
        return ServiceGroups.spec(Serialization.unmarshal(
                "---\n{apiVersion: purelb.io/v1, kind: ServiceGroup, metadata: {namespace: purelb, name: g,"
                        + " creationTimestamp: '2026-01-01T00:00:00Z'}, spec: " + spec + "}",
                ServiceGroupResource.class));
    }

    @Test
    void poolsComeInTheirWrittenOrderWithTheirFields() {
        GroupSpec group = read("{local: {v6pools: [{subnet: 'fd00::/64', pool: 'fd00::/64'}],"
                + " v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.1, aggregation: /32},"
                + " {subnet: 10.0.1.0/24, pool: 10.0.1.0/24}]}}");
        assertEquals(
                List.of(
                        new PoolSpec(
                                "spec.local.v4pools[0]", Optional.of(IpFamily.IPV4), "10.0.0.0/24", "10.0.0.1", "/32"),
                        new PoolSpec(
                                "spec.local.v4pools[1]",
                                Optional.of(IpFamily.IPV4),
                                "10.0.1.0/24",
                                "10.0.1.0/24",
                                "default"),
                        new PoolSpec(
                                "spec.local.v6pools[0]",
                                Optional.of(IpFamily.IPV6),
                                "fd00::/64",
                                "fd00::/64",
                                "default")),
                group.pools());
        assertEquals(Instant.parse("2026-01-01T00:00:00Z"), group.created());
    }

    @Test
    void olderFormsAreValidGroups() {
        for (String local : List.of(
                "{v4pool: {subnet: 10.0.0.0/24, pool: 10.0.0.1-10.0.0.9, aggregation: default}}",
                "{subnet: 10.0.0.0/24, pool: 10.0.0.1 - 10.0.0.9, aggregation: default}")) {
            Configuration configuration =
                    Configuration.of(Configuration.EMPTY, List.of(read("{local: " + local + "}")));
            assertEquals(List.of(), configuration.problems());
            assertEquals(
                    "9",
                    configuration.group("g").orElseThrow().size(IpFamily.IPV4).toString());
        }
    }

    @Test
    void additionsAreRead() {
        GroupSpec group = read("{sharingScope: Namespace, namespaces: [a], avoid: [10.0.0.1],"
                + " local: {v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.0/24}]}, unknown: field}");
        assertEquals(SharingScope.NAMESPACE, group.sharing());
        assertEquals(List.of("a"), group.namespaces());
        assertEquals(List.of("10.0.0.1"), group.avoid());
    }

    @Test
    void groupWithoutSpecIsAProblemNotAnException() {
        for (String spec : List.of("null", "{}", "{local: {}}", "{local: {v4pools: [{}]}}")) {
            assertEquals(
                    1,
                    Configuration.of(Configuration.EMPTY, List.of(read(spec)))
                            .problems()
                            .size(),
                    spec);
        }
    }

    private static ServiceGroupResource written(int generation, String spec, String status) {
        return Serialization.unmarshal(
                "---\n{apiVersion: purelb.io/v1, kind: ServiceGroup, metadata: {namespace: purelb, name: g, generation: "
                        + generation + "}, spec: " + spec + ", status: " + status + "}",
                ServiceGroupResource.class);
    }

    private static String ready(String status, int generation) {
        return "conditions: [{type: Ready, status: '" + status + "', reason: r, message: m,"
                + " lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: " + generation + "}]";
    }

    @Test
    void theStatusTellsWhatIsInForce() {
        String pool = "{local: {v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.1}]}}";
        assertEquals(Standing.UNKNOWN, ServiceGroups.standing(written(1, pool, "{}")));
        assertEquals(Standing.IN_FORCE, ServiceGroups.standing(written(2, pool, "{" + ready("True", 2) + "}")));
        assertEquals(Standing.IN_FORCE_BEFORE, ServiceGroups.standing(written(3, pool, "{" + ready("True", 2) + "}")));
        assertEquals(Standing.REFUSED, ServiceGroups.standing(written(2, pool, "{" + ready("False", 2) + "}")));
        assertEquals(Standing.UNKNOWN, ServiceGroups.standing(written(3, pool, "{" + ready("False", 2) + "}")));
    }

    @Test
    void theTextThatStaysInForceIsReadBackFromTheStatus() {
        for (String local : List.of(
                "{v4pools: [{subnet: 10.0.0.0/24, pool: 10.0.0.1-10.0.0.9, aggregation: /32}],"
                        + " v6pools: [{subnet: 'fd00::/64', pool: 'fd00::/64'}]}",
                "{subnet: 10.0.0.0/24, pool: 10.0.0.1 - 10.0.0.9}")) {
            GroupSpec good = ServiceGroups.spec(written(
                    1, "{local: " + local + ", avoid: [10.0.0.3], namespaces: [a], sharingScope: Namespace}", "{}"));
            ServiceGroupResource bad = written(2, "{local: {}}", "{" + ready("False", 2) + "}");
            String text = ServiceGroups.text(good);
            bad.setStatus(new ServiceGroupStatus(
                    2L, bad.getStatus().conditions(), null, null, null, null, null, null, null, null, text));
            GroupSpec kept = ServiceGroups.standing(bad).kept().orElseThrow();
            assertEquals(good.pools().size(), kept.pools().size());
            assertEquals(text, ServiceGroups.text(kept));
            assertEquals(good.avoid(), kept.avoid());
            assertEquals(good.namespaces(), kept.namespaces());
            assertEquals(good.sharing(), kept.sharing());
        }
    }
}
