package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Who holds which address. Keyed by address and independent of the configuration, which is mapped onto it: an address
 * stays held when its group shrinks or goes, and is then an orphan. Only {@link #apply} and {@link #configure} change it.
 * Not thread-safe: one thread owns it.
 */
public final class Ledger {
    private final Map<IpAddress, SortedMap<ServiceKey, Claim>> holders = new HashMap<>();
    private final Map<ServiceKey, List<IpAddress>> byService = new HashMap<>();
    private final Map<Sharing, IpAddress> sharedAddresses = new HashMap<>();
    private final Map<String, GroupSpace> spaces = new HashMap<>();
    private Configuration configuration = Configuration.EMPTY;

    /** What ties a sharing key to one address: group, family, key and, where the group says so, the namespace. */
    private record Sharing(String group, IpFamily family, String key, String namespace) {}

    /** Two Services on one address that may not share it. */
    public record Conflict(IpAddress address, ServiceKey service, Refusal refusal) {}

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
        holders.forEach((address, claims) -> claims.forEach((service, claim) -> share(address, service, claim)));
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
        SortedMap<ServiceKey, Claim> claims = holders.computeIfAbsent(address, a -> {
            space(a).ifPresent(space -> space.take(a));
            return new TreeMap<>();
        });
        Claim before = claims.put(service, claim);
        if (before == null) {
            byService.computeIfAbsent(service, s -> new ArrayList<>(1)).add(address);
        } else {
            unshare(address, service, before);
        }
        share(address, service, claim);
    }

    private void free(IpAddress address, ServiceKey service) {
        SortedMap<ServiceKey, Claim> claims = holders.get(address);
        Claim before = claims == null ? null : claims.remove(service);
        if (claims == null || before == null) {
            return;
        }
        if (claims.isEmpty()) {
            holders.remove(address);
            space(address).ifPresent(space -> space.free(address));
        }
        List<IpAddress> left = byService.get(service);
        if (left != null && left.remove(address) && left.isEmpty()) {
            byService.remove(service);
        }
        unshare(address, service, before);
    }

    private void share(IpAddress address, ServiceKey service, Claim claim) {
        sharing(address, service, claim)
                .ifPresent(sharing -> sharedAddresses.merge(
                        sharing, address, (one, other) -> one.compareTo(other) <= 0 ? one : other));
    }

    private void unshare(IpAddress address, ServiceKey service, Claim before) {
        sharing(address, service, before).ifPresent(sharing -> {
            boolean stillShared = claims(address).entrySet().stream()
                    .anyMatch(other ->
                            sharing(address, other.getKey(), other.getValue()).equals(Optional.of(sharing)));
            if (!stillShared) {
                sharedAddresses.remove(sharing, address);
            }
        });
    }

    private Optional<Sharing> sharing(IpAddress address, ServiceKey service, Claim claim) {
        return claim.sharingKey().map(key -> new Sharing(claim.group(), address.family(), key, scope(service, claim)));
    }

    private String scope(ServiceKey service, Claim claim) {
        boolean byNamespace = configuration
                .group(claim.group())
                .filter(group -> group.sharing() == SharingScope.NAMESPACE)
                .isPresent();
        return byNamespace ? service.namespace() : "";
    }

    private Optional<GroupSpace> space(IpAddress address) {
        return configuration.groupOf(address).map(group -> spaces.get(group.name()));
    }

    /** The lowest free address of a group in force, its pools in the written order; tells which it looked at. */
    Optional<IpAddress> lowestFree(String group, IpFamily family, List<Candidate> trace) {
        return spaces.get(group).lowestFree(family, trace);
    }

    /** The address that Services making this claim share in the group. */
    Optional<IpAddress> sharedAddress(ServiceKey service, Claim claim, IpFamily family) {
        return claim.sharingKey()
                .map(key -> sharedAddresses.get(new Sharing(claim.group(), family, key, scope(service, claim))));
    }

    /** Who holds an address and how, sorted by Service; empty when it is free. */
    public SortedMap<ServiceKey, Claim> claims(IpAddress address) {
        return holders.getOrDefault(address, new TreeMap<>());
    }

    /** What a Service holds, in the order it was given. */
    public List<Assignment> heldBy(ServiceKey service) {
        return byService.getOrDefault(service, List.of()).stream()
                .map(address -> new Assignment(
                        address, holders.get(address).get(service).group()))
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
        return addresses().stream()
                .filter(address -> holders.get(address).size() > 1)
                .flatMap(address -> holders.get(address).entrySet().stream()
                        .flatMap(mine -> SharingRule.blocker(this, address, mine.getKey(), mine.getValue())
                                .map(refusal -> new Conflict(address, mine.getKey(), refusal))
                                .stream()))
                .toList();
    }

    /** How full the groups in force are, sorted by name. */
    public List<GroupUsage> usage() {
        Map<String, Set<ServiceKey>> services = new HashMap<>();
        holders.forEach((address, claims) -> configuration
                .groupOf(address)
                .ifPresent(group -> services.computeIfAbsent(group.name(), name -> new HashSet<>())
                        .addAll(claims.keySet())));
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
                            services.getOrDefault(group.name(), Set.of()).size());
                })
                .toList();
    }
}
