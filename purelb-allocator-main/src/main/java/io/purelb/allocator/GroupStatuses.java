package io.purelb.allocator;

import io.purelb.core.ConfigProblem;
import io.purelb.core.GroupSpec;
import io.purelb.core.GroupUsage;
import io.purelb.core.IpFamily;
import io.purelb.core.Ledger;
import io.purelb.core.PoolSpec;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroupStatus;
import io.purelb.k8s.ServiceGroups;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the status of each ServiceGroup has to say. */
final class GroupStatuses {
    private GroupStatuses() {}

    /**
     * The status of one group.
     *
     * @param usage how full the groups in force are, from {@link Ledger#usage}
     * @param now the time of a transition of the condition
     */
    static ServiceGroupStatus of(ServiceGroupResource group, Ledger ledger, List<GroupUsage> usage, Instant now) {
        GroupSpec spec = ServiceGroups.spec(group);
        List<ConfigProblem> problems = ledger.configuration().problems().stream()
                .filter(problem -> problem.namespace().equals(spec.namespace())
                        && problem.name().equals(spec.name()))
                .toList();
        Optional<GroupUsage> used = usage.stream()
                .filter(candidate -> candidate.group().name().equals(spec.name())
                        && candidate.group().spec().namespace().equals(spec.namespace()))
                .findFirst();
        Long generation = group.getMetadata().getGeneration();
        Optional<GroupUsage.Count> total = used.map(GroupUsage::total);
        return new ServiceGroupStatus(
                generation,
                List.of(ready(group.getStatus(), problems, used.isPresent(), generation, now)),
                spec.pools().stream().map(PoolSpec::pool).map(String::strip).collect(Collectors.joining(",")),
                total.map(count -> count.size().toString()).orElse("0"),
                total.map(count -> count.allocated().toString()).orElse("0"),
                total.map(count -> count.available().toString()).orElse("0"),
                family(used, IpFamily.IPV4),
                family(used, IpFamily.IPV6),
                used.map(GroupUsage::services).orElse(0),
                // Absent rather than 0, so that it shows only where there is something to see.
                used.map(GroupUsage::conflicts).filter(count -> count > 0).orElse(null),
                used.map(candidate -> candidate.group().spec())
                        .filter(inForce -> !inForce.equals(spec))
                        .map(ServiceGroups::text)
                        .orElse(null));
    }

    private static ServiceGroupStatus.@Nullable Family family(Optional<GroupUsage> used, IpFamily family) {
        Map<IpFamily, GroupUsage.Count> counts = used.map(GroupUsage::families).orElse(Map.of());
        GroupUsage.Count count = counts.get(family);
        return count == null
                ? null
                : new ServiceGroupStatus.Family(
                        count.size().toString(),
                        count.allocated().toString(),
                        count.available().toString());
    }

    private static ServiceGroupStatus.Ready ready(
            @Nullable ServiceGroupStatus before,
            List<ConfigProblem> problems,
            boolean inForce,
            @Nullable Long generation,
            Instant now) {
        boolean ready = problems.isEmpty();
        String message = ready
                ? "The group is in use as written."
                : problems.stream().map(ConfigProblem::message).collect(Collectors.joining("; "))
                        + (inForce ? " (its last valid version stays in use)" : "");
        String status = ready ? "True" : "False";
        String since = before == null
                ? now.truncatedTo(ChronoUnit.SECONDS).toString()
                : before.conditions().stream()
                        .filter(old -> old.type().equals(ServiceGroupStatus.READY)
                                && old.status().equals(status))
                        .map(ServiceGroupStatus.Ready::lastTransitionTime)
                        .findFirst()
                        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new ServiceGroupStatus.Ready(
                ServiceGroupStatus.READY, status, ready ? "Valid" : "Invalid", message, since, generation);
    }
}
