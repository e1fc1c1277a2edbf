package io.purelb.agent;

import io.purelb.core.DefaultRoute;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.NodeInterface;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the kernel has at one moment.
 *
 * @param interfaces every interface with its usable addresses
 * @param defaultRoutes the main table's default routes by family, one by one for each next hop
 * @param addresses every address on every interface, usable or not
 * @param marks whether it remembers which addresses this program put there
 */
record KernelView(
        List<NodeInterface> interfaces,
        Map<IpFamily, List<DefaultRoute>> defaultRoutes,
        Map<InterfaceAddress, AddressForm> addresses,
        Marks marks) {
    static final KernelView EMPTY = new KernelView(List.of(), Map.of(), Map.of(), Marks.UNKNOWN);

    /** The addresses that some other program may have put there; none on a kernel that does not remember. */
    Set<InterfaceAddress> foreign() {
        return marks == Marks.NOT_KEPT ? Set.of() : those(form -> !form.marked());
    }

    /** The addresses that the kernel says this program put there. */
    Set<InterfaceAddress> marked() {
        return those(AddressForm::marked);
    }

    private Set<InterfaceAddress> those(Predicate<AddressForm> which) {
        return addresses.entrySet().stream()
                .filter(entry -> which.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Names of interfaces that had another hardware address before. */
    List<String> withOtherMacs(KernelView before) {
        Map<String, String> macs =
                before.interfaces.stream().collect(Collectors.toMap(NodeInterface::name, NodeInterface::mac));
        return interfaces.stream()
                .filter(now -> !now.mac().equals(macs.getOrDefault(now.name(), now.mac())))
                .map(NodeInterface::name)
                .toList();
    }
}
