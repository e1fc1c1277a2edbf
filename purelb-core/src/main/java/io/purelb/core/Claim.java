package io.purelb.core;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What one Service uses of an address.
 *
 * @param group the group the address was allocated from
 * @param sharingKey the key under which it may be shared; empty for not at all
 * @param ports the ports it listens on there; none where nothing is shared, for it has them all
 * @param localPolicy whether {@code externalTrafficPolicy} is Local, which excludes sharing
 */
public record Claim(String group, Optional<String> sharingKey, SortedSet<ServicePort> ports, boolean localPolicy) {
    /** A claim on the whole address. */
    static Claim whole(String group) {
        return new Claim(group, Optional.empty(), Collections.emptySortedSet(), false);
    }
}
