package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.PoolSpec;
import io.purelb.core.Subnet;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.lab.RealApiServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The custom resources on a real API server: it refuses what core refuses, with the words that core has. */
final class CustomResourceIT {
    @TempDir
    private static Path directory;

    private static @Nullable RealApiServer server;
    private static @Nullable KubernetesClient client;

    @BeforeAll
    static void startServer() {
        assumeTrue(
                RealApiServer.isAvailable(),
                "SKIPPED: CustomResourceIT needs etcd and kube-apiserver in the directory KUBEBUILDER_ASSETS names");
        server = RealApiServer.start(directory, false);
        server.install(Path.of("../manifests/crds"));
        client = server.client();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("purelb")
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterAll
    static void stopServer() {
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static KubernetesClient client() {
        return Objects.requireNonNull(client);
    }

    static List<SampleObject> valid() {
        return SampleObject.all("valid-");
    }

    static List<SampleObject> invalid() {
        return SampleObject.all("invalid-");
    }

    private static Optional<String> refusal(GenericKubernetesResource object) {
        return SampleObject.refusal(client(), object);
    }

    @ParameterizedTest
    @MethodSource("valid")
    void serverAndCoreTakeValidObjects(SampleObject sample) {
        GenericKubernetesResource written = sample.object();
        GenericKubernetesResource read = client().resource(written).create();
        assertEquals(List.of(), SampleObject.problems(read));
        assertEquals(meaning(written), meaning(read), "defaults of the definition change nothing");
    }

    /** What the object means to us, whoever filled it in. */
    private static Object meaning(GenericKubernetesResource object) {
        GenericKubernetesResource copy = SampleObject.typed(object, GenericKubernetesResource.class);
        copy.getMetadata().setCreationTimestamp(null);
        if (object.getKind().equals("LBNodeAgent")) {
            return LBNodeAgents.settings(SampleObject.typed(copy, LBNodeAgentResource.class))
                    .toString();
        }
        return ServiceGroups.spec(SampleObject.typed(copy, ServiceGroupResource.class));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void serverRefusesInvalidObjects(SampleObject sample) {
        sample.assertServerSays(refusal(sample.object()));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void coreRefusesInvalidObjectsToo(SampleObject sample) {
        assertEquals(
                sample.allocatorWords()
                        .map(words -> sample.field() + " " + words)
                        .map(List::of)
                        .orElse(List.of()),
                SampleObject.problems(sample.object()));
    }

    /**
     * Whatever the text, both say the same. Left to core alone are the order of an IPv6 range, the family of an IPv6 address
     * with dots, and the end of a pool with host bits that is shorter than its subnet; it says one thing about a pool where
     * the server may say several.
     */
    @Test
    void serverAndCoreAgreeOnRandomPools() {
        RandomPool pools = new RandomPool(20261121);
        int refused = 0;
        for (int i = 0; i < 1500; i++) {
            GenericKubernetesResource group = pools.next();
            Optional<String> refusal = refusal(group);
            List<String> problems = SampleObject.problems(group);
            String context = group.get("spec") + "\nserver: " + refusal + "\ncore: " + problems;
            if (!isLeftToCore(group, problems)) {
                assertEquals(problems.isEmpty(), refusal.isEmpty(), context);
                problems.forEach(problem -> assertTrue(
                        refusal.orElseThrow().contains(problem.substring(problem.indexOf(' ') + 1)), context));
            }
            refused += problems.isEmpty() ? 0 : 1;
        }
        assertTrue(refused > 500 && refused < 1400, "the pools are of both kinds: " + refused + " refused");
    }

    private static boolean isLeftToCore(GenericKubernetesResource group, List<String> problems) {
        PoolSpec written = ServiceGroups.spec(SampleObject.typed(group, ServiceGroupResource.class))
                .pools()
                .get(0);
        Optional<Subnet> pool = Subnet.tryParse(written.pool().strip());
        boolean startsInside = Subnet.tryParse(written.subnet().strip())
                .filter(subnet -> pool.filter(wider -> wider.prefixLength() < subnet.prefixLength()
                                && subnet.contains(wider.address())
                                && !wider.equals(wider.network()))
                        .isPresent())
                .isPresent();
        return startsInside
                || (written.pool().contains(":") && written.pool().contains("."))
                || (written.pool().contains(":")
                        && problems.stream().anyMatch(problem -> problem.contains("starts after its end")));
    }

    @Test
    void defaultsAreWrittenIntoTheObject() {
        GenericKubernetesResource group = client().resource(sample("valid-aggregation-absent.yaml"))
                .dryRun()
                .create();
        assertEquals("Cluster", group.get("spec", "sharingScope"));
        assertEquals("default", group.get("spec", "local", "v4pools", 0, "aggregation"));
        GenericKubernetesResource agent =
                client().resource(sample("valid-agent-empty.yaml")).dryRun().create();
        assertEquals(
                Map.of(
                        "localint",
                        "default",
                        "defaultRoutes",
                        "Unique",
                        "extlbint",
                        "kube-lb0",
                        "sendgarp",
                        true,
                        "probe",
                        true),
                agent.get("spec", "local"));
    }

    private static GenericKubernetesResource sample(String name) {
        GenericKubernetesResource object = SampleObject.all(name).get(0).object();
        object.getMetadata().setName("one-more");
        return object;
    }

    /** The API server counts what rules cost, and refuses an object whose rules cost too much. */
    @Test
    void longestGroupStaysWithinTheCostOfRules() {
        GenericKubernetesResource group = sample("valid-localaddr.yaml");
        group.setAdditionalProperties(Map.of(
                "spec",
                Map.of(
                        "local",
                        Map.of(
                                "v4pools",
                                pools(256, "10.%d.0.0/16", "%1$s10.%2$d.100.100%1$s-%1$s10.%2$d.250.250%1$s"),
                                "v6pools",
                                pools(256, "fd00:%x::/32", "%1$sfd00:%2$x::ffff%1$s-%1$sfd00:%2$x::ffff:ffff%1$s")),
                        "avoid",
                        IntStream.range(0, 1024)
                                .mapToObj(i -> "fd00:%x::1111-fd00:%x::2222".formatted(i % 256, i % 256))
                                .toList())));
        assertEquals(Optional.empty(), refusal(group));
    }

    private static List<Map<String, String>> pools(int count, String subnet, String range) {
        String blanks = " ".repeat(8);
        return IntStream.range(0, count)
                .mapToObj(i -> Map.of("subnet", subnet.formatted(i), "pool", range.formatted(blanks, i)))
                .toList();
    }

    @Test
    void oneItemTooManyIsRefused() {
        GenericKubernetesResource group = sample("valid-localaddr.yaml");
        group.setAdditionalProperties(Map.of(
                "spec", Map.of("local", Map.of("v4pools", pools(257, "10.%d.0.0/16", "10.%2$d.0.1")))));
        assertTrue(refusal(group).orElseThrow().contains("spec.local.v4pools: Too many: 257"));
    }

    /** A status is written by the subresource only, and what it must have is checked. */
    @Test
    void statusIsASubresource() {
        GenericKubernetesResource group = sample("valid-localaddr.yaml");
        group.getMetadata().setName("with-status");
        group.setAdditionalProperty("status", Map.of("size", "7"));
        GenericKubernetesResource made = client().resource(group).create();
        assertNull(made.<Object>get("status"));
        made.setAdditionalProperty("status", Map.of("size", "7", "v4", Map.of("size", "7")));
        KubernetesClientException refused = assertThrows(
                KubernetesClientException.class, () -> client().resource(made).updateStatus());
        assertTrue(String.valueOf(refused.getMessage()).contains("status.v4.allocated: Required value"));
        made.setAdditionalProperty("status", Map.of("size", "18446744073709551616"));
        assertEquals(
                "18446744073709551616", client().resource(made).updateStatus().get("status", "size"));
    }
}
