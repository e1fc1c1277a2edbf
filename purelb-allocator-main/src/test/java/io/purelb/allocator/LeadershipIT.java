package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.testkit.Patience;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.lab.RealApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Two allocators as processes of their own, each with its own user, on a real API server that keeps an audit log. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LeadershipIT {
    private static final String NAMESPACE = "default";

    @TempDir
    private static Path directory;

    private static @Nullable RealApiServer server;
    private static int started;

    private final List<AllocatorChild> children = new ArrayList<>();
    private KubernetesClient client;
    private AddressWatch watch;
    private Load load;

    @BeforeAll
    static void startServer() throws IOException {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: LeadershipIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
        server = RealApiServer.start(Files.createDirectory(directory.resolve("server")));
        server.install(Path.of("../manifests/crds"));
        try (KubernetesClient client = server.client()) {
            for (String name : List.of("a", "b")) {
                server.serviceAccount("purelb", name);
                client.resource(new ClusterRoleBindingBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "cluster-admin")
                                .addNewSubject("", "ServiceAccount", name, "purelb")
                                .build())
                        .create();
            }
            client.resource(Serialization.unmarshal(
                            "---\n{apiVersion: purelb.io/v1, kind: ServiceGroup, metadata: {namespace: purelb, name:"
                                    + " default}, spec: {local: {v4pools: [{subnet: 10.0.0.0/16, pool: 10.0.0.0/16}]}}}",
                            ServiceGroupResource.class))
                    .create();
        }
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    private static RealApiServer server() {
        return Objects.requireNonNull(server);
    }

    @BeforeEach
    void begin() {
        client = server().client();
        watch = new AddressWatch(client);
        load = new Load(client, NAMESPACE);
    }

    @AfterEach
    void end() {
        load.close();
        children.forEach(AllocatorChild::close);
        client.services().inNamespace(NAMESPACE).withLabel(Load.LABEL).delete();
        await(
                "the Services to be gone",
                () -> client.services()
                        .inNamespace(NAMESPACE)
                        .withLabel(Load.LABEL)
                        .list()
                        .getItems()
                        .isEmpty());
        // As if the last leader had released it: the next test need not wait.
        client.resource(new LeaseBuilder(lease())
                        .editSpec()
                        .withHolderIdentity(null)
                        .endSpec()
                        .build())
                .update();
        watch.close();
        client.close();
    }

    /** As the only container of a pod: another process cannot tell whether it has ended. */
    private AllocatorChild pod(String account) {
        return start(account, Map.of("PURELB_POD_UID", "uid-" + account + started));
    }

    private AllocatorChild start(String account, Map<String, String> environment) {
        Config config = server().serviceAccount("purelb", account);
        Path kubeconfig = server().kubeconfig(config, directory.resolve(account + ".kubeconfig"));
        AllocatorChild child = new AllocatorChild(kubeconfig, directory.resolve(started++ + ".log"), environment);
        children.add(child);
        return child;
    }

    private AllocatorChild leader(String account) {
        AllocatorChild child = pod(account);
        await("the leader", () -> child.isReady() && child.said("leading"));
        return child;
    }

    private AllocatorChild standby(String account) {
        AllocatorChild child = pod(account);
        await("the standby", () -> child.isReady() && child.said("standing by"));
        return child;
    }

    static void await(String what, BooleanSupplier condition) {
        Patience.until(() -> what, condition);
    }

    private void awaitServed(int more) {
        int wanted = load.created() + more;
        await(more + " more Services to be served", () -> load.created() >= wanted && load.allServed(watch, wanted));
    }

    private Lease lease() {
        return client.leases()
                .inNamespace("purelb")
                .withName("purelb-allocator")
                .get();
    }

    private void finish() {
        load.close();
        await("every Service to be served", () -> load.allServed(watch, load.created()));
        assertEquals(List.of(), watch.doubles());
    }

    /** Requests that change something and were carried out, of a user, received after a time. */
    private static List<String> writes(String account, Instant after) {
        return server().audit().stream()
                .filter(event ->
                        event.path("user").path("username").asText().equals("system:serviceaccount:purelb:" + account))
                .filter(event -> !List.of("get", "list", "watch")
                        .contains(event.path("verb").asText()))
                .filter(event -> event.path("responseStatus").path("code").asInt() < 400)
                .filter(event -> Instant.parse(
                                event.path("requestReceivedTimestamp").asText())
                        .isAfter(after))
                .map(LeadershipIT::text)
                .toList();
    }

    private static String text(JsonNode event) {
        return event.path("requestReceivedTimestamp").asText() + " "
                + event.path("verb").asText() + " "
                + event.path("requestURI").asText() + " "
                + event.path("responseStatus").path("code").asInt();
    }

    @Test
    @Order(1)
    void oneOfTwoThatStartTogetherLeadsAndTheOtherIsReadyAndSilent() {
        AllocatorChild a = pod("a");
        AllocatorChild b = pod("b");
        await("both to be ready", () -> a.isReady() && b.isReady());
        load.start();
        awaitServed(50);
        assertTrue(a.said("leading") != b.said("leading"), "exactly one");
        String silent = a.said("leading") ? "b" : "a";
        AllocatorChild standby = silent.equals("a") ? a : b;
        assertEquals(List.of(), writes(silent, Instant.EPOCH));
        String metrics = standby.get("/metrics").orElseThrow().body();
        assertTrue(metrics.contains("purelb_allocator_leader_bool 0.0"), metrics);
        String leading = (standby == a ? b : a).get("/metrics").orElseThrow().body();
        assertTrue(leading.contains("purelb_allocator_leader_bool 1.0"), leading);
        assertTrue(metrics.contains("purelb_k8s_client_config_loaded_bool 1.0"), metrics);
        assertFalse(metrics.contains("purelb_address_pool_size{"), "each address is counted by one process");
        assertTrue(standby.get("/debug/state").orElseThrow().body().contains("10.0.0.0"), "it follows");
        finish();
        assertEquals(List.of("starting", "standing by"), messages(standby), "only changes of state are worth a line");
        assertLogIsForMachines(standby == a ? b : a);
    }

    private static List<String> messages(AllocatorChild child) {
        return child.lines().stream().map(line -> line.path("msg").asText()).toList();
    }

    private static void assertLogIsForMachines(AllocatorChild child) {
        JsonNode first = child.lines().get(0);
        assertEquals("starting", first.path("msg").asText());
        assertFalse(first.path("version").asText().isEmpty());
        for (JsonNode line : child.lines()) {
            List<String> keys = new ArrayList<>();
            line.fieldNames().forEachRemaining(keys::add);
            assertEquals(List.of("level", "msg", "logger"), keys.subList(0, 3), line::toString);
            assertFalse(
                    keys.stream().anyMatch(key -> key.startsWith("ti") || key.equals("ts")), () -> "no time: " + line);
            if (line.path("msg").asText().equals("allocated")) {
                assertEquals(List.of("service", "ip", "pool"), keys.subList(3, keys.size()));
                assertTrue(line.path("service").asText().startsWith(NAMESPACE + "/"), line::toString);
            }
        }
        assertTrue(child.said("allocated"));
    }

    @Test
    @Order(2)
    void killedLeaderUnderLoadLosesNoServiceAndGivesNoAddressTwice() {
        AllocatorChild a = leader("a");
        AllocatorChild b = standby("b");
        load.start();
        awaitServed(100);
        a.signal("KILL");
        await("the other to lead", () -> b.said("leading"));
        String next = load.next();
        await("the next to be served", () -> watch.isServed(next));
        awaitServed(100);
        assertTrue(b.said("taking over"));
        finish();
    }

    @Test
    @Order(3)
    void killedSingleAllocatorServesAgainAsSoonAsItIsStarted() {
        AllocatorChild a = start("a", Map.of());
        load.start();
        awaitServed(50);
        a.signal("KILL");
        a.exitCode();
        AllocatorChild again = start("a", Map.of());
        await("it to lead", () -> again.said("leading"));
        String next = load.next();
        await("the next to be served", () -> watch.isServed(next));
        assertFalse(again.said("standing by"), "the lease is not waited for");
        finish();
    }

    @Test
    @Order(4)
    void stoppedLeaderWritesNothingAfterItsLease() {
        AllocatorChild a = leader("a");
        AllocatorChild b = standby("b");
        load.start();
        awaitServed(100);
        deposeByStop("a", a, b);
        deposeByStop("b", b, a);
        finish();
    }

    private void deposeByStop(String account, AllocatorChild leader, AllocatorChild standby) {
        long led = standby.times("leading");
        long lost = leader.times("the lease is lost");
        leader.signal("STOP");
        await("the other to lead", () -> standby.times("leading") > led);
        Instant won = lease().getSpec().getAcquireTime().toInstant();
        awaitServed(100);
        leader.signal("CONT");
        await("the stopped one to notice", () -> leader.times("the lease is lost") > lost);
        awaitServed(100);
        assertTrue(leader.isReady());
        assertEquals(List.of(), writes(account, won));
    }

    @Test
    @Order(5)
    void terminatedLeaderHandsOver() {
        AllocatorChild a = leader("a");
        AllocatorChild b = standby("b");
        load.start();
        awaitServed(100);
        a.signal("TERM");
        await("the other to lead", () -> b.said("leading"));
        String next = load.next();
        await("the next to be served", () -> watch.isServed(next));
        assertEquals(0, a.exitCode());
        assertFalse(b.said("taking over"), "all was answered, nothing has to be fenced");
        finish();
    }

    @Test
    @Order(6)
    void apiServerAwayAndBackNeitherLosesAServiceNorReadiness() {
        AllocatorChild a = leader("a");
        AllocatorChild b = standby("b");
        load.start();
        awaitServed(50);
        load.pause();
        server().stopApi();
        await(
                "both to say so",
                () -> a.said("the API server does not answer, trying again")
                        && b.said("the API server does not answer, trying again"));
        LockSupport.parkNanos(Duration.ofSeconds(7).toNanos()); // longer than the lease
        assertTrue(a.isReady() && b.isReady());
        server().startApi();
        await("both to say so", () -> a.said("the API server answers again") && b.said("the API server answers again"));
        load.resume();
        awaitServed(50);
        finish();
    }

    @Test
    @Order(7)
    void leaseDeletedByHandGivesNoAddressTwice() {
        AllocatorChild a = leader("a");
        AllocatorChild b = standby("b");
        load.start();
        awaitServed(50);
        for (int i = 0; i < 3; i++) {
            client.leases().inNamespace("purelb").withName("purelb-allocator").delete();
            awaitServed(50);
        }
        assertTrue(a.isAlive() && b.isAlive());
        finish();
    }
}
