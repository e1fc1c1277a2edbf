package io.purelb.agent;

import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The addresses that the kernel has on its interfaces: as it was last read, and what this node changed since. */
final class Observed {
    private Map<IpAddress, List<InterfaceAddress>> byAddress = new HashMap<>();

    /** The kernel was read; returns the addresses that are elsewhere than was known. */
    Set<IpAddress> read(Collection<InterfaceAddress> all) {
        Map<IpAddress, List<InterfaceAddress>> before = byAddress;
        byAddress = new HashMap<>();
        all.forEach(this::add);
        Set<IpAddress> differing = new HashSet<>(before.keySet());
        differing.addAll(byAddress.keySet());
        differing.removeIf(
                address -> Set.copyOf(at(address)).equals(Set.copyOf(before.getOrDefault(address, List.of()))));
        return differing;
    }

    void add(InterfaceAddress there) {
        if (!has(there)) {
            List<InterfaceAddress> places = new ArrayList<>(at(there.address().address()));
            places.add(there);
            byAddress.put(there.address().address(), List.copyOf(places));
        }
    }

    void remove(InterfaceAddress there) {
        List<InterfaceAddress> places = new ArrayList<>(at(there.address().address()));
        places.remove(there);
        if (places.isEmpty()) {
            byAddress.remove(there.address().address());
        } else {
            byAddress.put(there.address().address(), List.copyOf(places));
        }
    }

    boolean has(InterfaceAddress there) {
        return at(there.address().address()).contains(there);
    }

    /** The places of an address. */
    List<InterfaceAddress> at(IpAddress address) {
        return byAddress.getOrDefault(address, List.of());
    }

    Set<IpAddress> addresses() {
        return byAddress.keySet();
    }
}
