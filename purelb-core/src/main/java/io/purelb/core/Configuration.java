package io.purelb.core;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The service groups in force: an immutable value. Every address belongs to at most one group and one pool, because
 * groups that overlap are refused.
 */
public final class Configuration {
    /** No groups at all. */
    public static final Configuration EMPTY = new Configuration(new TreeMap<>(), List.of());

    private final SortedMap<String, ServiceGroup> groups;
    private final List<RefusedGroup> refused;
    /** First address of each pool's range → the pool. */
    private final TreeMap<IpAddress, Placed> byFirst = new TreeMap<>();

    private record Placed(AddressPool pool, ServiceGroup group) {}

    private Configuration(SortedMap<String, ServiceGroup> groups, List<RefusedGroup> refused) {
        this.groups = groups;
        this.refused = List.copyOf(refused);
        for (ServiceGroup group : groups.values()) {
            group.pools().forEach(pool -> byFirst.put(pool.range().first(), new Placed(pool, group)));
        }
    }

    /**
     * Validates groups against themselves and each other. A bad group never stops a good one. A group that is in force
     * stays in force until it is deleted: with its present text where that is good and in nobody's way, else as it last
     * was. Of new groups that overlap or have one name, the older one is put in force.
     */
    public static Configuration of(Configuration previous, Collection<GroupSpec> specs) {
        return of(
                previous,
                specs.stream().collect(Collectors.toMap(Function.identity(), spec -> Standing.UNKNOWN, (a, b) -> a)));
    }

    /**
     * As {@link #of(Configuration, Collection)}, for those who did not see themselves what was in force, or who follow an
     * allocator that did: what the statuses say goes before {@code previous}.
     */
    public static Configuration of(Configuration previous, Map<GroupSpec, Standing> specs) {
        GroupsInForce chosen = new GroupsInForce(previous, specs);
        return new Configuration(chosen.groups(), chosen.refused());
    }

    /** The groups in force, sorted by name. */
    public Collection<ServiceGroup> groups() {
        return Collections.unmodifiableCollection(groups.values());
    }

    /** What is wrong with the groups that were refused, in order of their age. */
    public List<ConfigProblem> problems() {
        return refused.stream().flatMap(group -> group.problems().stream()).toList();
    }

    /** The group in force of this name. */
    public Optional<ServiceGroup> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** Whether this very text was looked at, and put in force or refused. */
    public boolean considered(GroupSpec spec) {
        return groups.values().stream().anyMatch(group -> group.spec().equals(spec))
                || refused.stream().anyMatch(group -> group.spec().equals(spec));
    }

    /** The group of this name whose present text is not in force. */
    Optional<RefusedGroup> refused(String name) {
        return refused.stream()
                .filter(group -> group.spec().name().equals(name))
                .findFirst();
    }

    /** The group that would hand an address out if its present text were in force. */
    Optional<RefusedGroup> refusedAt(IpAddress address) {
        return refused.stream().filter(group -> group.wouldGive(address)).findFirst();
    }

    /** The group in force that an address lies in, which never hands it out. */
    Optional<ServiceGroup> avoiding(IpAddress address) {
        return around(address).map(Placed::group).filter(group -> group.avoids(address));
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
        return around(address).filter(placed -> !placed.group().avoids(address));
    }

    private Optional<Placed> around(IpAddress address) {
        return Optional.ofNullable(byFirst.floorEntry(address))
                .map(Map.Entry::getValue)
                .filter(placed -> placed.pool().range().contains(address));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Configuration that && groups.equals(that.groups) && refused.equals(that.refused);
    }

    @Override
    public int hashCode() {
        return Objects.hash(groups, refused);
    }
}
