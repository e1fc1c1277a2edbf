package io.purelb.core;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a Service of type LoadBalancer asks for.
 *
 * @param service whose request it is
 * @param families the families wanted, in order; a request for none is refused
 * @param policy whether all of them are needed
 * @param group the group named by the Service, empty for {@code default}
 * @param requested addresses asked for by name
 * @param sharingKey Services with equal keys may share an address
 * @param ports the ports it listens on
 * @param localPolicy whether {@code externalTrafficPolicy} is Local
 * @param terminating whether it is being deleted: it keeps what it has and gets nothing new
 */
public record ServiceRequest(
        ServiceKey service,
        List<IpFamily> families,
        FamilyPolicy policy,
        Optional<String> group,
        RequestedAddresses requested,
        Optional<String> sharingKey,
        SortedSet<ServicePort> ports,
        boolean localPolicy,
        boolean terminating) {
    public ServiceRequest {
        families = families.stream().distinct().toList();
        ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
    }

    /** The request of a Service that is not being deleted. */
    public ServiceRequest(
            ServiceKey service,
            List<IpFamily> families,
            FamilyPolicy policy,
            Optional<String> group,
            RequestedAddresses requested,
            Optional<String> sharingKey,
            SortedSet<ServicePort> ports,
            boolean localPolicy) {
        this(service, families, policy, group, requested, sharingKey, ports, localPolicy, false);
    }

    /** A request for any IPv4 address of the group {@code default}, not shared. */
    public static ServiceRequest of(String namespace, String name) {
        return bare(new ServiceKey(namespace, name), List.of(IpFamily.IPV4));
    }

    /** A request for any address of each of these families, not shared. */
    public static ServiceRequest bare(ServiceKey service, List<IpFamily> families) {
        return new ServiceRequest(
                service,
                families,
                FamilyPolicy.SINGLE_STACK,
                Optional.empty(),
                RequestedAddresses.NONE,
                Optional.empty(),
                Collections.emptySortedSet(),
                false);
    }

    /** The same request, to another group. */
    public ServiceRequest inGroup(String name) {
        return new ServiceRequest(
                service, families, policy, Optional.of(name), requested, sharingKey, ports, localPolicy, terminating);
    }

    /** The same request, on an address that others with this key may use as well, on other ports. */
    public ServiceRequest sharing(String key, ServicePort... usedPorts) {
        return new ServiceRequest(
                service,
                families,
                policy,
                group,
                requested,
                Optional.of(key),
                new TreeSet<>(List.of(usedPorts)),
                localPolicy,
                terminating);
    }

    /** The same request of a Service that is being deleted. */
    public ServiceRequest whileTerminating() {
        return new ServiceRequest(service, families, policy, group, requested, sharingKey, ports, localPolicy, true);
    }

    /** The same request with {@code externalTrafficPolicy: Cluster}. */
    ServiceRequest withClusterPolicy() {
        return new ServiceRequest(service, families, policy, group, requested, sharingKey, ports, false, terminating);
    }

    /** The claim this Service makes on an address of a group: without a sharing key, on all of it. */
    Claim claim(String groupName) {
        return sharingKey.isPresent() ? new Claim(groupName, sharingKey, ports, localPolicy) : Claim.whole(groupName);
    }
}
