package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.process.Log;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The addresses inside pools that somebody else gave to this node, such as the administrator or the control plane's own
 * failover: never ours to take away. They are those without our mark that were there before their address was a
 * Service's; what comes later to an address that is a Service's is a mistake to be repaired. The virtual interface is all
 * ours. On a kernel that keeps no marks there are none.
 */
final class OwnAddresses {
    private static final Log LOG = Log.of(OwnAddresses.class);

    /** Everything seen last time. */
    private Set<InterfaceAddress> seen = Set.of();

    private Set<InterfaceAddress> own = Set.of();
    private Set<IpAddress> announced = Set.of();
    private boolean first = true;

    /** The kernel was read. */
    void look(KernelView kernel, ClusterView wanted) {
        announced = wanted.services().stream()
                .flatMap(service -> service.announced().addresses().stream())
                .collect(Collectors.toSet());
        Set<InterfaceAddress> now = new TreeSet<>();
        for (InterfaceAddress there : kernel.foreign()) {
            boolean came = !seen.contains(there);
            boolean before = first || !announced.contains(there.address().address());
            if (!there.interfaceName().equals(wanted.settings().virtualInterface())
                    && (own.contains(there) || (came && before))) {
                now.add(there);
            }
        }
        now.stream()
                .filter(there -> announced.contains(there.address().address()))
                .filter(there -> first || !own.contains(there))
                .forEach(there -> LOG.warn(
                        "this node has the address of a Service from somewhere else, and keeps it",
                        "ip",
                        there.address().address(),
                        "interface",
                        there.interfaceName()));
        own = now;
        seen = Set.copyOf(kernel.addresses());
        first = false;
    }

    /** These and the own addresses that are no Service's: none of them is announced, and their subnets are the node's. */
    Set<IpAddress> with(Set<IpAddress> nodeAddresses) {
        Set<IpAddress> all = new TreeSet<>(nodeAddresses);
        own.stream()
                .map(there -> there.address().address())
                .filter(address -> !announced.contains(address))
                .forEach(all::add);
        return all;
    }

    /** Whether an address may be taken off; an own one counts only where it serves a plan as it is. */
    boolean mayBeTouched(InterfaceAddress there, Map<IpAddress, AddressPlan> plans) {
        return !own.contains(there)
                || Optional.ofNullable(plans.get(there.address().address()))
                        .flatMap(AddressPlan::placement)
                        .filter(there::equals)
                        .isPresent();
    }
}
