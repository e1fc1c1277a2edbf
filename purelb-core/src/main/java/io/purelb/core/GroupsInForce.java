package io.purelb.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Chooses which groups are in force. Being in force goes before age: first come the groups as their statuses say they are,
 * then the others as they last were, then edits, and new groups at the end.
 */
final class GroupsInForce {
    private static final Comparator<GroupSpec> BY_AGE = Comparator.comparing(GroupSpec::created)
            .thenComparing(GroupSpec::namespace)
            .thenComparing(GroupSpec::name);

    private final SortedMap<String, ServiceGroup> groups = new TreeMap<>();
    /** First address of each range in force → the range. No two overlap. */
    private final TreeMap<IpAddress, Taken> taken = new TreeMap<>();

    private final List<RefusedGroup> refused = new ArrayList<>();

    private record Taken(AddressRange range, ServiceGroup group) {}

    /** A group on its way into force. */
    private record Entrant(GroupParser.Result text, Standing standing, Optional<ServiceGroup> last) {
        private GroupSpec spec() {
            return text.spec();
        }

        /** In force as it is written, as its status says. */
        private boolean stands() {
            return standing.equals(Standing.IN_FORCE);
        }

        private boolean wasInForce() {
            return last.isPresent() || stands() || standing.equals(Standing.IN_FORCE_BEFORE);
        }
    }

    /**
     * Makes the choice.
     *
     * @param previous the groups that were in force until now
     * @param specs all groups with what their statuses say, which goes before {@code previous}
     */
    GroupsInForce(Configuration previous, Map<GroupSpec, Standing> specs) {
        List<Entrant> open = new ArrayList<>(specs.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(BY_AGE))
                .map(entry -> new Entrant(
                        GroupParser.parse(entry.getKey()),
                        entry.getValue(),
                        last(previous, entry.getKey(), entry.getValue())))
                .toList());
        open.removeIf(entrant -> entrant.stands() && replace(entrant));
        open.stream().filter(entrant -> entrant.standing().kept().isPresent()).forEach(this::keep);
        open.stream().filter(entrant -> entrant.standing().kept().isEmpty()).forEach(this::keep);
        // One edit may wait for the range that another one gives up.
        boolean changed = true;
        while (changed) {
            changed = open.removeIf(entrant -> entrant.wasInForce() && replace(entrant));
        }
        open.removeIf(entrant -> !entrant.wasInForce() && replace(entrant));
        open.forEach(entrant -> refused.add(new RefusedGroup(
                entrant.spec(), entrant.text().ranges(), entrant.text().avoid(), problems(entrant.text()))));
    }

    /** As a group was until now; not what an earlier group of that name was. */
    private static Optional<ServiceGroup> last(Configuration previous, GroupSpec spec, Standing standing) {
        if (standing.kept().isPresent()) {
            return GroupParser.parse(standing.kept().get()).group();
        }
        return previous.group(spec.name())
                .filter(last -> last.spec().namespace().equals(spec.namespace())
                        && last.spec().created().equals(spec.created()))
                .filter(last -> !standing.equals(Standing.REFUSED));
    }

    private void keep(Entrant entrant) {
        entrant.last().filter(last -> conflicts(last).isEmpty()).ifPresent(this::accept);
    }

    /** Puts a group in force as it is written now, if that can be. */
    private boolean replace(Entrant entrant) {
        if (!problems(entrant.text()).isEmpty()) {
            return false;
        }
        Optional.ofNullable(groups.get(entrant.spec().name()))
                .ifPresent(before ->
                        before.pools().forEach(pool -> taken.remove(pool.range().first())));
        accept(entrant.text().group().orElseThrow());
        return true;
    }

    private void accept(ServiceGroup group) {
        groups.put(group.name(), group);
        group.pools().forEach(pool -> taken.put(pool.range().first(), new Taken(pool.range(), group)));
    }

    private List<ConfigProblem> problems(GroupParser.Result text) {
        return text.group().map(this::conflicts).orElse(text.problems());
    }

    /** What is wrong with a group beside the others in force. */
    private List<ConfigProblem> conflicts(ServiceGroup group) {
        GroupSpec spec = group.spec();
        Optional<GroupSpec> namesake = Optional.ofNullable(groups.get(group.name()))
                .map(ServiceGroup::spec)
                .filter(other -> !other.namespace().equals(spec.namespace()));
        if (namesake.isPresent()) {
            return List.of(new ConfigProblem(
                    spec.namespace(),
                    spec.name(),
                    "metadata.name",
                    spec.name(),
                    "is also the name of " + named(namesake.get(), spec)
                            + ": Services ask for groups by name, so rename one"));
        }
        List<ConfigProblem> found = new ArrayList<>();
        for (int i = 0; i < group.pools().size(); i++) {
            PoolSpec written = spec.pools().get(i);
            overlapping(group.pools().get(i).range(), spec)
                    .ifPresent(other -> found.add(new ConfigProblem(
                            spec.namespace(),
                            spec.name(),
                            written.field() + ".pool",
                            written.pool(),
                            "overlaps " + other.range() + " of "
                                    + named(other.group().spec(), spec) + ": choose a range outside it")));
        }
        return found;
    }

    /** A younger group can be in the way, because it is in force already. */
    private static String named(GroupSpec other, GroupSpec spec) {
        String name = "ServiceGroup " + other.namespace() + "/" + other.name();
        return BY_AGE.compare(other, spec) < 0 ? "the older " + name : name + ", which is in force";
    }

    /** The last range that a range has in common with another group. */
    private Optional<Taken> overlapping(AddressRange range, GroupSpec spec) {
        return taken.headMap(range.last(), true).descendingMap().values().stream()
                .takeWhile(other -> other.range().overlaps(range))
                .filter(other -> !other.group().name().equals(spec.name()))
                .findFirst();
    }

    SortedMap<String, ServiceGroup> groups() {
        return groups;
    }

    List<RefusedGroup> refused() {
        return refused;
    }
}
