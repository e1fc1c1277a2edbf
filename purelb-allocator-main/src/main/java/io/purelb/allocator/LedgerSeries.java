package io.purelb.allocator;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import io.purelb.core.Allocations;
import io.purelb.core.Decision;
import io.purelb.core.GroupUsage;
import io.purelb.core.IpAddress;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The series that show the ledger as it is at the moment of a scrape. */
final class LedgerSeries {
    private LedgerSeries() {}

    /** All of them, in a fixed order; to be called by the thread that owns the ledger. */
    static List<Collector.MetricFamilySamples> of(Allocations allocations, Cluster cluster) {
        Ledger ledger = allocations.ledger();
        List<Collector.MetricFamilySamples> all = new ArrayList<>(pools(ledger));
        all.add(allocated(ledger));
        GaugeMetricFamily ready = new GaugeMetricFamily(
                AllocatorMetrics.ENDPOINTS_READY,
                "Number of ready pods behind a Service that has an address.",
                List.of("namespace", "service"));
        for (ServiceKey key : ledger.services()) {
            ready.addMetric(List.of(key.namespace(), key.name()), cluster.readyEndpoints(key));
        }
        all.add(ready);
        GaugeMetricFamily pending = new GaugeMetricFamily(
                AllocatorMetrics.PENDING,
                "1 for each Service that did not get all the addresses it asks for.",
                List.of("namespace", "service", "reason"));
        for (Decision decision : allocations.unsettled()) {
            ServiceKey key = decision.service();
            decision.refusals().stream()
                    .findFirst()
                    .ifPresent(refusal -> pending.addMetric(
                            List.of(
                                    key.namespace(),
                                    key.name(),
                                    refusal.reason().name()),
                            1));
        }
        all.add(pending);
        all.add(orphaned(ledger));
        all.add(conflicts(ledger));
        return all;
    }

    private static List<Collector.MetricFamilySamples> pools(Ledger ledger) {
        GaugeMetricFamily size =
                new GaugeMetricFamily(AllocatorMetrics.POOL_SIZE, "Number of addresses in the pool", List.of("pool"));
        GaugeMetricFamily inUse = new GaugeMetricFamily(
                AllocatorMetrics.POOL_IN_USE, "Number of addresses allocated from the pool", List.of("pool"));
        List<String> labels = List.of("pool", "family");
        GaugeMetricFamily familySize = new GaugeMetricFamily(
                AllocatorMetrics.POOL_FAMILY_SIZE, "Number of addresses of one family in the pool", labels);
        GaugeMetricFamily familyInUse = new GaugeMetricFamily(
                AllocatorMetrics.POOL_FAMILY_IN_USE,
                "Number of addresses of one family allocated from the pool",
                labels);
        for (GroupUsage usage : ledger.usage()) {
            String pool = usage.group().name();
            GroupUsage.Count total = usage.total();
            size.addMetric(List.of(pool), number(total.size()));
            inUse.addMetric(List.of(pool), number(total.allocated()));
            usage.families().forEach((family, count) -> {
                familySize.addMetric(List.of(pool, family.toString()), number(count.size()));
                familyInUse.addMetric(List.of(pool, family.toString()), number(count.allocated()));
            });
        }
        return List.of(size, inUse, familySize, familyInUse);
    }

    private static double number(BigInteger exact) {
        return exact.doubleValue();
    }

    private static GaugeMetricFamily allocated(Ledger ledger) {
        GaugeMetricFamily allocated = new GaugeMetricFamily(
                AllocatorMetrics.ALLOCATED,
                "1 for each address of each Service.",
                List.of("namespace", "service", "ip", "pool", "family"));
        for (ServiceKey key : ledger.services()) {
            ledger.heldBy(key)
                    .forEach(held -> allocated.addMetric(
                            List.of(
                                    key.namespace(),
                                    key.name(),
                                    held.address().toString(),
                                    held.group(),
                                    held.address().family().toString()),
                            1));
        }
        return allocated;
    }

    private static GaugeMetricFamily conflicts(Ledger ledger) {
        GaugeMetricFamily conflicts = new GaugeMetricFamily(
                AllocatorMetrics.CONFLICT,
                "1 for each Service that holds an address together with another and may not share it.",
                List.of("namespace", "service", "ip", "reason"));
        for (Ledger.Conflict conflict : ledger.conflicts()) {
            conflicts.addMetric(
                    List.of(
                            conflict.service().namespace(),
                            conflict.service().name(),
                            conflict.address().toString(),
                            conflict.refusal().reason().name()),
                    1);
        }
        return conflicts;
    }

    private static GaugeMetricFamily orphaned(Ledger ledger) {
        Map<String, Integer> counts = new TreeMap<>();
        ledger.configuration().groups().forEach(group -> counts.put(group.name(), 0));
        for (IpAddress address : ledger.orphans()) {
            ledger.claims(address).values().stream()
                    .findFirst()
                    .ifPresent(claim -> counts.merge(claim.group(), 1, Integer::sum));
        }
        GaugeMetricFamily orphaned = new GaugeMetricFamily(
                AllocatorMetrics.ORPHANED,
                "Number of addresses that Services hold and no service group has any more.",
                List.of("pool"));
        counts.forEach((pool, count) -> orphaned.addMetric(List.of(pool), count));
        return orphaned;
    }
}
