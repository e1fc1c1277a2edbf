package io.purelb.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.purelb.core.AddressPlan;
import io.purelb.core.ConfigProblem;
import io.purelb.core.GroupSpec;
import io.purelb.core.GroupUsage;
import io.purelb.core.IpFamily;
import io.purelb.core.Ledger;
import io.purelb.core.Refusal;
import io.purelb.core.ServiceKey;
import io.purelb.core.Simulation;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code simulate -o json} prints: the steps, and the cluster as it is after them. */
record SimulationReport(List<SimulationFile.Step> steps, List<ServiceState> services, List<GroupState> groups) {
    record Address(String ip, String group, List<String> sharedWith) {}

    record RefusalState(String reason, String message) {}

    record Announcement(
            String ip,
            String node,
            @JsonProperty("interface") String networkInterface,
            int prefix,
            String mode) {}

    record ServiceState(
            String namespace,
            String name,
            List<Address> addresses,
            @Nullable RefusalState refusal,
            List<Announcement> announcements) {}

    record Count(String size, String allocated, String available) {
        static final Count NONE = new Count("0", "0", "0");

        static Count of(GroupUsage.Count count) {
            return new Count(
                    count.size().toString(),
                    count.allocated().toString(),
                    count.available().toString());
        }
    }

    record GroupState(String namespace, String name, boolean ready, String message, Count v4, Count v6) {}

    static SimulationReport of(SimulationFile run) {
        Simulation simulation = run.simulation();
        return new SimulationReport(
                run.steps(),
                simulation.services().stream()
                        .map(service -> service(simulation, service))
                        .toList(),
                groups(simulation));
    }

    private static ServiceState service(Simulation simulation, ServiceKey service) {
        Ledger ledger = simulation.allocations().ledger();
        List<Address> addresses = simulation.allocations().held(service).stream()
                .map(held -> new Address(
                        held.address().toString(),
                        held.group(),
                        ledger.claims(held.address()).keySet().stream()
                                .filter(other -> !other.equals(service))
                                .map(ServiceKey::toString)
                                .toList()))
                .toList();
        List<Announcement> announcements = ledger.heldBy(service).stream()
                .map(held -> held.address())
                .sorted()
                .flatMap(address -> simulation.announcements(address).stream())
                .map(place -> new Announcement(
                        place.address().toString(),
                        place.node(),
                        place.placement().interfaceName(),
                        place.placement().address().prefixLength(),
                        place.scope() == AddressPlan.Scope.LOCAL ? "local" : "virtual"))
                .toList();
        Optional<Refusal> refusal =
                simulation.allocations().refusals(service).stream().findFirst();
        return new ServiceState(
                service.namespace(),
                service.name(),
                addresses,
                refusal.map(why -> new RefusalState(why.reason().name(), why.message()))
                        .orElse(null),
                announcements);
    }

    private static List<GroupState> groups(Simulation simulation) {
        List<GroupUsage> usage = simulation.allocations().ledger().usage();
        return simulation.groups().stream()
                .map(spec -> group(spec, usage, simulation.problems()))
                .toList();
    }

    private static GroupState group(GroupSpec spec, List<GroupUsage> usage, List<ConfigProblem> problems) {
        Optional<GroupUsage> mine = usage.stream()
                .filter(used -> used.group().name().equals(spec.name())
                        && used.group().spec().namespace().equals(spec.namespace()))
                .findFirst();
        List<String> faults = problems.stream()
                .filter(problem -> problem.namespace().equals(spec.namespace())
                        && problem.name().equals(spec.name()))
                .map(ConfigProblem::message)
                .toList();
        return new GroupState(
                spec.namespace(),
                spec.name(),
                faults.isEmpty(),
                String.join("; ", faults),
                count(mine, IpFamily.IPV4),
                count(mine, IpFamily.IPV6));
    }

    private static Count count(Optional<GroupUsage> usage, IpFamily family) {
        return usage.map(used -> used.families().get(family)).map(Count::of).orElse(Count.NONE);
    }
}
