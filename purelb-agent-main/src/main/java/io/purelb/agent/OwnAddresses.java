package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.process.Log;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The addresses inside pools that somebody else gave to this node, such as the administrator or the control plane's own
 * failover: never ours to take away. They are those without our mark that were there before their address was a
 * Service's; what comes later to an address that is a Service's is a mistake to be repaired. The virtual interface is all
 * ours. On a kernel that keeps no marks there are none; until it is known whether it does, all unmarked ones are.
 *
 * <p>An InternalIP of the Node is never ours either, unless this program put it there: then kubelet took a Service's
 * address for the node's.
 */
final class OwnAddresses {
    private static final Log LOG = Log.of(OwnAddresses.class);

    /** Interfaces that nothing is ever put on, so that all on them belongs to others without further ado. */
    private static final Set<String> NEVER_OURS = Set.of("lo", "kube-ipvs0");

    /** Everything seen last time, and what this agent changed since. */
    private Set<InterfaceAddress> seen = new HashSet<>();

    private Set<InterfaceAddress> own = Set.of();
    private boolean first = true;

    /** Where this program is known to have put an address that is still there. */
    private final Set<InterfaceAddress> placed = new HashSet<>();

    /** Addresses that the kernel says others put there. */
    private Set<IpAddress> foreign = Set.of();

    /** InternalIPs of the Node that are addresses of ours, wherever they are now. */
    private Set<IpAddress> taken = Set.of();

    /** The kernel was read; returns whether other addresses are own ones now. */
    boolean look(KernelView kernel, ClusterView wanted) {
        boolean known = kernel.marks() != Marks.UNKNOWN;
        Set<InterfaceAddress> unmarked = kernel.foreign();
        if (first && known) {
            own = Set.of();
            seen.clear();
        }
        Set<InterfaceAddress> now = new TreeSet<>();
        for (InterfaceAddress there : unmarked) {
            boolean possible = !NEVER_OURS.contains(there.interfaceName())
                    && !there.interfaceName().equals(wanted.settings().virtualInterface());
            if (possible && (!known || own.contains(there) || (!seen.contains(there) && cameBefore(there, wanted)))) {
                now.add(there);
            }
        }
        boolean changed = !now.equals(own);
        own = now;
        seen = new HashSet<>(kernel.addresses().keySet());
        first = !known;
        placed.retainAll(seen);
        placed.removeAll(unmarked);
        placed.addAll(kernel.marked());
        foreign = unmarked.stream().map(place -> place.address().address()).collect(Collectors.toSet());
        return changed;
    }

    /** This agent put an address there, or took it away. */
    void placed(InterfaceAddress place, boolean there) {
        if (there) {
            seen.add(place);
            placed.add(place);
        } else {
            seen.remove(place);
            placed.remove(place);
        }
    }

    private boolean cameBefore(InterfaceAddress there, ClusterView wanted) {
        if (!isAnnounced(there, wanted)) {
            return true;
        }
        if (first) {
            LOG.warn(
                    "this node had the address of a Service before, so it is not deleted",
                    "ip",
                    there.address().address(),
                    "interface",
                    there.interfaceName());
        }
        return first;
    }

    private static boolean isAnnounced(InterfaceAddress there, ClusterView wanted) {
        return wanted.services().stream()
                .anyMatch(service ->
                        service.announced().addresses().contains(there.address().address()));
    }

    /** The node's addresses by its Node object and the own ones that are no Service's: their subnets are the node's. */
    Set<IpAddress> all(ClusterView wanted) {
        taken = takenOf(wanted.nodeAddresses());
        Set<IpAddress> all = new TreeSet<>(wanted.nodeAddresses());
        all.removeAll(taken);
        own.stream()
                .filter(there -> !isAnnounced(there, wanted))
                .map(there -> there.address().address())
                .forEach(all::add);
        return all;
    }

    /** One that was taken stays so when it moves to another node: this one is never to claim that it is its own. */
    private Set<IpAddress> takenOf(Collection<IpAddress> internal) {
        Set<IpAddress> found =
                placed.stream().map(place -> place.address().address()).collect(Collectors.toCollection(TreeSet::new));
        found.addAll(taken);
        found.retainAll(internal);
        found.removeAll(foreign);
        return found;
    }

    /** The InternalIPs of the Node that are addresses of ours, after the last {@link #all}. */
    Set<IpAddress> taken() {
        return taken;
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
