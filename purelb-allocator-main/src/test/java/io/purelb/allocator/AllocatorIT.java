package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.purelb.k8s.EventRecorder;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.lab.RealApiServer;
import io.purelb.process.CommonFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The allocator as it is wired for production, against a real API server. */
final class AllocatorIT {
    private static final Path MANIFESTS = Path.of("../manifests");

    @TempDir
    private static Path directory;

    private static @Nullable RealApiServer plane;

    private KubernetesClient client;
    private AllocatorProcess allocator;

    @BeforeAll
    static void startControlPlane() throws IOException {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: AllocatorIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
        plane = RealApiServer.start(directory);
        plane.install(MANIFESTS.resolve("crds"));
        try (KubernetesClient client = plane.client();
                var yaml = Files.newInputStream(MANIFESTS.resolve("samples/lab.yaml"))) {
            client.load(yaml).create();
        }
    }

    @AfterAll
    static void stopControlPlane() {
        if (plane != null) {
            plane.close();
        }
    }

    @BeforeEach
    void start() {
        client = Objects.requireNonNull(plane).client();
        allocator = startAllocator();
    }

    @AfterEach
    void stop() {
        allocator.close();
        client.close();
    }

    private static AllocatorProcess startAllocator() {
        CommonFlags flags = CommandLine.populateCommand(new CommonFlags(), "--port=0");
        AllocatorProcess process = DaggerAllocatorComponent.factory()
                .create(flags, Objects.requireNonNull(plane).client(), true)
                .process();
        process.start();
        return process;
    }

    private Service await(String name, Predicate<Service> condition) {
        return client.services()
                .inNamespace("default")
                .withName(name)
                .waitUntilCondition(service -> service != null && condition.test(service), 20, TimeUnit.SECONDS);
    }

    private static List<String> addresses(Service service) {
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .map(LoadBalancerIngress::getIp)
                .toList();
    }

    private static boolean isServed(Service service) {
        return !addresses(service).isEmpty();
    }

    @Test
    void sampleServicesGetTheirAddresses() {
        assertEquals(List.of("172.31.1.0"), addresses(await("virtual", AllocatorIT::isServed)));
        assertEquals(List.of("172.30.250.80"), addresses(await("requested", AllocatorIT::isServed)));
        assertEquals(
                addresses(await("shared-http", AllocatorIT::isServed)),
                addresses(await("shared-https", AllocatorIT::isServed)));
        Service dual = await("dual-stack", service -> addresses(service).size() == 2);
        assertTrue(addresses(dual).get(1).startsWith("fd00:250::50"), () -> "" + addresses(dual));
        assertEquals(
                "VIP", dual.getStatus().getLoadBalancer().getIngress().get(0).getIpMode());
        assertEquals("PureLB", dual.getMetadata().getAnnotations().get("purelb.io/allocated-by"));
        Service pending =
                await("pending", service -> !service.getStatus().getConditions().isEmpty());
        assertEquals("UNKNOWN_GROUP", pending.getStatus().getConditions().get(0).getReason());
        client.resources(ServiceGroupResource.class)
                .inNamespace("purelb")
                .withName("default")
                .waitUntilCondition(
                        group -> group != null
                                && group.getStatus() != null
                                && group.getStatus().services() == 5
                                && "5".equals(group.getStatus().allocated()),
                        20,
                        TimeUnit.SECONDS);
    }

    @Test
    void restartMovesNoAddressAndWritesNothing() {
        Map<String, String> before = versions();
        allocator.close();
        allocator = startAllocator();
        Service late = create("late");
        await("late", AllocatorIT::isServed);
        assertEquals(before, versions());
        client.resource(late).delete();
    }

    /** Versions of the served Services: any write would change them. */
    private Map<String, String> versions() {
        Map<String, String> versions = new java.util.TreeMap<>();
        for (String name : List.of("local", "virtual", "shared-http", "shared-https", "dual-stack", "requested")) {
            Service service = await(name, AllocatorIT::isServed);
            versions.put(name, service.getMetadata().getResourceVersion() + addresses(service));
        }
        return versions;
    }

    private Service create(String name) {
        return client.resource(Scenario.service(name, 0)).create();
    }

    @Test
    void typeChangeGivesTheAddressBack() {
        create("typed");
        Service served = await("typed", AllocatorIT::isServed);
        String address = addresses(served).get(0);
        client.resource(served).patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"type\":\"ClusterIP\"}}");
        Service released = await(
                "typed",
                service -> service.getMetadata().getAnnotations() == null
                        || !service.getMetadata().getAnnotations().containsKey("purelb.io/allocated-by"));
        assertTrue(addresses(released).isEmpty());
        Service heir = create("heir");
        assertEquals(List.of(address), addresses(await("heir", AllocatorIT::isServed)));
        client.resource(heir).delete();
        client.resource(released).delete();
    }

    @Test
    void describedEventsAreCountedNotRepeated() {
        Service service = await("local", AllocatorIT::isServed);
        try (EventRecorder events = new EventRecorder(client, "test", "", Clock.systemUTC())) {
            for (int i = 0; i < 5; i++) {
                events.normal(service, "Tried", "It was tried");
            }
            client.v1()
                    .events()
                    .inNamespace("default")
                    .informOnCondition(all -> all.stream().anyMatch(AllocatorIT::isTried))
                    .join();
            events.normal(service, "Tried", "It was tried");
        }
        List<Event> tried = client.v1().events().inNamespace("default").list().getItems().stream()
                .filter(AllocatorIT::isTried)
                .toList();
        assertEquals(1, tried.size());
        assertEquals(6, tried.get(0).getCount());
        assertEquals("test", tried.get(0).getSource().getComponent());
        assertNull(tried.get(0).getSource().getHost());
    }

    private static boolean isTried(Event event) {
        return event.getReason().equals("Tried");
    }
}
