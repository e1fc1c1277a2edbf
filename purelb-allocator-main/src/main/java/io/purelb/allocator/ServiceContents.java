package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Assignment;
import io.purelb.core.Configuration;
import io.purelb.core.Decision;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Refusal;
import io.purelb.core.ServiceRequest;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.ServiceWriter;
import io.purelb.k8s.Services;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a Service has to say after a decision. */
final class ServiceContents {
    private ServiceContents() {}

    /** Of a Service that is ours. */
    static ServiceWriter.Content of(ServiceRequest request, Decision decision) {
        Map<String, Optional<String>> annotations = new HashMap<>();
        boolean holds = !decision.held().isEmpty();
        annotations.put(Annotations.ALLOCATED_BY, holds ? Optional.of(Annotations.BRAND) : Optional.empty());
        annotations.put(Annotations.ALLOCATED_FROM, holds ? Optional.of(groups(decision.held())) : Optional.empty());
        return new ServiceWriter.Content(
                annotations,
                Optional.of(decision.held().stream().map(Assignment::address).toList()),
                request.terminating() && !holds ? Optional.empty() : Optional.of(condition(decision)));
    }

    private static String groups(List<Assignment> held) {
        return held.stream().map(Assignment::group).distinct().collect(Collectors.joining(","));
    }

    private static ServiceWriter.Allocated condition(Decision decision) {
        if (decision.settled()) {
            return new ServiceWriter.Allocated(true, "Allocated", "The Service has the addresses it asks for.");
        }
        // True means that nothing is missing, and a takeover relies on that: a conflict shows in the reason.
        List<Refusal> faults = Stream.concat(decision.refusals().stream(), decision.conflicts().stream())
                .distinct()
                .toList();
        return new ServiceWriter.Allocated(
                decision.refusals().isEmpty(),
                faults.get(0).reason().name(),
                faults.stream().map(Refusal::message).collect(Collectors.joining("; ")));
    }

    /**
     * Of a Service that is ours no longer: without our traces. Its ingress is left alone unless it shows an address of
     * ours.
     *
     * @param released what it held until now
     */
    static ServiceWriter.Content withoutTraces(Service service, List<Assignment> released, Configuration groups) {
        Map<String, Optional<String>> annotations = new HashMap<>();
        annotations.put(Annotations.ALLOCATED_BY, Optional.empty());
        annotations.put(Annotations.ALLOCATED_FROM, Optional.empty());
        annotations.put(Annotations.ANNOUNCING_NODE, Optional.empty());
        annotations.put(Annotations.ANNOUNCING_INTERFACE, Optional.empty());
        for (IpFamily family : IpFamily.values()) {
            annotations.put(Annotations.announcing(family), Optional.empty());
        }
        Set<IpAddress> held = released.stream().map(Assignment::address).collect(Collectors.toSet());
        List<IpAddress> shown = Services.ingress(service);
        List<IpAddress> foreign = shown.stream()
                .filter(address -> !held.contains(address))
                .filter(address ->
                        !Services.isBranded(service) || groups.groupOf(address).isEmpty())
                .toList();
        Optional<List<IpAddress>> ingress = foreign.size() == shown.size() ? Optional.empty() : Optional.of(foreign);
        return new ServiceWriter.Content(annotations, ingress, Optional.empty());
    }
}
