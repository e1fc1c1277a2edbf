package io.purelb.core;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The free addresses of one group, pool by pool. */
final class GroupSpace {
    private static final Optional<Refusal> FULL =
            Optional.of(new Refusal(Reason.EXHAUSTED, "every address of it is held or avoided"));

    private final String name;
    private final List<PoolSpace> pools = new ArrayList<>();
    /** First address of each pool's range → its free addresses. */
    private final TreeMap<IpAddress, FreeRanges> byFirst = new TreeMap<>();

    private final Map<IpFamily, BigInteger> sizes = new EnumMap<>(IpFamily.class);
    private final Map<IpFamily, Integer> allocated = new EnumMap<>(IpFamily.class);

    private record PoolSpace(AddressRange range, FreeRanges free) {}

    GroupSpace(ServiceGroup group) {
        name = group.name();
        for (AddressPool pool : group.pools()) {
            FreeRanges free = new FreeRanges(pool.range(), group.avoid());
            pools.add(new PoolSpace(pool.range(), free));
            byFirst.put(pool.range().first(), free);
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
        byFirst.floorEntry(address).getValue().take(address);
        allocated.merge(address.family(), 1, Integer::sum);
    }

    /** Marks a used address of the group as free. */
    void free(IpAddress address) {
        byFirst.floorEntry(address).getValue().free(address);
        allocated.merge(address.family(), -1, Integer::sum);
    }

    GroupUsage.Count count(IpFamily family) {
        return new GroupUsage.Count(sizes.get(family), BigInteger.valueOf(allocated.getOrDefault(family, 0)));
    }
}
