package io.purelb.allocator;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.purelb.k8s.KubeClients;
import io.purelb.k8s.ServiceGroupResource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * What tests on the real API server do and see. Each test has a namespace of its own and begins without groups and without
 * an allocator.
 */
abstract class OnRealApi {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static int tests;

    /** Of the user who may do everything. */
    final KubernetesClient client = Plane.admin();

    final String namespace = "test-" + tests++;

    private final List<RunningAllocator> allocators = new ArrayList<>();

    @BeforeAll
    static void requireAssets() {
        assumeTrue(
                Plane.isAvailable(),
                "SKIPPED: tests on a real API server need etcd and kube-apiserver in the directory that"
                        + " KUBEBUILDER_ASSETS names");
    }

    @BeforeEach
    void makeNamespace() {
        makeNamespace(namespace);
    }

    final void makeNamespace(String name) {
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .createOr(NonDeletingOperation::update);
    }

    final void cleanUpAllocators() {
        allocators.forEach(RunningAllocator::close);
    }

    @AfterEach
    void cleanUp() {
        cleanUpAllocators();
        client.services().inAnyNamespace().list().getItems().stream()
                .filter(service -> !service.getMetadata().getName().equals("kubernetes"))
                .map(HasMetadata::getMetadata)
                .map(metadata -> metadata.getNamespace())
                .distinct()
                .filter(other -> !other.equals("default"))
                .forEach(other -> client.services().inNamespace(other).delete());
        client.resources(ServiceGroupResource.class).inAnyNamespace().list().getItems().stream()
                .map(group -> group.getMetadata().getNamespace())
                .distinct()
                .forEach(other -> {
                    client.resources(ServiceGroupResource.class)
                            .inNamespace(other)
                            .delete();
                    client.v1().events().inNamespace(other).delete();
                });
    }

    /** Starts an allocator as it is in production, with its own service account. */
    final RunningAllocator allocator() {
        return allocator(Plane.allocatorAccount(), true);
    }

    final RunningAllocator allocator(Config config, boolean defaultAnnouncer) {
        return started(new RunningAllocator(mayWrite -> KubeClients.open(config, mayWrite), defaultAnnouncer));
    }

    /** One that gives up watches and other answers that were silent for so long. */
    final RunningAllocator allocator(Config config, boolean defaultAnnouncer, Duration silence) {
        return started(new RunningAllocator(mayWrite -> KubeClients.open(config, silence, mayWrite), defaultAnnouncer));
    }

    private RunningAllocator started(RunningAllocator started) {
        allocators.add(started);
        return started;
    }

    /** Makes or replaces a group in namespace purelb; each pool as the pool text of its family. */
    final void group(String name, String... pools) {
        group("purelb", name, Map.of(), pools);
    }

