package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.prometheus.client.CollectorRegistry;
import io.purelb.k8s.KeyQueue;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.process.CommonMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** The allocator's loop on an API server in memory, at a time that only the test moves. */
final class Scenario {
    final CollectorRegistry registry = new CollectorRegistry();
    final FakeApi api;
    final ServiceDesk desk;
    final AllocatorLoop loop;
    long now = 1;
    private boolean woken;

    Scenario() {
        this(false);
    }

    /** @param afterCrash whether a leader before may have writes on their way */
    Scenario(boolean afterCrash) {
        AllocatorMetrics metrics = new AllocatorMetrics(CommonMetrics.register(registry, "test"));
        KeyQueue<Work> queue = new KeyQueue<>(() -> woken = true);
        api = new FakeApi(this::look, () -> queue.add(Work.CONFIGURATION));
        Reports reports = new Reports(api, metrics);
        desk = new ServiceDesk(api, reports, true);
        loop = new AllocatorLoop(
                api,
                api,
                queue,
                new Takeover(api, api, () -> woken = true, afterCrash, "2 of test", true),
                desk,
                () -> woken = true,
                reports,
                metrics,
                Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));
    }

    private void look(Service service) {
        loop.look(service, now);
    }

    /** Lets the loop work off everything that is due until then. */
    Scenario run(Duration time) {
        long end = now + time.toNanos();
        while (true) {
            woken = false;
            long next = loop.step(now);
            if (woken || next <= now) {
                continue;
            }
            if (next > end) {
                now = end;
                return this;
            }
            now = next;
        }
    }

    Scenario run() {
        return run(Duration.ofSeconds(1));
    }

    static ServiceGroupResource group(String name, String pool) {
        return Serialization.unmarshal(
                "---\n{apiVersion: purelb.io/v1, kind: ServiceGroup, metadata: {namespace: purelb, name: " + name
                        + ", generation: 1, creationTimestamp: '2026-01-01T00:00:00Z'}, spec: {local: {v4pools:"
                        + " [{subnet: 10.0.0.0/24, pool: '" + pool + "'}]}}}",
                ServiceGroupResource.class);
    }

    /** A Service of type LoadBalancer in namespace default, created so many seconds after the first. */
    static Service service(String name, int age, Map<String, String> annotations) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .withCreationTimestamp(
                        Instant.parse("2026-01-01T00:00:00Z").plusSeconds(age).toString())
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withType("LoadBalancer")
                .withIpFamilies("IPv4")
                .addNewPort()
                .withProtocol("TCP")
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
    }

    static Service service(String name, int age) {
        return service(name, age, Map.of());
    }

    /** The addresses that a Service shows on the server. */
    List<String> addresses(String name) {
        Service service = api.stored(name);
        return service.getStatus() == null || service.getStatus().getLoadBalancer() == null
                ? List.of()
                : service.getStatus().getLoadBalancer().getIngress().stream()
                        .map(LoadBalancerIngress::getIp)
                        .toList();
    }
}
