package io.purelb.core.testkit;

import io.purelb.core.AddressPool;
import io.purelb.core.Assignment;
import io.purelb.core.Configuration;
import io.purelb.core.FamilyPolicy;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Reason;
import io.purelb.core.Refusal;
import io.purelb.core.ServiceGroup;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServicePort;
import io.purelb.core.ServiceRequest;
import io.purelb.core.SharingScope;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The rules of allocation written down the slow way: no index, no free list, every question answered by looking at every
 * address and every Service. For pools of a few addresses only.
 */
public final class ModelAllocator implements AllocatorPort {
    private final SortedMap<ServiceKey, Asked> asked = new TreeMap<>();
    private final SortedMap<ServiceKey, List<Assignment>> held = new TreeMap<>();
    private final TreeSet<ServiceKey> unsettled = new TreeSet<>();
    private Configuration configuration = Configuration.EMPTY;

    private record Asked(ServiceRequest request, Instant created) {}

    /** An address, or why there is none. */
    private record Found(Optional<Assignment> assignment, Optional<Reason> reason) {
        static Found refused(Reason reason) {
            return new Found(Optional.empty(), Optional.of(reason));
        }
    }

    @Override
    public void configure(Configuration next) {
        configuration = next;
        serveAll();
    }

    @Override
    public Outcome allocate(ServiceRequest request, Instant created) {
        asked.put(request.service(), new Asked(request, created));
        Outcome outcome = decide(request);
        serveAll();
        return outcome;
    }

    @Override
    public void release(ServiceKey service) {
        asked.remove(service);
        held.remove(service);
        unsettled.remove(service);
        serveAll();
    }

    @Override
    public void adopt(ServiceRequest request, Instant created, List<IpAddress> addresses, String allocatedFrom) {
        asked.put(request.service(), new Asked(request, created));
        List<Assignment> adopted = addresses.stream()
                .distinct()
                .map(address -> new Assignment(
                        address, groupOf(address).map(ServiceGroup::name).orElse(allocatedFrom)))
                .toList();
        hold(request.service(), adopted);
    }

    @Override
    public Snapshot snapshot() {
        SortedMap<ServiceKey, List<Assignment>> sorted = new TreeMap<>();
        held.forEach((service, assignments) -> sorted.put(
                service,
                assignments.stream()
                        .sorted(Comparator.comparing(Assignment::address))
                        .toList()));
        SortedMap<String, SortedMap<IpFamily, Count>> counts = new TreeMap<>();
        for (ServiceGroup group : configuration.groups()) {
            SortedMap<IpFamily, Count> byFamily = new TreeMap<>();
            for (AddressPool pool : group.pools()) {
                List<IpAddress> all = addresses(group, pool.family());
                long used = all.stream().filter(address -> !isFree(address)).count();
                byFamily.put(
                        pool.family(),
                        new Count(
                                BigInteger.valueOf(all.size()),
                                BigInteger.valueOf(used),
                                BigInteger.valueOf(all.size() - used)));
            }
            counts.put(group.name(), byFamily);
        }
        return new Snapshot(sorted, new TreeSet<>(unsettled), counts);
    }

    /** Everybody asks again, oldest first, until nothing changes any more. */
    private void serveAll() {
        List<Asked> byAge = asked.values().stream()
                .sorted(Comparator.comparing(Asked::created)
                        .thenComparing(each -> each.request().service()))
                .toList();
        Map<ServiceKey, List<Assignment>> before;
        do {
            before = Map.copyOf(held);
            byAge.forEach(each -> decide(each.request()));
        } while (!before.equals(held));
    }

    private Outcome decide(ServiceRequest request) {
        ServiceKey service = request.service();
        List<Assignment> before = held.getOrDefault(service, List.of());
        List<Reason> refusals = new ArrayList<>();
        request.requested().refusal().map(Refusal::reason).ifPresent(refusals::add);
        if (request.families().isEmpty()) {
            refusals.add(Reason.CONFLICTING_REQUEST);
        } else {
            request.requested().addresses().stream()
                    .filter(address -> !request.families().contains(address.family()))
                    .forEach(address -> refusals.add(Reason.CONFLICTING_REQUEST));
        }
        boolean sound = refusals.isEmpty();
        Collection<IpFamily> families = request.families();
        if (families.isEmpty()) {
            families = before.stream()
                    .map(old -> old.address().family())
                    .distinct()
                    .sorted()
                    .toList();
        }
        List<Assignment> kept = new ArrayList<>();
        List<Assignment> wanted = new ArrayList<>();
        boolean oneFails = false;
        for (IpFamily family : families) {
            Optional<Assignment> current = before.stream()
                    .filter(old -> old.address().family() == family)
                    .findFirst()
                    .map(old -> mapped(old, request));
            current.ifPresent(kept::add);
            boolean content =
                    !sound || current.filter(old -> isWanted(old, request)).isPresent();
            Found found = content ? new Found(current, Optional.empty()) : find(request, family);
            found.reason().ifPresent(refusals::add);
            oneFails |= found.reason().isPresent();
            found.assignment().or(() -> current).ifPresent(wanted::add);
        }
        List<Assignment> after = oneFails && request.policy() == FamilyPolicy.REQUIRE_DUAL_STACK ? kept : wanted;
        hold(service, after);
        List<Reason> conflicts = after.stream()
                .filter(now -> before.stream().anyMatch(old -> old.address().equals(now.address())))
                .flatMap(old -> obstacle(request, old.address()).stream())
                .toList();
        if (refusals.isEmpty() && conflicts.isEmpty()) {
            unsettled.remove(service);
        } else {
            unsettled.add(service);
        }
        return new Outcome(List.copyOf(after), refusals, conflicts);
    }

