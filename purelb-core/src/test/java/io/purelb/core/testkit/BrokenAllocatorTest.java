package io.purelb.core.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import net.jqwik.api.Example;

/** The properties can fail: each of these allocators has one fault, and the property that is about it finds it. */
class BrokenAllocatorTest {
    /** A model with a fault. */
    private abstract static class Broken implements AllocatorPort {
        final AllocatorPort sound = new ModelAllocator();

        @Override
        public void configure(Configuration configuration) {
            sound.configure(configuration);
        }

        @Override
        public Outcome allocate(ServiceRequest request, Instant created) {
            return sound.allocate(request, created);
        }

        @Override
        public void release(ServiceKey service) {
            sound.release(service);
        }

        @Override
        public void adopt(ServiceRequest request, Instant created, List<IpAddress> addresses, String allocatedFrom) {
            sound.adopt(request, created, addresses, allocatedFrom);
        }

        @Override
        public Snapshot snapshot() {
            return sound.snapshot();
        }
    }

    /** Gives the address of some other Service to every third one that asks. */
    private static final class GivesTwice extends Broken {
        private int asked;

        @Override
        public Outcome allocate(ServiceRequest request, Instant created) {
            Optional<IpAddress> taken = snapshot().held().values().stream()
                    .flatMap(held -> held.stream().map(assignment -> assignment.address()))
                    .findFirst();
            if (++asked % 3 == 0 && taken.isPresent()) {
                sound.adopt(request, created, List.of(taken.get()), "default");
            }
            return sound.allocate(request, created);
        }
    }

    /** Keeps what a deleted Service had. */
    private static final class Leaks extends Broken {
        @Override
        public void release(ServiceKey service) {}
    }

    /** Begins anew when the groups change. */
    private static final class Forgets extends Broken {
        private final List<ServiceRequest> requests = new ArrayList<>();

        @Override
        public Outcome allocate(ServiceRequest request, Instant created) {
            requests.removeIf(other -> other.service().equals(request.service()));
            requests.add(request);
            return super.allocate(request, created);
        }

        @Override
        public void configure(Configuration configuration) {
            requests.forEach(request -> sound.release(request.service()));
            sound.configure(configuration);
            for (int i = requests.size() - 1; i >= 0; i--) {
                sound.allocate(
                        requests.get(i), Scenarios.created(requests.get(i).service()));
            }
        }
    }

    /** Takes over only what nobody else was found to have. */
    private static final class FirstComeFirstAdopted extends Broken {
        @Override
        public void adopt(ServiceRequest request, Instant created, List<IpAddress> addresses, String allocatedFrom) {
            TreeSet<IpAddress> taken = new TreeSet<>();
            snapshot().held().values().forEach(held -> held.forEach(assignment -> taken.add(assignment.address())));
            if (addresses.stream().noneMatch(taken::contains)) {
                sound.adopt(request, created, addresses, allocatedFrom);
            }
        }
    }

    private static boolean isCaught(
            Supplier<AllocatorPort> broken, BiConsumer<AllocatorProperties, List<Command>> property) {
        AllocatorProperties properties = new AllocatorProperties() {
            @Override
            protected AllocatorPort allocator() {
                return broken.get();
            }
        };
        return Scenarios.commands().sampleStream().limit(1000).anyMatch(commands -> {
            try {
                property.accept(properties, commands);
                return false;
            } catch (AssertionError caught) {
                return true;
            }
        });
    }

    @Example
    void anAddressGivenTwiceIsCaught() {
        assertTrue(isCaught(GivesTwice::new, AllocatorProperties::noAddressIsGivenToAServiceThatMayNotHaveIt));
    }

    @Example
    void anAddressThatIsNotGivenBackIsCaught() {
        assertTrue(isCaught(
                Leaks::new,
                (properties, commands) -> properties.releaseUndoesAllocate(
                        commands, Scenarios.requests().sample())));
    }

    @Example
    void addressesThatMoveWithTheGroupsAreCaught() {
        assertTrue(isCaught(
                Forgets::new,
                (properties, commands) -> properties.otherGroupsNeverTakeOrMoveTheAddressOfAContentService(
                        commands,
                        new Command.Configure(Scenarios.configurations().sample()))));
    }

    @Example
    void adoptionThatDependsOnItsOrderIsCaught() {
        assertTrue(isCaught(
                FirstComeFirstAdopted::new,
                (properties, commands) -> properties.adoptionInAnyOrderGivesTheSame(
                        commands,
                        Scenarios.nearby().list().ofSize(2).sample(),
                        new Command.Configure(Scenarios.configurations().sample()),
                        1)));
    }

    @Example
    void anyDifferenceFromTheModelIsCaught() {
        assertTrue(isCaught(GivesTwice::new, AllocatorProperties::decidesAsTheModelDoes));
        assertTrue(isCaught(Leaks::new, AllocatorProperties::decidesAsTheModelDoes));
        assertTrue(isCaught(Forgets::new, AllocatorProperties::decidesAsTheModelDoes));
    }
}
