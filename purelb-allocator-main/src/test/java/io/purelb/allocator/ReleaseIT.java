package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Addresses that are given back, and who gets them (specification, 2.6). */
final class ReleaseIT extends OnRealApi {
    private static final String TO_CLUSTER_IP = "{'spec':{'type':'ClusterIP'}}";
    private static final String TO_LOAD_BALANCER =
            "{'spec':{'type':'LoadBalancer','loadBalancerClass':'purelb.io/purelb','allocateLoadBalancerNodePorts':false}}";

    private void assertNoTraceOfUs(Service service) {
        assertEquals(List.of(), addresses(service));
        assertNull(annotation(service, "purelb.io/allocated-by"));
        assertNull(annotation(service, "purelb.io/allocated-from"));
        assertNull(reason(service));
    }

    private Service awaitUnbranded(String name) {
        return await(name, service -> annotation(service, "purelb.io/allocated-by") == null);
    }

    /** One address, held by "holder", and two Services that wait for it; the younger has the lower name. */
    private void oneAddressForThree() {
        group("default", "10.0.0.0/32");
        allocator();
        create(draft("holder"));
        served("holder");
        create(draft("z-older"));
        refused("z-older", "EXHAUSTED");
        // Creation times have a resolution of a second.
        String older = get("z-older").getMetadata().getCreationTimestamp();
        for (int i = 0; ; i++) {
            String younger = create(draft("a-younger")).getMetadata().getCreationTimestamp();
            if (!younger.equals(older)) {
                break;
            }
            delete("a-younger");
            assertTrue(i < 10_000, "time does not pass");
        }
        refused("a-younger", "EXHAUSTED");
    }

    @Test
    void deletedServiceGivesItsAddressToTheOneThatWaitedLongest() {
        oneAddressForThree();
        delete("holder");
        awaitAddresses("z-older", "10.0.0.0");
        assertEquals(List.of(), addresses("a-younger"));
        delete("z-older");
        awaitAddresses("a-younger", "10.0.0.0");
    }

    @Test
    void typeChangeReleasesAndTheWayBackAllocatesAgain() {
        oneAddressForThree();
        Service changed = edit("holder", TO_CLUSTER_IP);
        assertEquals(List.of(), addresses(changed), "the API server itself empties the status");
        awaitAddresses("z-older", "10.0.0.0");
        assertNoTraceOfUs(awaitUnbranded("holder"));
        awaitEvent("holder", "Normal IPReleased: Released IP 10.0.0.0 to pool default");
        edit("holder", TO_LOAD_BALANCER);
        refused("holder", "EXHAUSTED");
        delete("z-older");
        // It is the oldest of all, whenever it came back.
        awaitAddresses("holder", "10.0.0.0");
    }

    @Test
    void classChangeReleases() {
        oneAddressForThree();
        edit("holder", TO_CLUSTER_IP);
        edit("holder", TO_LOAD_BALANCER.replace("purelb.io/purelb", "example.com/other"));
        awaitAddresses("z-older", "10.0.0.0");
        assertNoTraceOfUs(awaitUnbranded("holder"));
        showIngress("holder", "192.0.2.7");
        barrier();
        assertEquals(List.of("192.0.2.7"), addresses("holder"));
    }

    @Test
    void typeChangeWhileTheAllocatorIsAwayLeavesNoTrace() {
        group("default", "10.0.0.0/32");
        RunningAllocator first = allocator();
        create(draft("typed"));
        served("typed");
        first.close();
        edit("typed", TO_CLUSTER_IP);
        create(draft("next"));
        allocator();
        assertEquals(List.of("10.0.0.0"), served("next"));
        assertNoTraceOfUs(awaitUnbranded("typed"));
    }

    @Test
    void classChangeWhileTheAllocatorIsAwayLeavesNoTraceAndTheOthersIngressAlone() {
        group("default", "10.0.0.0/32");
        RunningAllocator first = allocator();
        create(draft("moved"));
        served("moved");
        first.close();
        edit("moved", TO_CLUSTER_IP);
        edit("moved", TO_LOAD_BALANCER.replace("purelb.io/purelb", "example.com/other"));
        showIngress("moved", "192.0.2.7");
        create(draft("next"));
        allocator();
        assertEquals(List.of("10.0.0.0"), served("next"));
        Service moved = awaitUnbranded("moved");
        assertEquals(List.of("192.0.2.7"), addresses(moved));
    }

    @Test
    void deletedWhileTheAllocatorIsAwayIsFreeAfterwards() {
        group("default", "10.0.0.0/32");
        RunningAllocator first = allocator();
        create(draft("holder"));
        served("holder");
        create(draft("waiting"));
        refused("waiting", "EXHAUSTED");
        first.close();
        delete("holder");
        allocator();
        awaitAddresses("waiting", "10.0.0.0");
    }

    @Test
    void serviceThatIsBeingDeletedKeepsItsAddressUntilItIsGone() {
        group("default", "10.0.0.0/32");
        allocator();
        create(draft("holder"));
        served("holder");
        edit("holder", "{'metadata':{'finalizers':['example.com/wait']}}");
        delete("holder");
        create(draft("waiting"));
        refused("waiting", "EXHAUSTED");
        assertEquals(List.of("10.0.0.0"), addresses("holder"));
        edit("holder", "{'metadata':{'finalizers':null}}");
        awaitAddresses("waiting", "10.0.0.0");
    }

    @Test
    void twoHundredWaitingServicesAreServedInOrderOfAgeWhenAPoolGrows() {
        group("default", "10.0.0.0/32");
        allocator();
        create(draft("holder"));
        served("holder");
        List<Integer> names = new ArrayList<>(IntStream.range(0, 200).boxed().toList());
        // Not in order of their names.
        java.util.Collections.shuffle(names, new java.util.Random(7));
        names.forEach(i -> create(draft("w" + (1000 + i))));
        refused("w" + (1000 + names.get(199)), "EXHAUSTED");
        group("default", "10.0.0.0/24");
        List<Service> all = await(
                () -> client.services().inNamespace(namespace).list().getItems(),
                services -> services.size() == 201
                        && services.stream()
                                .noneMatch(service -> addresses(service).isEmpty()));
        List<Service> byAge = all.stream()
                .sorted(Comparator.comparing(
                                (HasMetadata service) -> service.getMetadata().getCreationTimestamp())
                        .thenComparing(service -> service.getMetadata().getName()))
                .toList();
        assertTrue(
                byAge.get(0)
                                .getMetadata()
                                .getCreationTimestamp()
                                .compareTo(byAge.get(200).getMetadata().getCreationTimestamp())
                        < 0,
                "created within more than one second");
        assertEquals(
                IntStream.range(0, 201).mapToObj(i -> "10.0.0." + i).toList(),
                byAge.stream().map(service -> addresses(service).get(0)).toList());
    }
}
