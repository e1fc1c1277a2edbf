package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A group in force stays in force: whatever is created, edited and deleted beside it, and whoever looks at it. */
class GroupsInForcePropertyTest {
    /** A group is written (created or edited), or deleted. */
    private record Step(String name, Optional<String> pool, int age) {}

    @Provide
    Arbitrary<List<Step>> histories() {
        Arbitrary<String> pool = Combinators.combine(
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.integers().between(0, 9))
                .as((first, more) -> "10.0.0." + first + "-10.0.0." + (first + more));
        return Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d", "e"),
                        Arbitraries.oneOf(pool, Arbitraries.just("nonsense")).optional(0.8),
                        Arbitraries.integers().between(0, 9))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(25);
    }

    /** What happened to the objects, and what an allocator that saw every step has in force. */
    private static final class World {
        private final Map<String, GroupSpec> objects = new TreeMap<>();
        private Configuration inForce = Configuration.EMPTY;

        private void take(Step step) {
            if (step.pool().isEmpty()) {
                objects.remove(step.name());
            } else {
                GroupSpec before = objects.get(step.name());
                objects.put(
                        step.name(),
                        Samples.group(
                                step.name(),
                                before == null ? Samples.LONG_AGO.plusSeconds(step.age()) : before.created(),
                                step.pool().get()));
            }
        }

        private void look() {
            inForce = Configuration.of(inForce, objects.values());
        }

        /** What the allocator writes into the statuses. */
        private Map<GroupSpec, Standing> statuses() {
            Map<GroupSpec, Standing> statuses = new HashMap<>();
            for (GroupSpec spec : objects.values()) {
                Optional<GroupSpec> now = inForce.group(spec.name()).map(ServiceGroup::spec);
                statuses.put(
                        spec,
                        now.isEmpty()
                                ? Standing.REFUSED
                                : now.get().equals(spec) ? Standing.IN_FORCE : Standing.kept(now.get()));
            }
            return statuses;
        }
    }

    private static Set<String> names(Configuration configuration) {
        return configuration.groups().stream().map(ServiceGroup::name).collect(Collectors.toSet());
    }

    @Property
    void deletingOrEditingAnyGroupNeverTakesAnotherOutOfForce(@ForAll("histories") List<Step> history) {
        World world = new World();
        for (Step step : history) {
            Set<String> before = names(world.inForce);
            world.take(step);
            world.look();
            if (step.pool().isEmpty()) {
                before.remove(step.name());
            }
            assertTrue(names(world.inForce).containsAll(before), step::toString);
        }
    }

    @Property
    void whoStartsLaterFindsInTheStatusesWhatIsInForce(
            @ForAll("histories") List<Step> history, @ForAll("histories") List<Step> afterwards) {
        World world = new World();
        for (Step step : history) {
            world.take(step);
            world.look();
        }
        Map<GroupSpec, Standing> statuses = world.statuses();
        assertEquals(world.inForce, Configuration.of(Configuration.EMPTY, statuses));

        // While nobody looks groups are deleted, edited (their statuses speak of another text then) and created.
        afterwards.forEach(world::take);
        Map<GroupSpec, Standing> seen = new HashMap<>();
        Set<String> untouched = new HashSet<>();
        for (GroupSpec spec : world.objects.values()) {
            seen.put(spec, statuses.getOrDefault(spec, Standing.UNKNOWN));
            if (statuses.containsKey(spec) && world.inForce.group(spec.name()).isPresent()) {
                untouched.add(spec.name());
            }
        }
        seen.put(Samples.group("new", Samples.LONG_AGO.minusSeconds(1), "10.0.0.0/24"), Standing.UNKNOWN);
        assertTrue(names(Configuration.of(Configuration.EMPTY, seen)).containsAll(untouched));
    }

    @Property
    void whoSawTheChangesInOtherPortionsComesToTheSameByTheStatuses(
            @ForAll("histories") List<Step> history, @ForAll @IntRange(min = 1, max = 9) int portion) {
        World allocator = new World();
        Configuration agent = Configuration.EMPTY;
        for (int i = 0; i < history.size(); i++) {
            allocator.take(history.get(i));
            allocator.look();
            if (i % portion == 0) {
                agent = Configuration.of(agent, allocator.objects.values());
            }
        }
        assertEquals(allocator.inForce, Configuration.of(agent, allocator.statuses()));
    }
}
