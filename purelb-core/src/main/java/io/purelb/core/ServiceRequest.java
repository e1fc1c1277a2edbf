package io.purelb.core;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a Service of type LoadBalancer asks for.
 *
 * @param service whose request it is
 * @param families the families wanted, in order; never empty
 * @param policy whether all of them are needed
 * @param group the group named by the Service, empty for {@code default}
 * @param requested addresses asked for by name
 * @param sharingKey Services with equal keys may share an address
 * @param ports the ports it listens on
 * @param localPolicy whether {@code externalTrafficPolicy} is Local
 */
public record ServiceRequest(
        ServiceKey service,
        List<IpFamily> families,
        FamilyPolicy policy,
        Optional<String> group,
        RequestedAddresses requested,
        Optional<String> sharingKey,
        SortedSet<ServicePort> ports,
        boolean localPolicy) {
    public ServiceRequest {
        families = List.copyOf(families);
        if (families.isEmpty()) {
            throw new IllegalArgumentException(service + " asks for no family");
        }
        ports = new TreeSet<>(ports);
    }

    /** The same request with {@code externalTrafficPolicy: Cluster}. */
    ServiceRequest withClusterPolicy() {
        return new ServiceRequest(service, families, policy, group, requested, sharingKey, ports, false);
    }

    /** The claim this Service makes on an address of a group. */
    Claim claim(String groupName) {
        return new Claim(groupName, sharingKey, ports, localPolicy);
    }
}
