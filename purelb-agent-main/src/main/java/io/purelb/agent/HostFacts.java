package io.purelb.agent;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the checks of a host look at.
 *
 * @param node its name
 * @param taken InternalIPs of the Node that are addresses of Services which PureLB put there
 * @param localInterfaces names of the interfaces that carry local addresses, with whether each has a carrier
 * @param virtualInterface name of the interface that carries virtual addresses
 * @param defaultRoutes names of the interfaces of each family's default routes, as far as they count
 * @param byDefaultRoute whether the local interface is the one with the default route
 * @param families the families that Services have addresses of
 * @param settings kernel settings below {@code /proc/sys/net}, by their path there; those the kernel lacks are missing
 * @param ipvs whether kube-proxy's interface kube-ipvs0 is there
 * @param proxyMode kube-proxy's mode by its ConfigMap; empty when that cannot be read or says nothing
 * @param strictArp whether that ConfigMap has strictARP set
 * @param port TCP port of the election group
 * @param unreachable nodes on which nobody answers at that port
 * @param outside nodes on which somebody answers there, though they are not in this node's election group
 */
record HostFacts(
        String node,
        Set<IpAddress> taken,
        Map<String, Boolean> localInterfaces,
        String virtualInterface,
        Map<IpFamily, List<String>> defaultRoutes,
        boolean byDefaultRoute,
        Set<IpFamily> families,
        Map<String, Integer> settings,
        boolean ipvs,
        Optional<String> proxyMode,
        boolean strictArp,
        int port,
        Set<String> unreachable,
        Set<String> outside) {
    /** The same with these nodes. */
    HostFacts withPeers(Set<String> silent, Set<String> strangers) {
        return new HostFacts(
                node,
                taken,
                localInterfaces,
                virtualInterface,
                defaultRoutes,
                byDefaultRoute,
                families,
                settings,
                ipvs,
                proxyMode,
                strictArp,
                port,
                silent,
                strangers);
    }

    /** Whether kube-proxy adds all addresses of Services to every node. */
    boolean proxyInIpvsMode() {
        return ipvs || proxyMode.filter("ipvs"::equals).isPresent();
    }

    /** An IPv4 setting in effect on an interface, the greater of its own and that of all; empty when unknown. */
    Optional<Integer> effective(String setting, String iface) {
        Integer all = settings.get("ipv4/conf/all/" + setting);
        Integer own = settings.get("ipv4/conf/" + iface + "/" + setting);
        return all == null || own == null ? Optional.empty() : Optional.of(Math.max(all, own));
    }
}
