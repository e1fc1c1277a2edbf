package io.purelb.core.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.Assignment;
import io.purelb.core.FamilyPolicy;
import io.purelb.core.IpAddress;
import io.purelb.core.Reason;
import io.purelb.core.RequestedAddresses;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What holds of an allocator after any sequence of commands. Extend it with a class that returns yours and run that with
 * JUnit; a failure prints the shortest sequence found and the seed to repeat it. An allocator with rules of its own
 * overrides the properties that are not meant to hold, without {@code @Property}.
 */
public abstract class AllocatorProperties {
    /** A new allocator: no groups, no Services. */
    protected abstract AllocatorPort allocator();

    @Provide
    protected Arbitrary<List<Command>> commands() {
        return Scenarios.commands();
    }

    @Provide
    protected Arbitrary<ServiceRequest> requests() {
        return Scenarios.requests();
    }

    @Provide
    protected Arbitrary<Command.Configure> configurations() {
        return Scenarios.configurations().map(Command.Configure::new);
    }

    @Provide
    protected Arbitrary<List<IpAddress>> nearby() {
        return Scenarios.nearby().list().ofMinSize(1).ofMaxSize(6);
    }

    private AllocatorPort after(List<Command> commands) {
        AllocatorPort allocator = allocator();
        commands.forEach(command -> command.run(allocator));
        return allocator;
    }

    /** The last request of every Service that exists after these commands. */
    private static Map<ServiceKey, ServiceRequest> asked(List<Command> commands) {
        Map<ServiceKey, ServiceRequest> asked = new TreeMap<>();
        for (Command command : commands) {
            if (command instanceof Command.Allocate allocate) {
                asked.put(allocate.request().service(), allocate.request());
            } else if (command instanceof Command.Release release) {
                asked.remove(release.service());
            }
        }
        return asked;
    }

    private static boolean mayShare(ServiceRequest one, ServiceRequest other) {
        return one.sharingKey().isPresent()
                && one.sharingKey().equals(other.sharingKey())
                && !one.localPolicy()
                && !other.localPolicy()
                && Collections.disjoint((Collection<?>) one.ports(), other.ports());
    }

    /** Those who hold each address. */
    private static Map<IpAddress, Set<ServiceKey>> holders(AllocatorPort.Snapshot snapshot) {
        Map<IpAddress, Set<ServiceKey>> holders = new HashMap<>();
        snapshot.held()
                .forEach((service, assignments) -> assignments.forEach(
                        assignment -> holders.computeIfAbsent(assignment.address(), a -> new TreeSet<>())
                                .add(service)));
        return holders;
    }

