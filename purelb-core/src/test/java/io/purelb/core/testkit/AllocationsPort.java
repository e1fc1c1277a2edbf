package io.purelb.core.testkit;

import io.purelb.core.Allocations;
import io.purelb.core.Assignment;
import io.purelb.core.Configuration;
import io.purelb.core.Decision;
import io.purelb.core.GroupUsage;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Ledger;
import io.purelb.core.Refusal;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@link Allocations} as the properties see it. */
public final class AllocationsPort implements AllocatorPort {
    private final Allocations allocations = new Allocations();

    @Override
    public void configure(Configuration configuration) {
        allocations.configure(configuration);
    }

    @Override
    public Outcome allocate(ServiceRequest request, Instant created) {
        Decision decision = allocations.put(request, created).get(0);
        return new Outcome(
                decision.held(),
                decision.refusals().stream().map(Refusal::reason).toList(),
                decision.conflicts().stream().map(Refusal::reason).toList());
    }

    @Override
    public void release(ServiceKey service) {
        allocations.remove(service);
    }

    @Override
    public void adopt(ServiceRequest request, Instant created, List<IpAddress> addresses, String allocatedFrom) {
        allocations.adopt(request, created, addresses, List.of(allocatedFrom));
    }

    @Override
    public Snapshot snapshot() {
        Ledger ledger = allocations.ledger();
        SortedMap<ServiceKey, List<Assignment>> held = new TreeMap<>();
        ledger.services()
                .forEach(service -> held.put(
                        service,
                        ledger.heldBy(service).stream()
                                .sorted(Comparator.comparing(Assignment::address))
                                .toList()));
        TreeSet<ServiceKey> unsettled = new TreeSet<>();
        allocations.unsettled().forEach(decision -> unsettled.add(decision.service()));
        SortedMap<String, SortedMap<IpFamily, Count>> counts = new TreeMap<>();
        for (GroupUsage usage : ledger.usage()) {
            SortedMap<IpFamily, Count> byFamily = new TreeMap<>();
            usage.families()
                    .forEach((family, count) ->
                            byFamily.put(family, new Count(count.size(), count.allocated(), count.available())));
            counts.put(usage.group().name(), byFamily);
        }
        return new Snapshot(held, unsettled, counts);
    }
}
