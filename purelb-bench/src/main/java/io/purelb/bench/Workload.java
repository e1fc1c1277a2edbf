package io.purelb.bench;

import io.purelb.core.Allocator;
import io.purelb.core.Configuration;
import io.purelb.core.Decision;
import io.purelb.core.FamilyPolicy;
import io.purelb.core.GroupSpec;
import io.purelb.core.IpFamily;
import io.purelb.core.Ledger;
import io.purelb.core.RequestedAddresses;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServicePort;
import io.purelb.core.ServiceRequest;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The ledgers and requests that the benchmarks use. */
final class Workload {
    private static final SortedSet<ServicePort> HTTP = new TreeSet<>(List.of(new ServicePort("TCP", 80)));

    private Workload() {}

    /** An empty ledger with one group, {@code default}, of one IPv4 pool that is its own subnet. */
    static Ledger ledger(String pool) {
        Ledger ledger = new Ledger();
        ledger.configure(Configuration.of(Configuration.EMPTY, groups(pool)));
        return ledger;
    }

    static List<GroupSpec> groups(String pool) {
        return List.of(GroupSpec.of("default", pool));
    }

    /** The request of the Service with this number: one IPv4 address of {@code default}. */
    static ServiceRequest request(int number) {
        return new ServiceRequest(
                new ServiceKey("bench", "service-" + number),
                List.of(IpFamily.IPV4),
                FamilyPolicy.SINGLE_STACK,
                Optional.empty(),
                RequestedAddresses.NONE,
                Optional.empty(),
                HTTP,
                false);
    }

    /** Gives the Services from number {@code from} on an address each. */
    static void fill(Ledger ledger, int from, int count) {
        for (int number = from; number < from + count; number++) {
            allocate(ledger, request(number));
        }
    }

    /** A pool of which the Services with even numbers hold every other address, and the rest is free. */
    static Ledger fragmented(int prefixLength) {
        int size = 1 << (32 - prefixLength);
        Ledger ledger = ledger("10.0.0.0/" + prefixLength);
        fill(ledger, 0, size);
        for (int number = 1; number < size; number += 2) {
            release(ledger, request(number).service());
        }
        return ledger;
    }

    static Decision allocate(Ledger ledger, ServiceRequest request) {
        Decision decision = Allocator.decide(ledger, request);
        ledger.apply(decision.changes());
        return decision;
    }

    static void release(Ledger ledger, ServiceKey service) {
        ledger.apply(Allocator.release(ledger, service).changes());
    }
}
