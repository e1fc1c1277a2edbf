package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.InterfaceAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * When addresses with a finite lifetime are renewed: after half of it. Times are milliseconds of the loop's clock.
 */
final class Renewals {
    private record Renewal(AddressOptions options, long at) {}

    private final TreeMap<InterfaceAddress, Renewal> renewals = new TreeMap<>();

    /**
     * What to renew now, new options included.
     *
     * @param held what this node has, with the options that it should have
     * @param fresh those that have just got theirs
     */
    List<InterfaceAddress> due(long now, Map<InterfaceAddress, AddressOptions> held, Set<InterfaceAddress> fresh) {
        renewals.keySet().retainAll(held.keySet());
        List<InterfaceAddress> due = new ArrayList<>();
        held.forEach((target, options) -> {
            Renewal renewal = renewals.get(target);
            boolean forEver = options.equals(AddressOptions.FOREVER);
            boolean changed = renewal == null ? !forEver : !renewal.options().equals(options);
            if (fresh.contains(target) || changed || (renewal != null && renewal.at() <= now)) {
                if (!fresh.contains(target)) {
                    due.add(target);
                }
                renewals.put(target, new Renewal(options, nextAt(now, options)));
            }
        });
        return due;
    }

    private static long nextAt(long now, AddressOptions options) {
        return options.validLifetime().isPresent()
                ? now + Math.max(1_000, options.validLifetime().getAsLong() * 500)
                : Long.MAX_VALUE;
    }

    /** When the next one is due; {@link Long#MAX_VALUE} when none is. */
    long nextAt() {
        return renewals.values().stream().mapToLong(Renewal::at).min().orElse(Long.MAX_VALUE);
    }
}
