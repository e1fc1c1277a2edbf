package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The free addresses inside one range, kept as maximal runs. Every operation costs the logarithm of the number of runs,
 * whatever the size of the range and however full it is.
 */
final class FreeRanges {
    /** First address of each run → its last. */
    private final TreeMap<IpAddress, IpAddress> runs = new TreeMap<>();

    FreeRanges(AddressRange range, Collection<AddressRange> avoid) {
        for (AddressRange part : without(range, avoid)) {
            runs.put(part.first(), part.last());
        }
    }

    /** What is left of a range when others are cut out of it, in ascending order. */
    static List<AddressRange> without(AddressRange range, Collection<AddressRange> avoid) {
        List<AddressRange> left = new ArrayList<>(List.of(range));
        for (AddressRange cut : avoid) {
            List<AddressRange> next = new ArrayList<>();
            for (AddressRange part : left) {
                if (!part.overlaps(cut)) {
                    next.add(part);
                    continue;
                }
                if (part.first().compareTo(cut.first()) < 0) {
                    next.add(new AddressRange(part.first(), cut.first().previous()));
                }
                if (cut.last().compareTo(part.last()) < 0) {
                    next.add(new AddressRange(cut.last().next(), part.last()));
                }
            }
            left = next;
        }
        return left;
    }

    /** The lowest free address. */
    Optional<IpAddress> lowest() {
        return runs.isEmpty() ? Optional.empty() : Optional.of(runs.firstKey());
    }

    boolean isFree(IpAddress address) {
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(address);
        return run != null && address.compareTo(run.getValue()) <= 0;
    }

    /** Marks an address as used; no change when it is used already or outside. */
    void take(IpAddress address) {
        Map.Entry<IpAddress, IpAddress> run = runs.floorEntry(address);
        if (run == null || address.compareTo(run.getValue()) > 0) {
            return;
        }
        IpAddress first = run.getKey();
        IpAddress last = run.getValue();
        if (address.equals(first)) {
            runs.remove(first);
        } else {
            runs.put(first, address.previous());
        }
        if (!address.equals(last)) {
            runs.put(address.next(), last);
        }
    }

    /** Marks an address of the range as free again; no change when it is free already. */
    void free(IpAddress address) {
        Map.Entry<IpAddress, IpAddress> before = runs.floorEntry(address);
        if (before != null && address.compareTo(before.getValue()) <= 0) {
            return;
        }
        Map.Entry<IpAddress, IpAddress> after = runs.higherEntry(address);
        boolean joinsBefore = before != null && before.getValue().next().equals(address);
        boolean joinsAfter = after != null && after.getKey().previous().equals(address);
        if (joinsAfter) {
            runs.remove(after.getKey());
        }
        runs.put(joinsBefore ? before.getKey() : address, joinsAfter ? after.getValue() : address);
    }
}
