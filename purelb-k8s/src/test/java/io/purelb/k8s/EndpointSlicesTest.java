package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.EndpointNodes;
import io.purelb.core.ServiceKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EndpointSlicesTest {
    private static EndpointSlice slice(String endpoints) {
        return Serialization.unmarshal(
                "---\n{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: ns, name: web-1, labels:"
                        + " {kubernetes.io/service-name: web}}, addressType: IPv4, endpoints: " + endpoints + "}",
                EndpointSlice.class);
    }

    private static final EndpointSlice FOUR = slice("[{addresses: [10.0.0.1], nodeName: a, targetRef: {name: p1},"
            + " conditions: {ready: true}}, {addresses: [10.0.0.2], nodeName: b, targetRef: {name: p2}, conditions:"
            + " {ready: false, serving: true, terminating: true}}, {addresses: [10.0.0.3], nodeName: c, targetRef:"
            + " {name: p3}, conditions: {ready: false, serving: false}}, {addresses: [10.0.0.4], nodeName: d,"
            + " targetRef: {name: p4}}]");

    @Test
    void readyEndpointsAreToldFromThoseThatStillServe() {
        assertEquals(new EndpointNodes(Set.of("a", "d"), Set.of("b")), EndpointSlices.nodes(FOUR));
    }

    @Test
    void podWithTwoFamiliesCountsOnce() {
        EndpointSlice v6 = slice("[{addresses: ['fd00::1'], nodeName: a, targetRef: {name: p1}}]");
        assertEquals(2, EndpointSlices.readyCount(List.of(FOUR, v6)));
    }

    @Test
    void sliceWithoutEndpointsCountsNothing() {
        assertEquals(0, EndpointSlices.readyCount(List.of(slice("null"))));
        assertEquals(EndpointNodes.NONE, EndpointSlices.nodes(slice("null")));
    }

    @Test
    void labelNamesTheService() {
        assertEquals(Optional.of(new ServiceKey("ns", "web")), EndpointSlices.service(FOUR));
    }
}
