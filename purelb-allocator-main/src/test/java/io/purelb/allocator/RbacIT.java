package io.purelb.allocator;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.purelb.core.testkit.Patience;
import io.purelb.k8s.KubeClients;
import io.purelb.k8s.LeaseTimes;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.Services;
import io.purelb.lab.AccountRights;
import io.purelb.lab.RealApiServer;
import io.purelb.process.CommonFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The allocator with the token of its service account, on what the one manifest installs, through a whole life. */
final class RbacIT {
    private static final Path MANIFEST = Path.of("../manifests/purelb-complete.yaml");
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final long PATIENCE_SECONDS = LIMIT.toSeconds();

    @TempDir
    private static Path directory;

    @BeforeAll
    static void needsRealServer() {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: RbacIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
    }

    @Test
    void allocatorHasTheRightsItNeedsAndNoOther() {
        try (RealApiServer server = RealApiServer.start(directory);
                KubernetesClient admin = server.client()) {
            Config own = server.serviceAccount("purelb", "allocator");
            AccountRights.apply(admin, MANIFEST);
            awaitKind(admin);
            create(admin, "valid-localaddr.yaml", "default");

            AllocatorProcess allocator = DaggerAllocatorComponent.factory()
                    .create(
                            CommandLine.populateCommand(new CommonFlags(), "--port=0"),
                            CommandLine.populateCommand(
                                    new SetupFlags(),
                                    "--election-secret=purelb-election",
                                    "--defaults=purelb-defaults"),
                            LeaseTimes.DEFAULT,
                            mayWrite -> KubeClients.open(own, mayWrite),
                            true)
                    .process();
            allocator.start();
            live(admin);
            allocator.close();

            assertEquals(List.of(), AccountRights.refused(server, "purelb", "allocator"));
            assertEquals(
                    AccountRights.granted(MANIFEST, "purelb:allocator"),
                    AccountRights.used(server, "purelb", "allocator"));
        }
    }

    /** The manifest is applied once; its kinds are served a moment later. */
    private static void awaitKind(KubernetesClient admin) {
        Patience.until(() -> "the kinds to be served", () -> {
            try {
                admin.resources(ServiceGroupResource.class).inAnyNamespace().list();
                return true;
            } catch (KubernetesClientException notYet) {
                return false;
            }
        });
    }

    private static void create(KubernetesClient admin, String sample, String name) {
        GenericKubernetesResource object = SampleObject.all(sample).get(0).object();
        object.getMetadata().setName(name);
        admin.resource(object).create();
    }

    /** Everything that ever happens to a Service and a group. */
    private static void live(KubernetesClient admin) {
        admin.resource(Scenario.service("web", 0)).create();
        await(admin, "web", RbacIT::isServed);
        // Gives the address up and gets it again: its event is counted on the first one.
        Service web = admin.services().inNamespace("default").withName("web").get();
        admin.resource(web).patch(MERGE, "{\"spec\":{\"type\":\"ClusterIP\"}}");
        await(admin, "web", service -> !Services.isBranded(service));
        admin.resource(web).patch(MERGE, "{\"spec\":{\"type\":\"LoadBalancer\"}}");
        await(admin, "web", RbacIT::isServed);
        awaitEvent(admin, "default", event -> event.getReason().equals("IPAllocated") && event.getCount() > 1);
        // Asks for another address, which the edit releases and allocates in one step.
        admin.resource(web)
                .patch(MERGE, "{\"metadata\":{\"annotations\":{\"purelb.io/addresses\":\"172.30.250.99\"}}}");
        await(
                admin,
                "web",
                service -> Services.ingress(service).toString().equals("[172.30.250.99]")
                        && service.getMetadata().getAnnotations().containsKey("purelb.io/allocated-from"));
        // A group that only the allocator finds wrong.
        create(admin, "invalid-pool-reversed-ipv6.yaml", "reversed");
        awaitEvent(admin, "purelb", event -> event.getReason().equals("ConfigError"));
        admin.resources(ServiceGroupResource.class)
                .inNamespace("purelb")
                .withName("default")
                .waitUntilCondition(
                        group -> group != null
                                && group.getStatus() != null
                                && "1".equals(group.getStatus().allocated()),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        admin.resource(web).delete();
    }

    private static boolean isServed(Service service) {
        return !Services.ingress(service).isEmpty();
    }

    private static void await(KubernetesClient admin, String name, Predicate<Service> condition) {
        admin.services()
                .inNamespace("default")
                .withName(name)
                .waitUntilCondition(
                        service -> service != null && condition.test(service), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void awaitEvent(KubernetesClient admin, String namespace, Predicate<Event> condition) {
        admin.v1()
                .events()
                .inNamespace(namespace)
                .informOnCondition(events -> events.stream().anyMatch(condition))
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