    /** The same, with further fields of {@code spec}. */
    final void group(String inNamespace, String name, Map<String, Object> more, String... pools) {
        makeNamespace(inNamespace);
        GenericKubernetesResource group = new GenericKubernetesResource();
        group.setApiVersion("purelb.io/v1");
        group.setKind("ServiceGroup");
        group.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                .withNamespace(inNamespace)
                .withName(name)
                .build());
        Map<String, Object> spec = new java.util.HashMap<>(more);
        spec.put("local", Map.of("v4pools", pools(pools, false), "v6pools", pools(pools, true)));
        group.setAdditionalProperty("spec", spec);
        // Applied: the allocator may write the status at the same moment.
        client.resource(group).forceConflicts().serverSideApply();
    }

    private static List<Map<String, String>> pools(String[] pools, boolean six) {
        return List.of(pools).stream()
                .filter(pool -> pool.contains(":") == six)
                .map(pool -> Map.of("pool", pool, "subnet", six ? "fd00::/16" : pool.replaceAll("\\..*", ".0.0.0/8")))
                .toList();
    }

    final void deleteGroup(String name) {
        client.resources(ServiceGroupResource.class)
                .inNamespace("purelb")
                .withName(name)
                .delete();
    }

    /** A group whose status fulfils a condition, as soon as there is one. */
    final ServiceGroupResource awaitGroup(String name, Predicate<ServiceGroupResource> condition) {
        return await(
                () -> client.resources(ServiceGroupResource.class)
                        .inNamespace("purelb")
                        .withName(name)
                        .get(),
                group -> group.getStatus() != null && condition.test(group));
    }

    final Service create(Draft draft) {
        return client.resource(draft.in(namespace)).create();
    }

    final Service get(String name) {
        return client.services().inNamespace(namespace).withName(name).require();
    }

    final void delete(String name) {
        client.services().inNamespace(namespace).withName(name).delete();
    }

    /** Edits a Service by a JSON merge patch with {@code '} for {@code "}. */
    final Service edit(String name, String patch) {
        return client.services().inNamespace(namespace).withName(name).patch(MERGE, patch.replace('\'', '"'));
    }

    /** Sets an annotation, or removes it. */
    final Service annotate(String name, String key, @Nullable String value) {
        return edit(
                name,
                "{'metadata':{'annotations':{'" + key + "':" + (value == null ? "null" : "'" + value + "'") + "}}}");
    }

    /** Writes an ingress as another controller would. */
    final Service showIngress(String name, String... addresses) {
        String entries = List.of(addresses).stream()
                .map(address -> "{'ip':'" + address + "'}")
                .collect(java.util.stream.Collectors.joining(","));
        return client.services()
                .inNamespace(namespace)
                .withName(name)
                .subresource("status")
                .patch(MERGE, ("{'status':{'loadBalancer':{'ingress':[" + entries + "]}}}").replace('\'', '"'));
    }

    final Service await(String name, Predicate<Service> condition) {
        return await(
                () -> client.services().inNamespace(namespace).withName(name).get(), condition);
    }

    /** The value as soon as it fulfils a condition. */
    static <T> T await(Supplier<@Nullable T> value, Predicate<T> condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            @Nullable T now = value.get();
            if (now != null && condition.test(now)) {
                return now;
            }
            if (System.nanoTime() - deadline > 0) {
                return fail("waited in vain; at last: " + now);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    static void awaitTrue(Supplier<Boolean> condition) {
        await(condition, Boolean.TRUE::equals);
    }

    /** The addresses a Service shows now. */
    final List<String> addresses(String name) {
        return addresses(get(name));
    }

    static List<String> addresses(Service service) {
        return service.getStatus().getLoadBalancer().getIngress().stream()
                .map(LoadBalancerIngress::getIp)
                .toList();
    }

    /** The addresses of a Service that has all it asks for, as soon as it says so. */
    final List<String> served(String name) {
        return addresses(await(name, service -> !addresses(service).isEmpty() && "Allocated".equals(reason(service))));
    }

    /** Waits until a Service shows exactly these addresses. */
    final void awaitAddresses(String name, String... expected) {
        await(name, service -> addresses(service).equals(List.of(expected)));
    }

    /** The sentence of the condition, as soon as it is False for this reason. */
    final String refused(String name, String reason) {
        Service refused = await(name, service -> reason.equals(reason(service)));
        Condition condition = condition(refused).orElseThrow();
        assertEquals("False", condition.getStatus());
        return condition.getMessage();
    }

    static Optional<Condition> condition(Service service) {
        return Objects.requireNonNullElse(service.getStatus().getConditions(), List.<Condition>of()).stream()
                .filter(condition -> condition.getType().equals("purelb.io/Allocated"))
                .findFirst();
    }

    static @Nullable String reason(Service service) {
        return condition(service).map(Condition::getReason).orElse(null);
    }

    static @Nullable String annotation(Service service, String key) {
        Map<String, String> all = service.getMetadata().getAnnotations();
        return all == null ? null : all.get(key);
    }

    /** The events about an object of this test, as {@code Type Reason: message}, in order of their names. */
    final List<String> events(String name) {
        return eventsAbout(name).stream()
                .map(event -> event.getType() + " " + event.getReason() + ": " + event.getMessage())
                .toList();
    }

    /** Without those of the API server itself, which looks through the cluster IPs just after it was started. */
    final List<Event> eventsAbout(String name) {
        return client.v1().events().inAnyNamespace().list().getItems().stream()
                .filter(event -> !event.getReason().startsWith("ClusterIP"))
                .filter(event -> event.getInvolvedObject().getName().equals(name))
                .filter(event -> List.of(namespace, "purelb")
                        .contains(event.getInvolvedObject().getNamespace()))
                .toList();
    }

    final void awaitEvent(String name, String text) {
        await(() -> events(name), events -> events.contains(text));
    }

    /** Waits until the allocator has dealt with everything that was written before. */
    final void barrier() {
        for (int i = 0; i < 2; i++) {
            Service last = client.resource(Draft.draft("barrier-" + System.nanoTime())
                            .group("there-is-no-such-group")
                            .in(namespace))
                    .create();
            refused(last.getMetadata().getName(), "UNKNOWN_GROUP");
            delete(last.getMetadata().getName());
        }
    }

    /** The requests of the allocator's account so far: verb, resource/subresource, object, code. */
    final List<String> requests(Predicate<String> which) {
        List<String> found = new ArrayList<>();
        for (JsonNode event : Plane.server().audit()) {
            JsonNode object = event.path("objectRef");
            String text =
                    event.path("verb").asText() + " " + object.path("resource").asText()
                            + (object.has("subresource")
                                    ? "/" + object.path("subresource").asText()
                                    : "") + " "
                            + object.path("namespace").asText() + "/"
                            + object.path("name").asText() + " "
                            + event.path("responseStatus").path("code").asInt();
            if (event.path("user").path("username").asText().endsWith(":purelb:" + Plane.ACCOUNT) && which.test(text)) {
                found.add(text);
            }
        }
        return found;
    }

    /** Whether a call is refused by the API server with this code. */
    static boolean failsWith(int code, Runnable call) {
        try {
            call.run();
            return false;
        } catch (KubernetesClientException refused) {
            return refused.getCode() == code;
        }
    }
}
