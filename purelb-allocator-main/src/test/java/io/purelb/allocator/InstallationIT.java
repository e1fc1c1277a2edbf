package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.purelb.core.testkit.Patience;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.lab.AccountRights;
import io.purelb.lab.RealApiServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two allocators as an installation starts them, configured by environment alone, on a real API server on which nothing is
 * installed yet but their rights and the ConfigMap.
 */
final class InstallationIT {
    private static final String NAMESPACE = "purelb";
    private static final String DEFAULTS = """
            apiVersion: purelb.io/v1
            kind: LBNodeAgent
            metadata: {name: default}
            spec: {local: {localint: default, extlbint: kube-lb0}}
            ---
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: default}
            spec: {local: {v4pools: [{pool: 192.0.2.0/28, subnet: 192.0.2.0/24, aggregation: default}]}}
            """;

    @TempDir
    private static Path directory;

    private final List<AllocatorChild> children = new ArrayList<>();
    private RealApiServer server;
    private KubernetesClient admin;
    private Path kubeconfig;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: InstallationIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
        server = RealApiServer.start(Files.createTempDirectory(directory, "api"));
        admin = server.client();
        kubeconfig = server.kubeconfig(
                server.serviceAccount(NAMESPACE, "allocator"), Files.createTempFile(directory, "kube", "config"));
        AccountRights.applyRights(admin, Path.of("../manifests/purelb-complete.yaml"));
    }

    @AfterEach
    void stop() {
        children.forEach(AllocatorChild::close);
        if (server != null) {
            admin.close();
            server.close();
        }
    }

    private AllocatorChild allocator() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PURELB_NAMESPACE", NAMESPACE,
                "PURELB_ELECTION_SECRET", "purelb-election",
                "PURELB_DEFAULTS", "purelb-defaults",
                "DEFAULT_ANNOUNCER", "PureLB",
                "PURELB_POD_UID", "pod-" + children.size()));
        AllocatorChild child =
                new AllocatorChild(kubeconfig, directory.resolve("allocator-" + children.size() + ".log"), environment);
        children.add(child);
        return child;
    }

    private void defaults(String yaml) {
        admin.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("purelb-defaults")
                        .endMetadata()
                        .addToData("defaults.yaml", yaml)
                        .build())
                .serverSideApply();
    }

    private String created() {
        ConfigMap map = admin.configMaps()
                .inNamespace(NAMESPACE)
                .withName("purelb-defaults")
                .require();
        return map.getMetadata().getAnnotations() == null
                ? ""
                : map.getMetadata().getAnnotations().getOrDefault("purelb.io/created", "");
    }

    private Resource<Secret> secret() {
        return admin.secrets().inNamespace(NAMESPACE).withName("purelb-election");
    }

    private Resource<ServiceGroupResource> group() {
        return admin.resources(ServiceGroupResource.class)
                .inNamespace(NAMESPACE)
                .withName("default");
    }

    private static void await(String what, BooleanSupplier reached) {
        Patience.until(() -> what, reached);
    }

    private boolean anySaid(String message) {
        return children.stream().anyMatch(child -> child.said(message));
    }

    @Test
    void allocatorsThatStartBeforeTheDefinitionsMakeKeyAndDefaultsOnceAndRespectADeletion() {
        defaults(DEFAULTS);
        AllocatorChild first = allocator();
        AllocatorChild second = allocator();
        await("the key", () -> secret().get() != null);
        Secret made = secret().require();
        String keys = new String(Base64.getDecoder().decode(made.getData().get("keys")), StandardCharsets.UTF_8);
        assertEquals(1, keys.lines().count());
        assertEquals(32, Base64.getDecoder().decode(keys.strip()).length);
        assertEquals("Opaque", made.getType());
        await(
                "a word about the missing definitions",
                () -> anySaid("ConfigMap purelb/purelb-defaults, defaults.yaml:"
                        + " ServiceGroup/default cannot be created yet, because the API server does not serve its kind: apply"
                        + " PureLB's CustomResourceDefinitions"));
        assertFalse(first.isReady() || second.isReady());

        server.install(Path.of("../manifests/crds"));
        await("the defaults", () -> created().equals("LBNodeAgent/default,ServiceGroup/default"));
        await("both to be ready", () -> first.isReady() && second.isReady());
        assertTrue(group().get() != null);
        assertTrue(admin.resources(LBNodeAgentResource.class)
                        .inNamespace(NAMESPACE)
                        .withName("default")
                        .get()
                != null);

        group().delete();
        children.forEach(AllocatorChild::close);
        children.clear();
        defaults(DEFAULTS); // as a second kubectl apply does
        AllocatorChild third = allocator();
        await("an allocator after the restart", third::isReady);
        // It has looked at both, in this order, when an object that was added is there.
        defaults(DEFAULTS + "---\n" + DEFAULTS.replace("name: default", "name: added"));
        await(
                "the added ones",
                () -> created()
                        .equals("LBNodeAgent/added,LBNodeAgent/default,ServiceGroup/added,ServiceGroup/default"));
        assertFalse(group().get() != null);
        assertEquals(made.getData(), secret().require().getData());
        assertEquals(List.of(), AccountRights.refused(server, NAMESPACE, "allocator"));
        assertEquals(
                2,
                requests("create", "servicegroups"),
                "each object is created once, by whoever leads, after the kind was refused");
    }

    /** How often this was carried out. */
    private long requests(String verb, String resource) {
        return server.audit().stream()
                .filter(event -> event.path("verb").asText().equals(verb)
                        && event.path("objectRef").path("resource").asText().equals(resource)
                        && event.path("responseStatus").path("code").asInt() < 300)
                .count();
    }

    @Test
    void badSecretAndBadDefaultsAreSaidOnceAndMendedWithoutARestart() {
        server.install(Path.of("../manifests/crds"));
        admin.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("purelb-election")
                        .endMetadata()
                        .build())
                .create();
        defaults("kind: [");
        AllocatorChild allocator = allocator();
        String badKey =
                "Secret purelb/purelb-election has nothing under keys, so no agent can start: put a line of base64"
                        + " there (head -c 32 /dev/urandom | base64), or delete the Secret and the allocator makes another";
        await(
                "the warnings",
                () -> allocator.said(badKey)
                        && allocator.lines().stream()
                                .anyMatch(line -> line.path("msg")
                                        .asText()
                                        .startsWith("ConfigMap purelb/purelb-defaults, defaults.yaml is no YAML")));
        await("the allocator to be ready nevertheless", allocator::isReady);

        defaults(DEFAULTS.replace("192.0.2.0/28", "nonsense"));
        await(
                "the refusal",
                () -> allocator.lines().stream()
                        .anyMatch(line -> line.path("msg").asText().contains("ServiceGroup/default is refused: ")));
        await("the other one", () -> created().equals("LBNodeAgent/default"));
        defaults(DEFAULTS);
        secret().delete();
        await(
                "both to be right",
                () -> created().equals("LBNodeAgent/default,ServiceGroup/default") && secret().get() != null);
        assertEquals(1, allocator.times(badKey));
        assertEquals(List.of(), AccountRights.refused(server, NAMESPACE, "allocator"));
    }
}
