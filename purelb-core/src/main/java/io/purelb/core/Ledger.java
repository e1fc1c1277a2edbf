package io.purelb.core;

import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who holds which address. Keyed by address and independent of the configuration, which is mapped onto it: an address
 * stays held when its group shrinks or goes, and is then an orphan. Only {@link #apply} and {@link #configure} change it.
 * Not thread-safe: one thread owns it.
 */
public final class Ledger {
    /** Holders of each held address, sorted by Service. Immutable lists: nearly all have one element. */
    private final Map<IpAddress, List<Holding>> holders = new HashMap<>();

    private final Map<ServiceKey, List<IpAddress>> byService = new HashMap<>();
    /** Where each sharing key is in use; new sharers get the lowest address of these. */
    private final Map<Sharing, TreeSet<IpAddress>> sharedAddresses = new HashMap<>();

    private final Map<String, GroupSpace> spaces = new HashMap<>();
    private Configuration configuration = Configuration.EMPTY;

    /** A Service that holds an address, and what it uses of it. */
    record Holding(ServiceKey service, Claim claim) {}

    /** What ties a sharing key to one address: group, family, key and, where the group says so, the namespace. */
    private record Sharing(String group, IpFamily family, String key, String namespace) {}

    /** Two Services on one address that may not share it. */
    public record Conflict(IpAddress address, ServiceKey service, Refusal refusal) {}

    /** The groups in force. */
    public Configuration configuration() {
        return configuration;
    }

    /** Puts other groups in force. Held addresses stay held, whatever the groups say. */
    public void configure(Configuration next) {
        configuration = next;
        spaces.clear();
        next.groups().forEach(group -> spaces.put(group.name(), new GroupSpace(group)));
        holders.keySet().forEach(address -> space(address).ifPresent(space -> space.take(address)));
        sharedAddresses.clear();
        holders.forEach((address, holdings) -> holdings.forEach(holding -> share(address, holding)));
    }

    /** Takes the steps of a decision made on this very state. */
    public void apply(Collection<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.Hold hold) {
                hold(hold.address(), hold.service(), hold.claim());
            } else {
                free(change.address(), change.service());
            }
        }
    }

    private void hold(IpAddress address, ServiceKey service, Claim claim) {
        List<Holding> before = holdings(address);
        if (before.isEmpty()) {
            space(address).ifPresent(space -> space.take(address));
        }
        Holding holding = new Holding(service, claim);
        holders.put(
                address,
                before.isEmpty()
                        ? List.of(holding)
                        : Stream.concat(
                                        before.stream()
                                                .filter(other ->
                                                        !other.service().equals(service)),
                                        Stream.of(holding))
                                .sorted(Comparator.comparing(Holding::service))
                                .toList());
        Optional<Holding> mine = of(service, before);
        if (mine.isPresent()) {
            unshare(address, mine.get());
        } else {
            List<IpAddress> others = byService.getOrDefault(service, List.of());
            byService.put(
                    service,
                    others.isEmpty()
                            ? List.of(address)
                            : Stream.concat(others.stream(), Stream.of(address)).toList());
        }
        share(address, holding);
    }

    private void free(IpAddress address, ServiceKey service) {
        List<Holding> before = holdings(address);
        Optional<Holding> mine = of(service, before);
        if (mine.isEmpty()) {
            return;
        }
        if (before.size() == 1) {
            holders.remove(address);
            space(address).ifPresent(space -> space.free(address));
        } else {
            holders.put(
                    address,
                    before.stream().filter(other -> !other.equals(mine.get())).toList());
        }
        List<IpAddress> left = byService.getOrDefault(service, List.of()).stream()
                .filter(other -> !other.equals(address))
                .toList();
        if (left.isEmpty()) {
            byService.remove(service);
        } else {
            byService.put(service, left);
        }
        unshare(address, mine.get());
    }

    private static Optional<Holding> of(ServiceKey service, List<Holding> holdings) {
        return holdings.stream()
                .filter(holding -> holding.service().equals(service))
                .findFirst();
    }

    private void share(IpAddress address, Holding holding) {
        sharing(address, holding)
                .ifPresent(sharing -> sharedAddresses
                        .computeIfAbsent(sharing, s -> new TreeSet<>())
                        .add(address));
    }

    private void unshare(IpAddress address, Holding before) {
        sharing(address, before).ifPresent(sharing -> {
            boolean stillShared = holdings(address).stream()
                    .anyMatch(other -> sharing(address, other).equals(Optional.of(sharing)));
            TreeSet<IpAddress> shared = sharedAddresses.getOrDefault(sharing, new TreeSet<>());
            if (!stillShared && shared.remove(address) && shared.isEmpty()) {
                sharedAddresses.remove(sharing);
            }
        });
    }

    /** An orphan is shared no further: no group in force may hand it out. */
    private Optional<Sharing> sharing(IpAddress address, Holding holding) {
        return holding.claim()
                .sharingKey()
                .flatMap(key -> configuration
                        .groupOf(address)
                        .map(group -> sharing(group, address.family(), key, holding.service())));
    }

    private static Sharing sharing(ServiceGroup group, IpFamily family, String key, ServiceKey service) {
        String scope = group.sharing() == SharingScope.NAMESPACE ? service.namespace() : "";
        return new Sharing(group.name(), family, key, scope);
    }

    private Optional<GroupSpace> space(IpAddress address) {
        return configuration.groupOf(address).map(group -> spaces.get(group.name()));
    }

    /** The lowest free address of a group in force, its pools in the written order; tells which it looked at. */
    Optional<IpAddress> lowestFree(String group, IpFamily family, List<Candidate> trace) {
        return spaces.get(group).lowestFree(family, trace);
    }

    /** The address that Services with this key share in a group. */
    Optional<IpAddress> sharedAddress(ServiceGroup group, IpFamily family, String key, ServiceKey service) {
        return Optional.ofNullable(sharedAddresses.get(sharing(group, family, key, service)))
                .map(TreeSet::first);
    }

    /** Who holds an address, sorted by Service; empty when it is free. */
    List<Holding> holdings(IpAddress address) {
        return holders.getOrDefault(address, List.of());
    }

    /** The claim of a Service on an address; empty when it does not hold it. */
    Optional<Claim> claim(IpAddress address, ServiceKey service) {
        return of(service, holdings(address)).map(Holding::claim);
    }

    /** Who holds an address and how, sorted by Service; empty when it is free. */
    public SortedMap<ServiceKey, Claim> claims(IpAddress address) {
        SortedMap<ServiceKey, Claim> claims = new TreeMap<>();
        holdings(address).forEach(holding -> claims.put(holding.service(), holding.claim()));
        return claims;
    }

    /** What a Service holds, in the order it was given. */
    public List<Assignment> heldBy(ServiceKey service) {
        return byService.getOrDefault(service, List.of()).stream()
                .map(address -> new Assignment(
                        address, claim(address, service).orElseThrow().group()))
                .toList();
    }

    /** Every Service that holds an address, sorted. */
    public List<ServiceKey> services() {
        return byService.keySet().stream().sorted().toList();
    }

    /** Every held address, sorted. */
    public List<IpAddress> addresses() {
        return holders.keySet().stream().sorted().toList();
    }

    /** Held addresses that no group in force may hand out, sorted. */
    public List<IpAddress> orphans() {
        return holders.keySet().stream()
                .filter(address -> configuration.groupOf(address).isEmpty())
                .sorted()
                .toList();
    }

    /** Addresses with holders that may not share them, sorted by address and Service. */
    public List<Conflict> conflicts() {
        return holders.keySet().stream()
                .filter(address -> holdings(address).size() > 1)
                .sorted()
                .flatMap(address -> holdings(address).stream()
                        .flatMap(mine -> SharingRule.blocker(this, address, mine.service(), mine.claim())
                                .map(refusal -> new Conflict(address, mine.service(), refusal))
                                .stream()))
                .toList();
    }

    /** How full the groups in force are, sorted by name. */
    public List<GroupUsage> usage() {
        Map<String, Set<ServiceKey>> services = new HashMap<>();
        holders.forEach((address, holdings) -> configuration.groupOf(address).ifPresent(group -> {
            Set<ServiceKey> users = services.computeIfAbsent(group.name(), name -> new HashSet<>());
            holdings.forEach(holding -> users.add(holding.service()));
        }));
        Map<String, Set<IpAddress>> conflicts = new HashMap<>();
        conflicts()
                .forEach(conflict -> configuration
                        .groupOf(conflict.address())
                        .ifPresent(group -> conflicts
                                .computeIfAbsent(group.name(), name -> new HashSet<>())
                                .add(conflict.address())));
        return configuration.groups().stream()
                .map(group -> {
                    Map<IpFamily, GroupUsage.Count> counts = new EnumMap<>(IpFamily.class);
                    Stream.of(IpFamily.values())
                            .filter(group::has)
                            .forEach(family ->
                                    counts.put(family, spaces.get(group.name()).count(family)));
                    return new GroupUsage(
                            group,
                            counts,
                            services.getOrDefault(group.name(), Set.of()).size(),
                            conflicts.getOrDefault(group.name(), Set.of()).size());
                })
                .toList();
    }
}
