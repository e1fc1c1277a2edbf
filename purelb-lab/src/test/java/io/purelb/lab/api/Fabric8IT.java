package io.purelb.lab.api;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client library that the controllers use, against this server. */
class Fabric8IT {
    private ApiServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = ApiServer.start(ApiServerSettings.listening("token", anyPort));
        client = client();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private KubernetesClient client() {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(server.uri().toString())
                .withNamespace("default")
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectInterval(50)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @Test
    void anInformerSeesCreationChangeAndRemoval() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (SharedIndexInformer<Service> informer =
                client.services().withField("metadata.name", "web").inform(recorder(seen))) {
            assertTrue(informer.hasSynced());
            client.resource(web()).create();
            assertEquals("add web", seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
            client.services().withName("web").edit(s -> label(s, "v1"));
            assertEquals("update web v1", seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
            client.services().withName("web").delete();
            assertEquals("delete web", seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void anInformerSurvivesARestartWithAnEmptyStore() throws InterruptedException, IOException {
        client.resource(web()).create();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (SharedIndexInformer<Service> informer =
                client.services().withField("metadata.name", "web").inform(recorder(seen))) {
            assertEquals("add web", seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
            InetSocketAddress address =
                    new InetSocketAddress(server.uri().getHost(), server.uri().getPort());
            server.close();
            server = ApiServer.start(ApiServerSettings.listening("token", address));
            assertEquals("delete web", seen.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
            assertTrue(informer.getStore().list().isEmpty());
        }
    }

    @Test
    void aStaleStatusUpdateIsAConflict() {
        Service first = client.resource(web()).create();
        client.services().withName("web").edit(s -> label(s, "v1"));
        KubernetesClientException refusal = assertThrows(
                KubernetesClientException.class,
                () -> client.resource(withIngress(first)).updateStatus());
        assertEquals(409, refusal.getCode());
        assertEquals("Conflict", refusal.getStatus().getReason());
        Service current = client.services().withName("web").get();
        Service updated = client.resource(withIngress(current)).updateStatus();
        assertEquals(
                "VIP", updated.getStatus().getLoadBalancer().getIngress().get(0).getIpMode());
        assertEquals("v1", updated.getMetadata().getLabels().get("version"));
    }

    @Test
    void editStatusAndEveryPatchTypeWork() {
        client.resource(web()).create();
        client.services().withName("web").editStatus(Fabric8IT::withIngress);
        for (PatchType type : new PatchType[] {PatchType.JSON_MERGE, PatchType.STRATEGIC_MERGE}) {
            String patch = "{\"metadata\":{\"annotations\":{\"by\":\"" + type + "\"}}}";
            Service patched = client.services().withName("web").patch(PatchContext.of(type), patch);
            assertEquals(type.toString(), patched.getMetadata().getAnnotations().get("by"));
        }
        String jsonPatch = "[{\"op\":\"replace\",\"path\":\"/spec/sessionAffinity\",\"value\":\"ClientIP\"}]";
        Service patched = client.services().withName("web").patch(PatchContext.of(PatchType.JSON), jsonPatch);
        assertEquals("ClientIP", patched.getSpec().getSessionAffinity());
        assertEquals(
                "1.2.3.4",
                patched.getStatus().getLoadBalancer().getIngress().get(0).getIp());
    }

    @Test
    void aLockedUpdateIsRefusedWhenSomebodyWasFaster() {
        Service first = client.resource(web()).create();
        client.services().withName("web").edit(s -> label(s, "v1"));
        Service mine = label(first, "v2");
        KubernetesClientException refusal = assertThrows(
                KubernetesClientException.class,
                () -> client.resource(mine)
                        .lockResourceVersion(first.getMetadata().getResourceVersion())
                        .update());
        assertEquals(409, refusal.getCode());
    }

    @Test
    void oneOfTwoCandidatesLeadsAndTheOtherFollows() throws InterruptedException {
        BlockingQueue<String> leaders = new LinkedBlockingQueue<>();
        Future<?> first = candidate("first", leaders);
        assertEquals("first", leaders.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
        Future<?> second = candidate("second", leaders);
        first.cancel(true);
        assertEquals("second", leaders.poll(LIMIT.toSeconds(), TimeUnit.SECONDS));
        second.cancel(true);
    }

    private Future<?> candidate(String name, BlockingQueue<String> leaders) {
        return client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName("test")
                        .withLock(new LeaseLock("default", "test", name))
                        .withLeaseDuration(Duration.ofSeconds(2))
                        .withRenewDeadline(Duration.ofSeconds(1))
                        .withRetryPeriod(Duration.ofMillis(200))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(() -> leaders.add(name), () -> {}, leader -> {}))
                        .build())
                .build()
                .start();
    }

    private static ResourceEventHandler<Service> recorder(BlockingQueue<String> seen) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(Service service) {
                seen.add("add " + service.getMetadata().getName());
            }

            @Override
            public void onUpdate(Service old, Service service) {
                seen.add("update " + service.getMetadata().getName() + " "
                        + service.getMetadata().getLabels().get("version"));
            }

            @Override
            public void onDelete(Service service, boolean unknownFinalState) {
                seen.add("delete " + service.getMetadata().getName());
            }
        };
    }

    private static Service web() {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("web")
                .endMetadata()
                .withNewSpec()
                .withType("LoadBalancer")
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
    }

    private static Service label(Service service, String version) {
        return new ServiceBuilder(service)
                .editMetadata()
                .addToLabels("version", version)
                .endMetadata()
                .build();
    }

    private static Service withIngress(Service service) {
        return new ServiceBuilder(service)
                .editOrNewStatus()
                .editOrNewLoadBalancer()
                .withIngress(new LoadBalancerIngressBuilder().withIp("1.2.3.4").build())
                .endLoadBalancer()
                .endStatus()
                .build();
    }
}
