package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.AddressPlan;
import io.purelb.core.AgentSettings;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How addresses of ours should be on their interfaces, by what else the node has, and whether they are so. An address
 * of ours never takes the place of one of the node's: not as the primary one of its subnet, nor by its connected route.
 */
final class AddressForms {
    /** An address of the node that is not ours. */
    private record Other(String interfaceName, Subnet subnet, AddressForm form) {
        boolean isBeside(InterfaceAddress target) {
            return interfaceName.equals(target.interfaceName())
                    && subnet.network().equals(target.address().network());
        }

        /** Whether a connected route of the target's subnet would win over the one to this address's subnet. */
        boolean isHiddenBy(InterfaceAddress target) {
            Subnet address = target.address();
            return !interfaceName.equals(target.interfaceName())
                    && address.prefixLength() < address.family().bits()
                    && subnet.prefixLength() <= address.prefixLength()
                    && subnet.contains(address.address());
        }
    }

    private static final Subnet LINK_LOCAL = Subnet.parse("fe80::/10");

    private Map<InterfaceAddress, AddressForm> seen = Map.of();
    /** What was changed since the kernel was read. */
    private final Set<InterfaceAddress> changed = new HashSet<>();

    private List<Other> others = List.of();

    /**
     * Takes the kernel as it was last read.
     *
     * @param ours whether an address at a place is ours
     */
    void look(KernelView kernel, Predicate<InterfaceAddress> ours) {
        if (kernel.addresses() != seen) {
            changed.clear();
        }
        seen = kernel.addresses();
        List<Other> found = new ArrayList<>();
        seen.forEach((place, form) -> {
            if (!ours.test(place) && !LINK_LOCAL.contains(place.address().address())) {
                found.add(new Other(place.interfaceName(), place.address(), form));
            }
        });
        others = found;
    }

    /** An address was put there or taken off: how it is now shows when the kernel is read again. */
    void changed(InterfaceAddress place) {
        changed.add(place);
    }

    /** How an address should be there. */
    AddressOptions wanted(AgentSettings settings, AddressPlan plan, InterfaceAddress target) {
        IpFamily family = target.address().family();
        AddressOptions options = plan.scope() == AddressPlan.Scope.LOCAL
                ? settings.local().onLocalInterface(family)
                : settings.virtual();
        List<Other> beside =
                others.stream().filter(other -> other.isBeside(target)).toList();
        // The kernel doubles a route of another metric for IPv6 always, for IPv4 when an address becomes the primary
        // one.
        boolean needless = beside.isEmpty()
                ? others.stream().anyMatch(other -> other.isHiddenBy(target))
                : family == IpFamily.IPV6
                        || beside.stream().allMatch(other -> other.form().noPrefixRoute());
        return needless ? options.withoutPrefixRoute() : options;
    }

    /** Whether an address is there as it should be, as far as that is known. */
    boolean isRight(InterfaceAddress target, AddressOptions wanted) {
        AddressForm form = seen.get(target);
        if (form == null || changed.contains(target)) {
            return true;
        }
        return form.noPrefixRoute() == wanted.noPrefixRoute()
                && (wanted.deprecatedAtOnce() ? form.deprecated() : !form.deprecated() || wanted.mayBeDeprecated())
                && !isBeforeTheNodes(target);
    }

    /** Whether the node's own IPv4 addresses of that subnet are all secondary: then the primary one is ours. */
    private boolean isBeforeTheNodes(InterfaceAddress target) {
        List<Other> beside = target.address().family() == IpFamily.IPV4
                ? others.stream().filter(other -> other.isBeside(target)).toList()
                : List.of();
        return !beside.isEmpty()
                && beside.stream().allMatch(other -> other.form().secondary());
    }
}
