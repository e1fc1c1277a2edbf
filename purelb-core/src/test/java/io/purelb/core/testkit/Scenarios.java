package io.purelb.core.testkit;

import io.purelb.core.AddressRange;
import io.purelb.core.Configuration;
import io.purelb.core.FamilyPolicy;
import io.purelb.core.GroupSpec;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.PoolSpec;
import io.purelb.core.RequestedAddresses;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServicePort;
import io.purelb.core.ServiceRequest;
import io.purelb.core.SharingScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * What properties are tried on. The world is small on purpose: ten Services, two groups of a few addresses, two sharing keys
 * and three ports, so that they meet all the time.
 */
public final class Scenarios {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SERVICES = 10;

    private Scenarios() {}

    /** Any address, those with many zeros often; never an IPv4-mapped one, which is an IPv4 address. */
    public static Arbitrary<IpAddress> addresses() {
        Arbitrary<IpAddress> four =
                Arbitraries.longs().between(0, 0xffff_ffffL).map(low -> new IpAddress(IpFamily.IPV4, 0, low));
        Arbitrary<Long> half = Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.of(0L, -1L, 1L),
                Arbitraries.longs().map(n -> n & 0xffff_0000_0000_ffffL));
        Arbitrary<IpAddress> six = Combinators.combine(half, half)
                .as((high, low) -> new IpAddress(IpFamily.IPV6, high, low))
                .filter(address -> !(address.high() == 0 && address.low() >>> 32 == 0xffff));
        return Arbitraries.oneOf(four, six);
    }

    /** Keys of Services in two namespaces. */
    public static Arbitrary<ServiceKey> services() {
        return Arbitraries.integers().between(0, SERVICES - 1).map(i -> new ServiceKey("ns" + i % 2, "svc" + i));
    }

    /** When a Service was created: the order of ages is not that of names, and two are of one age. */
    public static Instant created(ServiceKey service) {
        return BEGINNING.plusSeconds(service.name().hashCode() * 7L % SERVICES);
    }

    /** Whatever a Service may ask for, wrong things too. */
    public static Arbitrary<ServiceRequest> requests() {
        Arbitrary<String> wanted = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.just("")),
                Tuple.of(3, nearby().map(IpAddress::toString)),
                Tuple.of(1, Combinators.combine(nearby(), nearby()).as((one, other) -> one + "," + other)),
                Tuple.of(1, Arbitraries.of("nonsense", "9.9.9.9", "10.0.0.1,")));
        return Combinators.combine(
                        services(),
                        Arbitraries.frequency(
                                Tuple.of(4, List.of(IpFamily.IPV4)),
                                Tuple.of(2, List.of(IpFamily.IPV6)),
                                Tuple.of(2, List.of(IpFamily.IPV4, IpFamily.IPV6)),
                                Tuple.of(2, List.of(IpFamily.IPV6, IpFamily.IPV4)),
                                Tuple.of(1, List.<IpFamily>of())),
                        Arbitraries.of(FamilyPolicy.values()),
                        Arbitraries.of("", "", "default", "other", "missing"),
                        wanted,
                        Arbitraries.of("", "red", "blue"),
                        ports(),
                        Arbitraries.frequency(Tuple.of(4, false), Tuple.of(1, true)))
                .as((service, families, policy, group, requested, key, ports, local) -> new ServiceRequest(
                        service,
                        families,
                        policy,
                        Optional.of(group).filter(text -> !text.isEmpty()),
                        RequestedAddresses.parse("purelb.io/addresses", requested),
                        Optional.of(key).filter(text -> !text.isEmpty()),
                        ports,
                        local));
    }

    private static Arbitrary<SortedSet<ServicePort>> ports() {
        return Combinators.combine(Arbitraries.of("TCP", "UDP"), Arbitraries.of(80, 443))
                .as(ServicePort::new)
                .list()
                .ofMaxSize(2)
                .map(TreeSet::new);
    }

    /** Addresses in or near the groups of {@link #configurations()}. */
    public static Arbitrary<IpAddress> nearby() {
        return Combinators.combine(
                        Arbitraries.of("10.0.0.0", "10.0.0.4", "fd00::", "fd00::4"),
                        Arbitraries.integers().between(0, 5))
                .as((base, offset) -> plus(IpAddress.parse(base), offset));
    }

    static IpAddress plus(IpAddress address, long offset) {
        return new IpAddress(address.family(), address.high(), address.low() + offset);
    }

    /** Up to two groups, {@code default} and {@code other}, of a few addresses; those that overlap are left out. */
    public static Arbitrary<Configuration> configurations() {
        Arbitrary<GroupSpec> usual = groups("default");
        return Combinators.combine(usual.optional(0.9), groups("other").optional(0.6))
                .as((one, other) -> {
                    List<GroupSpec> specs = new ArrayList<>();
                    one.ifPresent(specs::add);
                    other.ifPresent(specs::add);
                    return Configuration.of(Configuration.EMPTY, specs);
                });
    }

    private static Arbitrary<GroupSpec> groups(String name) {
        return Combinators.combine(
                        ranges().list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.of(SharingScope.CLUSTER, SharingScope.CLUSTER, SharingScope.NAMESPACE),
                        Arbitraries.of(List.<String>of(), List.<String>of(), List.of("ns0")),
                        nearby().map(IpAddress::toString).list().ofMaxSize(2))
                .as((ranges, sharing, namespaces, avoid) ->
                        new GroupSpec("purelb", name, BEGINNING, pools(ranges), sharing, namespaces, avoid));
    }

    private static List<PoolSpec> pools(List<AddressRange> ranges) {
        List<AddressRange> disjoint = new ArrayList<>();
        ranges.stream()
                .filter(range -> disjoint.stream().noneMatch(range::overlaps))
                .forEach(disjoint::add);
        return disjoint.stream()
                .map(range -> new PoolSpec(
                        "spec.local.pools",
                        Optional.of(range.family()),
                        range.family() == IpFamily.IPV4 ? "10.0.0.0/8" : "fd00::/8",
                        range.toString(),
                        "default"))
                .toList();
    }

    private static Arbitrary<AddressRange> ranges() {
        return Combinators.combine(nearby(), Arbitraries.integers().between(0, 3))
                .as((first, more) -> new AddressRange(first, plus(first, more)));
    }

    /** What happens to an allocator, from the first configuration on. */
    public static Arbitrary<List<Command>> commands() {
        Arbitrary<Command> allocate =
                requests().map(request -> new Command.Allocate(request, created(request.service())));
        Arbitrary<Command> release = services().map(Command.Release::new);
        Arbitrary<Command> configure = configurations().map(Command.Configure::new);
        Arbitrary<List<Command>> later = Arbitraries.frequencyOf(
                        Tuple.of(9, allocate), Tuple.of(3, release), Tuple.of(1, configure))
                .list()
                .ofMaxSize(40);
        return Combinators.combine(configure, later).as((first, others) -> {
            List<Command> all = new ArrayList<>(List.of(first));
            all.addAll(others);
            return List.copyOf(all);
        });
    }
}
