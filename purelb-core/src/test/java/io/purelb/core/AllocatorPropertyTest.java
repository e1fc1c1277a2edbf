package io.purelb.core;

import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.group;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds after any sequence of commands, on pools small enough to be counted address by address. */
class AllocatorPropertyTest {
    private static final List<Configuration> CONFIGURATIONS = List.of(
            configuration(
                    group("default", "10.0.0.0/30", "10.0.1.2-10.0.1.3", "fd00::/126"), group("other", "10.9.0.0/31")),
            configuration(group("default", "10.0.0.2-10.0.0.5", "fd00::2-fd00::3"), group("other", "10.9.0.0/30")),
            configuration(group("other", "10.0.0.0/31")),
            Configuration.EMPTY);

    /** One thing that happens to a ledger. */
    private sealed interface Command {
        record Ask(ServiceRequest request) implements Command {}

        record Give(ServiceKey service) implements Command {}

        record Configure(int which) implements Command {}
    }

    @Provide
    Arbitrary<List<Command>> commands() {
        Arbitrary<Command> ask = requests().map(Command.Ask::new);
        Arbitrary<Command> give = services().map(Command.Give::new);
        Arbitrary<Command> configure =
                Arbitraries.integers().between(0, CONFIGURATIONS.size() - 1).map(Command.Configure::new);
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, ask),
                        net.jqwik.api.Tuple.of(3, give),
                        net.jqwik.api.Tuple.of(1, configure))
                .list()
                .ofMaxSize(40);
    }

    private static Arbitrary<ServiceKey> services() {
        return Arbitraries.integers().between(0, 9).map(i -> new ServiceKey("ns" + i % 2, "svc" + i));
    }

    /** Key and ports depend on the Service, so that no edit can make two holders conflict. */
    private static Arbitrary<ServiceRequest> requests() {
        return Combinators.combine(
                        services(),
                        Arbitraries.of(
                                List.of(IpFamily.IPV4),
                                List.of(IpFamily.IPV6),
                                List.of(IpFamily.IPV4, IpFamily.IPV6),
                                List.of(IpFamily.IPV6, IpFamily.IPV4)),
                        Arbitraries.of(FamilyPolicy.values()),
                        Arbitraries.of("", "default", "other", "missing"),
                        Arbitraries.of("", "", "10.0.0.1", "10.0.0.3,fd00::2", "10.9.0.1", "9.9.9.9", "nonsense"))
                .as((service, families, policy, group, requested) -> {
                    int i = service.name().charAt(3) - '0';
                    return new ServiceRequest(
                            service,
                            families,
                            policy,
                            group.isEmpty() ? Optional.empty() : Optional.of(group),
                            RequestedAddresses.parse("purelb.io/addresses", requested),
                            i < 4 ? Optional.empty() : Optional.of("key" + i % 2),
                            new TreeSet<>(List.of(new ServicePort("TCP", 80 + i % 3))),
                            i == 9);
                });
    }

    private static Ledger run(List<Command> commands) {
        Ledger ledger = new Ledger();
        ledger.configure(CONFIGURATIONS.get(0));
        commands.forEach(command -> run(ledger, command));
        return ledger;
    }

    private static void run(Ledger ledger, Command command) {
        if (command instanceof Command.Ask ask) {
            ledger.apply(Allocator.decide(ledger, ask.request()).changes());
        } else if (command instanceof Command.Give give) {
            ledger.apply(Allocator.release(ledger, give.service()).changes());
        } else if (command instanceof Command.Configure configure) {
            ledger.configure(CONFIGURATIONS.get(configure.which()));
        }
    }

    /** All that can be seen of a ledger. */
    private static Map<IpAddress, Map<ServiceKey, Claim>> contents(Ledger ledger) {
        Map<IpAddress, Map<ServiceKey, Claim>> contents = new TreeMap<>();
        ledger.addresses().forEach(address -> contents.put(address, new TreeMap<>(ledger.claims(address))));
        return contents;
    }

    @Property
    void everyPortOfAnAddressHasOneOwner(@ForAll("commands") List<Command> commands) {
        Ledger ledger = run(commands);
        assertEquals(List.of(), ledger.conflicts());
        for (IpAddress address : ledger.addresses()) {
            Set<ServicePort> seen = new HashSet<>();
            boolean shared = ledger.claims(address).size() > 1;
            ledger.claims(address).forEach((service, claim) -> {
                assertTrue(!shared || (claim.sharingKey().isPresent() && !claim.localPolicy()), address::toString);
                claim.ports().forEach(port -> assertTrue(seen.add(port), () -> address + " " + port));
            });
        }
    }

    @Property
    void allocatedAndAvailableAddUpToTheSize(@ForAll("commands") List<Command> commands) {
        Ledger ledger = run(commands);
        for (GroupUsage usage : ledger.usage()) {
            usage.families().forEach((family, count) -> {
                long held = ledger.addresses().stream()
                        .filter(address -> address.family() == family
                                && usage.group().poolOf(address).isPresent())
                        .count();
                assertEquals(held, count.allocated().longValueExact());
                assertEquals(usage.group().size(family), count.allocated().add(count.available()));
                assertTrue(count.available().signum() >= 0);
            });
        }
    }

    @Property
    void theLowestFreeAddressIsTheFirstThatNobodyHolds(@ForAll("commands") List<Command> commands) {
        Ledger ledger = run(commands);
        for (ServiceGroup group : ledger.configuration().groups()) {
            for (IpFamily family : IpFamily.values()) {
                Optional<IpAddress> expected = group.pools().stream()
                        .filter(pool -> pool.family() == family)
                        .flatMap(pool -> IntStream.range(0, pool.range().size().intValueExact())
                                .mapToObj(i -> {
                                    IpAddress address = pool.range().first();
                                    for (int step = 0; step < i; step++) {
                                        address = address.next();
                                    }
                                    return address;
                                }))
                        .filter(address -> ledger.claims(address).isEmpty())
                        .findFirst();
                assertEquals(expected, ledger.lowestFree(group.name(), family, new ArrayList<>()));
            }
        }
    }

    @Property
    void releaseUndoesAllocate(@ForAll("commands") List<Command> commands) {
        Ledger ledger = run(commands);
        Map<IpAddress, Map<ServiceKey, Claim>> before = contents(ledger);
        ServiceRequest request = Samples.service("newcomer").build();
        ledger.apply(Allocator.decide(ledger, request).changes());
        ledger.apply(Allocator.release(ledger, request.service()).changes());
        assertEquals(before, contents(ledger));
    }

    @Property
    void decidingTwiceChangesNothing(
            @ForAll("commands") List<Command> commands, @ForAll("request") ServiceRequest request) {
        Ledger ledger = run(commands);
        Map<IpAddress, Map<ServiceKey, Claim>> before = contents(ledger);
        Decision first = Allocator.decide(ledger, request);
        assertEquals(before, contents(ledger));
        ledger.apply(first.changes());
        Decision second = Allocator.decide(ledger, request);
        assertEquals(List.of(), second.changes());
        assertEquals(first.held(), second.held());
        assertEquals(first.refusals(), second.refusals());
    }

    @Provide
    Arbitrary<ServiceRequest> request() {
        return requests();
    }

    @Property
    void refusalsOfANewServiceTakeNothing(
            @ForAll("commands") List<Command> commands, @ForAll("request") ServiceRequest request) {
        Ledger ledger = run(commands);
        ledger.apply(Allocator.release(ledger, request.service()).changes());
        Decision decision = Allocator.decide(ledger, request);
        boolean all = request.policy() == FamilyPolicy.REQUIRE_DUAL_STACK
                && !decision.refusals().isEmpty();
        if (all || decision.refusals().size() >= request.families().size()) {
            assertEquals(List.of(), decision.changes());
        }
    }

    @Property
    void configurationsNeverMoveAHeldAddress(@ForAll("commands") List<Command> commands, @ForAll("which") int which) {
        Ledger ledger = run(commands);
        Map<IpAddress, Map<ServiceKey, Claim>> before = contents(ledger);
        ledger.configure(CONFIGURATIONS.get(which));
        assertEquals(before, contents(ledger));
    }

    @Provide
    Arbitrary<Integer> which() {
        return Arbitraries.integers().between(0, CONFIGURATIONS.size() - 1);
    }

    @Property
    void adoptionDoesNotDependOnItsOrder(@ForAll("commands") List<Command> commands, @ForAll long seed) {
        Ledger ledger = run(commands);
        List<ServiceKey> order = new ArrayList<>(ledger.services());
        Collections.shuffle(order, new java.util.Random(seed));
        Ledger adopted = new Ledger();
        adopted.configure(ledger.configuration());
        for (ServiceKey service : order) {
            List<IpAddress> addresses =
                    ledger.heldBy(service).stream().map(Assignment::address).toList();
            Claim claim = ledger.claims(addresses.get(0)).get(service);
            ServiceRequest request = new ServiceRequest(
                    service,
                    List.of(IpFamily.IPV4),
                    FamilyPolicy.SINGLE_STACK,
                    Optional.empty(),
                    RequestedAddresses.NONE,
                    claim.sharingKey(),
                    claim.ports(),
                    claim.localPolicy());
            adopted.apply(
                    Allocator.adopt(adopted, request, addresses, claim.group()).changes());
        }
        assertEquals(ledger.addresses(), adopted.addresses());
        assertEquals(owners(ledger), owners(adopted));
        assertEquals(List.of(), adopted.conflicts());
    }

    @Property
    void nobodyWaitsForWhatCouldBeHad(@ForAll("commands") List<Command> commands) {
        Allocations allocations = new Allocations();
        allocations.configure(CONFIGURATIONS.get(0));
        Map<ServiceKey, ServiceRequest> asked = new TreeMap<>();
        for (Command command : commands) {
            if (command instanceof Command.Ask ask) {
                allocations.put(ask.request(), Samples.LONG_AGO);
                asked.put(ask.request().service(), ask.request());
            } else if (command instanceof Command.Give give) {
                allocations.remove(give.service());
                asked.remove(give.service());
            } else if (command instanceof Command.Configure configure) {
                allocations.configure(CONFIGURATIONS.get(configure.which()));
            }
            Set<ServiceKey> unsettled = new TreeSet<>();
            asked.values().forEach(request -> {
                Decision again = Allocator.decide(allocations.ledger(), request);
                assertEquals(List.of(), again.changes());
                if (!again.settled()) {
                    unsettled.add(request.service());
                }
            });
            assertEquals(
                    List.copyOf(unsettled),
                    allocations.unsettled().stream().map(Decision::service).toList());
        }
    }

    private static Map<IpAddress, Set<ServiceKey>> owners(Ledger ledger) {
        return ledger.addresses().stream()
                .collect(Collectors.toMap(
                        address -> address, address -> ledger.claims(address).keySet(), (a, b) -> a, TreeMap::new));
    }
}
