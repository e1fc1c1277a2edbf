package io.purelb.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The free addresses of one group, pool by pool. */
final class GroupSpace {
    private static final Optional<Refusal> FULL =
            Optional.of(new Refusal(Reason.EXHAUSTED, "every address of it is held or avoided"));

    private final String name;
    private final List<PoolSpace> pools = new ArrayList<>();
    private final Map<IpFamily, BigInteger> sizes = new EnumMap<>(IpFamily.class);
    private final Map<IpFamily, Integer> allocated = new EnumMap<>(IpFamily.class);

    private record PoolSpace(AddressRange range, FreeRanges free) {}

    GroupSpace(ServiceGroup group) {
        name = group.name();
        for (AddressPool pool : group.pools()) {
            pools.add(new PoolSpace(pool.range(), new FreeRanges(pool.range(), group.avoid())));
        }
        for (IpFamily family : IpFamily.values()) {
            sizes.put(family, group.size(family));
        }
    }

    Optional<IpAddress> lowestFree(IpFamily family, List<Candidate> trace) {
        for (PoolSpace pool : pools) {
            if (pool.range().family() == family) {
                Optional<IpAddress> lowest = pool.free().lowest();
                if (lowest.isPresent()) {
                    trace.add(Candidate.taken(lowest.get(), name));
                    return lowest;
                }
                trace.add(new Candidate(pool.range(), name, FULL));
            }
        }
        return Optional.empty();
    }

    /** Marks a free address of the group as used. */
    void take(IpAddress address) {
        change(address, pool -> pool.take(address));
        allocated.merge(address.family(), 1, Integer::sum);
    }

    /** Marks a used address of the group as free. */
    void free(IpAddress address) {
        change(address, pool -> pool.free(address));
        allocated.merge(address.family(), -1, Integer::sum);
    }

    private void change(IpAddress address, Consumer<FreeRanges> change) {
        pools.stream()
                .filter(pool -> pool.range().contains(address))
                .findFirst()
                .ifPresent(pool -> change.accept(pool.free()));
    }

    GroupUsage.Count count(IpFamily family) {
        return new GroupUsage.Count(sizes.get(family), BigInteger.valueOf(allocated.getOrDefault(family, 0)));
    }
}
