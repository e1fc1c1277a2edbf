package io.purelb.allocator;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import io.purelb.core.Reason;
import io.purelb.process.CommonMetrics;

/** The allocator's counters, and the names of all its series; those of the ledger come from {@link LedgerSeries}. */
final class AllocatorMetrics {
    static final String POOL_SIZE = "purelb_address_pool_size";
    static final String POOL_IN_USE = "purelb_address_pool_addresses_in_use";
    static final String POOL_FAMILY_SIZE = "purelb_address_pool_family_size";
    static final String POOL_FAMILY_IN_USE = "purelb_address_pool_family_in_use";
    static final String ALLOCATED = "purelb_address_allocated";
    static final String ENDPOINTS_READY = "purelb_service_endpoints_ready";
    static final String PENDING = "purelb_service_pending";
    static final String ORPHANED = "purelb_address_orphaned";
    static final String CONFLICT = "purelb_address_conflict";
    static final String LEADER = "purelb_allocator_leader_bool";
    static final String ALLOCATIONS = "purelb_allocations_total";
    static final String REJECTED = "purelb_address_pool_allocation_rejected_total";
    static final String ALLOCATION_SECONDS = "purelb_allocation_seconds";

    private final CommonMetrics common;
    private final Counter allocations;
    private final Counter rejected;
    private final Histogram seconds;

    AllocatorMetrics(CommonMetrics common) {
        this.common = common;
        CollectorRegistry registry = common.registry();
        allocations = Counter.build(ALLOCATIONS, "Number of addresses given to Services.")
                .labelNames("pool")
                .register(registry);
        rejected = Counter.build(REJECTED, "Number of requests for an address that were refused.")
                .labelNames("pool", "reason")
                .register(registry);
        seconds = Histogram.build(ALLOCATION_SECONDS, "Time from seeing a Service to having written its addresses.")
                .buckets(.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30)
                .register(registry);
    }

    CommonMetrics common() {
        return common;
    }

    void allocated(String pool) {
        allocations.labels(pool).inc();
    }

    void rejected(String pool, Reason reason) {
        rejected.labels(pool, reason.name()).inc();
    }

    void took(double elapsedSeconds) {
        seconds.observe(elapsedSeconds);
    }
}
