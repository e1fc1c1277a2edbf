package io.purelb.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Short ways to write the values that tests need. */
final class Samples {
    static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    private Samples() {}

    static IpAddress ip(String text) {
        return IpAddress.parse(text);
    }

    /** A group whose pools are their own subnets. */
    static GroupSpec group(String name, String... pools) {
        return group(name, LONG_AGO, pools);
    }

    static GroupSpec group(String name, Instant created, String... pools) {
        List<PoolSpec> specs = new ArrayList<>();
        for (int i = 0; i < pools.length; i++) {
            boolean six = pools[i].contains(":");
            String subnet = pools[i].contains("/") ? pools[i] : six ? "::/0" : "0.0.0.0/0";
            specs.add(new PoolSpec(
                    "spec.local." + (six ? "v6pools[" : "v4pools[") + i + "]",
                    Optional.of(six ? IpFamily.IPV6 : IpFamily.IPV4),
                    subnet,
                    pools[i],
                    "default"));
        }
        return new GroupSpec("purelb", name, created, specs, SharingScope.CLUSTER, List.of(), List.of());
    }

    static Configuration configuration(GroupSpec... specs) {
        return Configuration.of(Configuration.EMPTY, List.of(specs));
    }

    static Ledger ledger(GroupSpec... specs) {
        Ledger ledger = new Ledger();
        ledger.configure(configuration(specs));
        return ledger;
    }

    static RequestBuilder service(String name) {
        return new RequestBuilder(new ServiceKey("test", name));
    }

    /** Decides and applies. */
    static Decision decide(Ledger ledger, RequestBuilder request) {
        Decision decision = Allocator.decide(ledger, request.build());
        ledger.apply(decision.changes());
        return decision;
    }

    static List<String> addresses(Decision decision) {
        return decision.held().stream().map(held -> held.address().toString()).toList();
    }

    static List<Reason> reasons(Decision decision) {
        return decision.refusals().stream().map(Refusal::reason).toList();
    }

    /** A request for one IPv4 address of the default group on TCP port 80, unless told otherwise. */
    static final class RequestBuilder {
        private final ServiceKey service;
        private List<IpFamily> families = List.of(IpFamily.IPV4);
        private FamilyPolicy policy = FamilyPolicy.SINGLE_STACK;
        private Optional<String> group = Optional.empty();
        private RequestedAddresses requested = RequestedAddresses.NONE;
        private Optional<String> key = Optional.empty();
        private TreeSet<ServicePort> ports = new TreeSet<>(List.of(new ServicePort("TCP", 80)));
        private boolean local;

        private RequestBuilder(ServiceKey service) {
            this.service = service;
        }

        RequestBuilder families(FamilyPolicy wanted, IpFamily... list) {
            policy = wanted;
            families = List.of(list);
            return this;
        }

        RequestBuilder group(String name) {
            group = Optional.of(name);
            return this;
        }

        RequestBuilder asking(String addresses) {
            requested = RequestedAddresses.parse("purelb.io/addresses", addresses);
            return this;
        }

        RequestBuilder key(String sharingKey) {
            key = Optional.of(sharingKey);
            return this;
        }

        RequestBuilder ports(int... tcp) {
            ports = new TreeSet<>();
            Arrays.stream(tcp).forEach(port -> ports.add(new ServicePort("TCP", port)));
            return this;
        }

        RequestBuilder local() {
            local = true;
            return this;
        }

        ServiceRequest build() {
            return new ServiceRequest(service, families, policy, group, requested, key, ports, local);
        }
    }
}
