package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.LoadBalancerStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.purelb.core.Assignment;
import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.ServiceWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StillShownTest {
    private static final IpAddress ONE = IpAddress.parse("10.0.0.1");
    private static final IpAddress TWO = IpAddress.parse("10.0.0.2");
    private static final ServiceKey A = new ServiceKey("default", "a");
    private static final ServiceKey B = new ServiceKey("default", "b");

    private final StillShown shown = new StillShown();

    private static Service showing(ServiceKey key, IpAddress... addresses) {
        Service service = Scenario.service(key.name(), 0);
        service.setStatus(new ServiceStatus());
        service.getStatus()
                .setLoadBalancer(new LoadBalancerStatus(List.of(addresses).stream()
                        .map(address -> new LoadBalancerIngressBuilder()
                                .withIp(address.toString())
                                .withIpMode("VIP")
                                .build())
                        .toList()));
        return service;
    }

    private Optional<List<IpAddress>> allowed(Service service, IpAddress... wanted) {
        return shown.allowed(
                        service, new ServiceWriter.Content(Map.of(), Optional.of(List.of(wanted)), Optional.empty()))
                .map(content -> content.ingress().orElseThrow());
    }

    private void released(ServiceKey key, IpAddress address) {
        shown.released(key, List.of(new Assignment(address, "default")));
    }

    @Test
    void nextHolderWaitsUntilTheOneBeforeIsWritten() {
        released(A, ONE);
        assertEquals(Optional.empty(), allowed(showing(B), ONE));
        assertEquals(Optional.of(List.of(TWO)), allowed(showing(B), TWO));
        assertEquals(List.of(B), shown.gone(A));
        assertEquals(Optional.of(List.of(ONE)), allowed(showing(B), ONE));
    }

    @Test
    void whoGetsItsOwnAddressBackWaitsForNobody() {
        released(A, ONE);
        assertEquals(Optional.of(List.of(ONE)), allowed(showing(A, ONE), ONE));
    }

    @Test
    void writeThatWasUnderWayBeforeTheReleaseTakesNothingAway() {
        Set<IpAddress> before = shown.of(A);
        released(A, ONE);
        assertEquals(Optional.empty(), allowed(showing(B), ONE));
        assertEquals(List.of(), shown.gone(A, before));
        assertEquals(Optional.empty(), allowed(showing(B), ONE));
    }

    @Test
    void twoThatSwapTheirAddressesDoNotWaitForEachOtherForEver() {
        released(A, ONE);
        released(B, TWO);
        assertEquals(Optional.empty(), allowed(showing(A, ONE), TWO));
        assertEquals(Optional.of(List.of()), allowed(showing(B, TWO), ONE), "someone waits for it, so it gives way");
        assertEquals(List.of(A), shown.gone(B));
        assertEquals(Optional.of(List.of(TWO)), allowed(showing(A, ONE), TWO));
        assertEquals(List.of(B), shown.gone(A));
        assertEquals(Optional.of(List.of(ONE)), allowed(showing(B), ONE));
    }
}
