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
    private final List<PoolSpace> pools = new ArrayList<>();
    private final Map<IpFamily, BigInteger> sizes = new EnumMap<>(IpFamily.class);
    private final Map<IpFamily, Integer> allocated = new EnumMap<>(IpFamily.class);

    private record PoolSpace(AddressRange range, FreeRanges free) {}

    GroupSpace(ServiceGroup group) {
        for (AddressPool pool : group.pools()) {
            pools.add(new PoolSpace(pool.range(), new FreeRanges(pool.range(), group.avoid())));
        }
        for (IpFamily family : IpFamily.values()) {
            sizes.put(family, group.size(family));
        }
    }

    Optional<IpAddress> lowestFree(IpFamily family) {
        return pools.stream()
                .filter(pool -> pool.range().family() == family)
                .flatMap(pool -> pool.free().lowest().stream())
                .findFirst();
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
