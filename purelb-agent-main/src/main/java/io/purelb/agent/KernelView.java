package io.purelb.agent;

import io.purelb.core.DefaultRoute;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.NodeInterface;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the kernel has at one moment.
 *
 * @param interfaces every interface with its usable addresses
 * @param defaultRoutes the main table's default routes by family, one by one for each next hop
 * @param addresses every address on every interface, usable or not
 * @param foreign those that the kernel says some other program put there; empty on a kernel that does not remember
 */
record KernelView(
        List<NodeInterface> interfaces,
        Map<IpFamily, List<DefaultRoute>> defaultRoutes,
        List<InterfaceAddress> addresses,
        Set<InterfaceAddress> foreign) {
    static final KernelView EMPTY = new KernelView(List.of(), Map.of(), List.of(), Set.of());

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
