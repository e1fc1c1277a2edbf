package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The service groups in force: an immutable value. Every address belongs to at most one group and one pool, because
 * groups that overlap are refused.
 */
public final class Configuration {
    /** No groups at all. */
    public static final Configuration EMPTY = new Configuration(new TreeMap<>(), List.of());

    private static final Comparator<GroupSpec> BY_AGE = Comparator.comparing(GroupSpec::created)
            .thenComparing(GroupSpec::namespace)
            .thenComparing(GroupSpec::name);

    private final SortedMap<String, ServiceGroup> groups;
    private final List<ConfigProblem> problems;
    /** First address of each pool's range → the pool. */
    private final TreeMap<IpAddress, Placed> byFirst = new TreeMap<>();

    private record Placed(AddressPool pool, ServiceGroup group) {}

    private Configuration(SortedMap<String, ServiceGroup> groups, List<ConfigProblem> problems) {
        this.groups = groups;
        this.problems = List.copyOf(problems);
        for (ServiceGroup group : groups.values()) {
            group.pools().forEach(pool -> byFirst.put(pool.range().first(), new Placed(pool, group)));
        }
    }

    /**
     * Validates groups against themselves and each other. A bad group never stops a good one: it is left out, or stays in
     * force as it last was in {@code previous} as long as nothing good overlaps that. Of two groups that overlap or have
     * one name, the older one is good.
     */
    public static Configuration of(Configuration previous, Collection<GroupSpec> specs) {
        Builder builder = new Builder();
        List<GroupSpec> bad = new ArrayList<>();
        for (GroupSpec spec : specs.stream().sorted(BY_AGE).toList()) {
            GroupParser.Result parsed = GroupParser.parse(spec);
            List<ConfigProblem> found = parsed.group().map(builder::conflictsOf).orElse(parsed.problems());
            if (found.isEmpty()) {
                builder.accept(parsed.group().orElseThrow());
            } else {
                builder.problems.addAll(found);
                bad.add(spec);
            }
        }
        for (GroupSpec spec : bad) {
            previous.group(spec.name())
                    .filter(last -> last.spec().namespace().equals(spec.namespace()))
                    .filter(last -> builder.conflictsOf(last).isEmpty())
                    .ifPresent(builder::accept);
        }
        return new Configuration(builder.groups, builder.problems);
    }

    private static final class Builder {
        private final SortedMap<String, ServiceGroup> groups = new TreeMap<>();
        private final List<ConfigProblem> problems = new ArrayList<>();
        private final TreeMap<IpAddress, Taken> taken = new TreeMap<>();

        private record Taken(AddressRange range, ServiceGroup group) {}

        private void accept(ServiceGroup group) {
            groups.put(group.name(), group);
            group.pools().forEach(pool -> taken.put(pool.range().first(), new Taken(pool.range(), group)));
        }

        /** What is wrong with a group beside those accepted so far. */
        private List<ConfigProblem> conflictsOf(ServiceGroup group) {
            GroupSpec spec = group.spec();
            ServiceGroup namesake = groups.get(group.name());
            if (namesake != null) {
                return List.of(new ConfigProblem(
                        spec.namespace(),
                        spec.name(),
                        "metadata.name",
                        spec.name(),
                        "is also the name of the older ServiceGroup "
                                + namesake.spec().namespace() + "/" + namesake.name()
                                + ": Services ask for groups by name, so rename one"));
            }
            List<ConfigProblem> found = new ArrayList<>();
            for (int i = 0; i < group.pools().size(); i++) {
                AddressRange range = group.pools().get(i).range();
                PoolSpec written = spec.pools().get(i);
                overlapping(range)
                        .ifPresent(other -> found.add(new ConfigProblem(
                                spec.namespace(),
                                spec.name(),
                                written.field() + ".pool",
                                written.pool(),
                                "overlaps " + other.range() + " of the older ServiceGroup "
                                        + other.group().spec().namespace() + "/"
                                        + other.group().name() + ": choose a range outside it")));
            }
            return found;
        }

        private Optional<Taken> overlapping(AddressRange range) {
            // Accepted ranges are disjoint, so the last one that begins at or before our end decides.
            return Optional.ofNullable(taken.floorEntry(range.last()))
                    .map(Map.Entry::getValue)
                    .filter(last -> last.range().overlaps(range));
        }
    }

    /** The groups in force, sorted by name. */
    public Collection<ServiceGroup> groups() {
        return Collections.unmodifiableCollection(groups.values());
    }

    /** What is wrong with the groups that were refused, in order of their age. */
    public List<ConfigProblem> problems() {
        return problems;
    }

    /** The group in force of this name. */
    public Optional<ServiceGroup> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** The group that may hand an address out. */
    public Optional<ServiceGroup> groupOf(IpAddress address) {
        return placed(address).map(Placed::group);
    }

    /** The pool an address lies in. */
    public Optional<AddressPool> poolOf(IpAddress address) {
        return placed(address).map(Placed::pool);
    }

    private Optional<Placed> placed(IpAddress address) {
        return Optional.ofNullable(byFirst.floorEntry(address))
                .map(Map.Entry::getValue)
                .filter(placed -> placed.pool().range().contains(address)
                        && !placed.group().avoids(address));
    }
}
