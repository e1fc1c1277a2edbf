package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.InterfaceAddress;
import java.util.Map;
import java.util.TreeMap;

/**
 * When addresses with a finite lifetime are renewed: after half of it. Times are milliseconds of the loop's clock.
 */
final class Renewals {
    private record Renewal(AddressOptions options, long at) {}

    private final TreeMap<InterfaceAddress, Renewal> renewals = new TreeMap<>();
    /** When the next one is due, or one that was forgotten would have been. */
    private long nextAt = Long.MAX_VALUE;

    /**
     * This node has an address.
     *
     * @param options those that it should have
     * @param fresh whether it has just got them; else it is due when they are new to it
     */
    void hold(long now, InterfaceAddress target, AddressOptions options, boolean fresh) {
        Renewal renewal = renewals.get(target);
        boolean changed = renewal == null
                ? !options.equals(AddressOptions.FOREVER)
                : !renewal.options().equals(options);
        if (fresh) {
            put(target, new Renewal(options, nextAt(now, options)));
        } else if (changed) {
            put(target, new Renewal(options, now));
        }
    }

    private void put(InterfaceAddress target, Renewal renewal) {
        renewals.put(target, renewal);
        nextAt = Math.min(nextAt, renewal.at());
    }

    /** This node does not have it any more. */
    void forget(InterfaceAddress lost) {
        renewals.remove(lost);
    }

    /** What to renew now, with its options. */
    Map<InterfaceAddress, AddressOptions> due(long now) {
        Map<InterfaceAddress, AddressOptions> due = new TreeMap<>();
        if (nextAt > now) {
            return due;
        }
        renewals.replaceAll((target, renewal) -> {
            if (renewal.at() > now) {
                return renewal;
            }
            due.put(target, renewal.options());
            return new Renewal(renewal.options(), nextAt(now, renewal.options()));
        });
        nextAt = renewals.values().stream().mapToLong(Renewal::at).min().orElse(Long.MAX_VALUE);
        return due;
    }

    private static long nextAt(long now, AddressOptions options) {
        return options.validLifetime().isPresent()
                ? now + Math.max(1_000, options.validLifetime().getAsLong() * 500)
                : Long.MAX_VALUE;
    }

    /** When to look what is due; {@link Long#MAX_VALUE} when nothing is. */
    long nextAt() {
        return nextAt;
    }
}