    /** Only an edit of who holds an address already can bring two into conflict there, and both are told then. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    public void everyPortOfAnAddressHasOneOwner(@ForAll("commands") List<Command> commands) {
        AllocatorPort.Snapshot snapshot = after(commands).snapshot();
        Map<ServiceKey, ServiceRequest> asked = asked(commands);
        holders(snapshot).forEach((address, services) -> {
            for (ServiceKey one : services) {
                for (ServiceKey other : services) {
                    assertTrue(
                            one.equals(other)
                                    || mayShare(asked.get(one), asked.get(other))
                                    || snapshot.unsettled().containsAll(Set.of(one, other)),
                            () -> address + " of " + one + " and " + other);
                }
            }
        });
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void noAddressIsGivenToAServiceThatMayNotHaveIt(@ForAll("commands") List<Command> commands) {
        AllocatorPort allocator = allocator();
        for (int i = 0; i < commands.size(); i++) {
            Map<IpAddress, Set<ServiceKey>> before = holders(allocator.snapshot());
            commands.get(i).run(allocator);
            Map<ServiceKey, ServiceRequest> asked = asked(commands.subList(0, i + 1));
            holders(allocator.snapshot()).forEach((address, services) -> {
                Set<ServiceKey> newcomers = new TreeSet<>(services);
                newcomers.removeAll(before.getOrDefault(address, Set.of()));
                for (ServiceKey newcomer : newcomers) {
                    services.stream()
                            .filter(other -> !other.equals(newcomer))
                            .forEach(other -> assertTrue(
                                    mayShare(asked.get(newcomer), asked.get(other)),
                                    () -> address + " of " + other + " given to " + newcomer));
                }
            });
        }
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void heldAndFreeAddUpToTheSizeAndNoneIsNegative(@ForAll("commands") List<Command> commands) {
        AllocatorPort.Snapshot snapshot = after(commands).snapshot();
        BigInteger counted = BigInteger.ZERO;
        for (Map<?, AllocatorPort.Count> families : snapshot.counts().values()) {
            for (AllocatorPort.Count count : families.values()) {
                assertEquals(count.size(), count.allocated().add(count.available()));
                assertTrue(count.allocated().signum() >= 0 && count.available().signum() >= 0, count::toString);
                counted = counted.add(count.allocated());
            }
        }
        int held = holders(snapshot).size();
        assertTrue(counted.intValueExact() <= held, counted + " counted, " + held + " held");
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void releaseUndoesAllocate(
            @ForAll("commands") List<Command> commands, @ForAll("requests") ServiceRequest request) {
        AllocatorPort allocator = after(commands);
        AllocatorPort.Snapshot before = allocator.snapshot();
        ServiceRequest newcomer = unshared(new ServiceKey("ns0", "newcomer"), request);
        allocator.allocate(newcomer, Scenarios.created(newcomer.service()));
        allocator.release(newcomer.service());
        assertEquals(before, allocator.snapshot());
    }

    private static ServiceRequest unshared(ServiceKey service, ServiceRequest request) {
        return new ServiceRequest(
                service,
                request.families(),
                request.policy(),
                request.group(),
                request.requested(),
                Optional.empty(),
                request.ports(),
                request.localPolicy());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void askingTheSameAgainChangesNothing(@ForAll("commands") List<Command> commands) {
        AllocatorPort allocator = after(commands);
        AllocatorPort.Snapshot before = allocator.snapshot();
        asked(commands).values().forEach(request -> allocator.allocate(request, Scenarios.created(request.service())));
        assertEquals(before, allocator.snapshot());
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void aRefusedNewcomerTakesNothing(
            @ForAll("commands") List<Command> commands, @ForAll("requests") ServiceRequest request) {
        AllocatorPort allocator = after(commands);
        allocator.release(request.service());
        AllocatorPort.Snapshot before = allocator.snapshot();
        AllocatorPort.Outcome outcome = allocator.allocate(request, Scenarios.created(request.service()));
        boolean refused = !outcome.refusals().isEmpty()
                && (request.policy() == FamilyPolicy.REQUIRE_DUAL_STACK
                        || outcome.refusals().size() >= request.families().size());
        if (refused) {
            assertEquals(List.of(), outcome.held());
            assertEquals(before.held(), allocator.snapshot().held());
            assertEquals(before.counts(), allocator.snapshot().counts());
        }
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void otherGroupsNeverTakeOrMoveTheAddressOfAContentService(
            @ForAll("commands") List<Command> commands, @ForAll("configurations") Command.Configure configure) {
        AllocatorPort allocator = after(commands);
        AllocatorPort.Snapshot before = allocator.snapshot();
        configure.run(allocator);
        AllocatorPort.Snapshot after = allocator.snapshot();
        before.held().forEach((service, assignments) -> {
            if (!before.unsettled().contains(service)) {
                assertEquals(assignments, after.held().get(service));
            }
            assertTrue(after.held().containsKey(service), service::toString);
        });
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void adoptionInAnyOrderGivesTheSame(
            @ForAll("commands") List<Command> commands,
            @ForAll("nearby") List<IpAddress> strays,
            @ForAll("configurations") Command.Configure configure,
            @ForAll long seed) {
        AllocatorPort.Snapshot before = after(commands).snapshot();
        Map<ServiceKey, ServiceRequest> asked = asked(commands);
        Map<ServiceKey, List<IpAddress>> found = new TreeMap<>();
        int i = 0;
        for (ServiceKey service : asked.keySet()) {
            List<Assignment> has = before.held().getOrDefault(service, List.of());
            List<IpAddress> addresses = has.isEmpty()
                    ? List.of(strays.get(i++ % strays.size()))
                    : has.stream().map(Assignment::address).toList();
            found.put(service, addresses);
        }
        List<ServiceKey> shuffled = new ArrayList<>(found.keySet());
        Collections.shuffle(shuffled, new Random(seed));
        AllocatorPort.Snapshot one = adopted(List.copyOf(found.keySet()), found, asked, configure);
        AllocatorPort.Snapshot other = adopted(shuffled, found, asked, configure);
        assertEquals(one, other);
        found.forEach((service, addresses) -> assertEquals(
                Set.copyOf(addresses),
                Set.copyOf(one.held().getOrDefault(service, List.of()).stream()
                        .map(Assignment::address)
                        .toList())));
    }

    private AllocatorPort.Snapshot adopted(
            List<ServiceKey> order,
            Map<ServiceKey, List<IpAddress>> found,
            Map<ServiceKey, ServiceRequest> asked,
            Command.Configure configure) {
        AllocatorPort allocator = allocator();
        configure.run(allocator);
        for (ServiceKey service : order) {
            allocator.adopt(asked.get(service), Scenarios.created(service), found.get(service), "earlier");
        }
        return allocator.snapshot();
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    public void whoWaitsIsServedWhenSpaceAppears(@ForAll("commands") List<Command> commands) {
        AllocatorPort allocator = after(commands);
        for (IpAddress address : holders(allocator.snapshot()).keySet()) {
            ServiceKey waiting = new ServiceKey("ns0", "waiting");
            ServiceRequest request = unshared(waiting, wish(address));
            AllocatorPort.Outcome outcome = allocator.allocate(request, Scenarios.created(waiting));
            if (outcome.refusals().equals(List.of(Reason.IN_USE))) {
                List.copyOf(holders(allocator.snapshot()).get(address)).forEach(allocator::release);
                Set<ServiceKey> served = holders(allocator.snapshot()).getOrDefault(address, Set.of());
                assertTrue(!served.isEmpty(), () -> address + " is free while " + waiting + " waits for it");
            }
            allocator.release(waiting);
        }
    }

    private static ServiceRequest wish(IpAddress address) {
        return new ServiceRequest(
                new ServiceKey("ns0", "waiting"),
                List.of(address.family()),
                FamilyPolicy.SINGLE_STACK,
                Optional.empty(),
                RequestedAddresses.parse("purelb.io/addresses", address.toString()),
                Optional.empty(),
                new TreeSet<>(),
                false);
    }

    /** Every address, every reason of a refusal, every count, after every command. */
    @Property(edgeCases = EdgeCasesMode.NONE)
    public void decidesAsTheModelDoes(@ForAll("commands") List<Command> commands) {
        AllocatorPort allocator = allocator();
        AllocatorPort model = new ModelAllocator();
        for (int i = 0; i < commands.size(); i++) {
            int number = i + 1;
            Command command = commands.get(i);
            if (command instanceof Command.Allocate allocate) {
                assertEquals(
                        model.allocate(allocate.request(), allocate.created()),
                        allocator.allocate(allocate.request(), allocate.created()),
                        () -> "outcome of command " + number);
            } else {
                command.run(model);
                command.run(allocator);
            }
            assertEquals(model.snapshot(), allocator.snapshot(), () -> "state after command " + number);
        }
    }
}