    private void hold(ServiceKey service, List<Assignment> assignments) {
        if (assignments.isEmpty()) {
            held.remove(service);
        } else {
            held.put(service, List.copyOf(assignments));
        }
    }

    /** An address that has come to lie in the group asked for counts as allocated from there. */
    private Assignment mapped(Assignment old, ServiceRequest request) {
        Optional<String> group = groupOf(old.address()).map(ServiceGroup::name);
        return group.isPresent() && group.equals(request.group()) ? new Assignment(old.address(), group.get()) : old;
    }

    private boolean isWanted(Assignment old, ServiceRequest request) {
        boolean address = request.requested().addresses().stream()
                .noneMatch(wish -> wish.family() == old.address().family() && !wish.equals(old.address()));
        boolean group = request.group().isEmpty() || request.group().get().equals(old.group());
        return address && group;
    }

    private Found find(ServiceRequest request, IpFamily family) {
        Optional<IpAddress> named = request.requested().addresses().stream()
                .filter(address -> address.family() == family)
                .findFirst();
        Optional<ServiceGroup> group = named.isPresent()
                ? groupOf(named.get())
                : configuration.group(request.group().orElse("default"));
        if (group.isEmpty()) {
            return Found.refused(named.isPresent() ? Reason.NOT_IN_ANY_GROUP : Reason.UNKNOWN_GROUP);
        }
        String name = group.get().name();
        if (request.group().filter(wish -> !wish.equals(name)).isPresent()) {
            return Found.refused(Reason.WRONG_GROUP);
        }
        if (group.get().pools().stream().noneMatch(pool -> pool.family() == family)) {
            return Found.refused(Reason.FAMILY_UNAVAILABLE);
        }
        if (!group.get().namespaces().isEmpty()
                && !group.get().namespaces().contains(request.service().namespace())) {
            return Found.refused(Reason.NAMESPACE_DENIED);
        }
        List<IpAddress> all = addresses(group.get(), family);
        Optional<IpAddress> choice = named.or(() -> all.stream()
                        .sorted()
                        .filter(address -> isBound(request, address, group.get()))
                        .findFirst())
                .or(() -> all.stream().filter(this::isFree).findFirst());
        if (choice.isEmpty()) {
            return Found.refused(Reason.EXHAUSTED);
        }
        return obstacle(request, choice.get())
                .map(Found::refused)
                .orElseGet(() -> new Found(Optional.of(new Assignment(choice.get(), name)), Optional.empty()));
    }

    /** Whether the request's sharing key is in use on an address. */
    private boolean isBound(ServiceRequest request, IpAddress address, ServiceGroup group) {
        return request.sharingKey().isPresent()
                && holders(address).stream()
                        .anyMatch(other -> other.sharingKey().equals(request.sharingKey())
                                && (group.sharing() == SharingScope.CLUSTER || sameNamespace(request, other)));
    }

    private static boolean sameNamespace(ServiceRequest one, ServiceRequest other) {
        return Objects.equals(one.service().namespace(), other.service().namespace());
    }

    /** What keeps a Service off an address that others hold. */
    private Optional<Reason> obstacle(ServiceRequest request, IpAddress address) {
        boolean narrow = groupOf(address)
                .filter(group -> group.sharing() == SharingScope.NAMESPACE)
                .isPresent();
        return holders(address).stream()
                .filter(other -> !other.service().equals(request.service()))
                .flatMap(other -> between(request, other, narrow).stream())
                .findFirst();
    }

    private static Optional<Reason> between(ServiceRequest one, ServiceRequest other, boolean narrow) {
        if (one.sharingKey().isEmpty() || other.sharingKey().isEmpty()) {
            return Optional.of(Reason.IN_USE);
        }
        if (!one.sharingKey().equals(other.sharingKey())) {
            return Optional.of(Reason.KEY_MISMATCH);
        }
        if (narrow && !sameNamespace(one, other)) {
            return Optional.of(Reason.NAMESPACE_DENIED);
        }
        if (one.localPolicy() || other.localPolicy()) {
            return Optional.of(Reason.SHARING_WITH_LOCAL_POLICY);
        }
        Collection<ServicePort> ports = one.ports();
        return Collections.disjoint(ports, other.ports()) ? Optional.empty() : Optional.of(Reason.PORT_CONFLICT);
    }

    /** The last requests of those who hold an address, sorted by Service. */
    private List<ServiceRequest> holders(IpAddress address) {
        return asked.values().stream()
                .map(Asked::request)
                .filter(request -> held.getOrDefault(request.service(), List.of()).stream()
                        .anyMatch(assignment -> assignment.address().equals(address)))
                .toList();
    }

    private boolean isFree(IpAddress address) {
        return holders(address).isEmpty();
    }

    private Optional<ServiceGroup> groupOf(IpAddress address) {
        return configuration.groups().stream()
                .filter(group -> addresses(group, address.family()).contains(address))
                .findFirst();
    }

    /** Every address of one family that a group hands out, in order. */
    private static List<IpAddress> addresses(ServiceGroup group, IpFamily family) {
        return group.pools().stream()
                .filter(pool -> pool.family() == family)
                .flatMap(pool -> Stream.iterate(pool.range().first(), address -> Scenarios.plus(address, 1))
                        .limit(pool.range().size().intValueExact()))
                .filter(address -> group.avoid().stream().noneMatch(range -> range.contains(address)))
                .toList();
    }
}
