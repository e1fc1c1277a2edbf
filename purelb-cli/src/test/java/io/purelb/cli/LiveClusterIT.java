package io.purelb.cli;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.k8s.Services;
import io.purelb.lab.AccountRights;
import io.purelb.lab.RealApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that look at a cluster, on a real API server with the real allocator. */
class LiveClusterIT {
    private static final Path FILES = Path.of("src/test/resources");
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String VIEWER = """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: viewer}
            rules:
            - {apiGroups: [''], resources: [services, nodes], verbs: [list]}
            - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list]}
            - {apiGroups: [purelb.io], resources: [servicegroups, lbnodeagents], verbs: [list]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: viewer}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: viewer}
            subjects: [{kind: ServiceAccount, name: viewer, namespace: purelb}]
            """;

    /** A definition as MetalLB's, as far as it matters: any fields are kept. */
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %1$s.metallb.io}
            spec:
              group: metallb.io
              names: {kind: %2$s, listKind: %2$sList, plural: %1$s, singular: %3$s}
              scope: Namespaced
              versions:
              - name: %4$s
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    @TempDir
    private Path directory;

    private RealApiServer server;
    private KubernetesClient client;
    private Optional<Process> allocator = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        assumeTrue(RealApiServer.isAvailable(), "KUBEBUILDER_ASSETS names no real API server: SKIPPED");
        server = RealApiServer.start(Files.createDirectory(directory.resolve("api")));
        client = server.client();
        server.install(ROOT.resolve("manifests/crds"));
        for (String namespace : List.of("purelb", "shop", "office", "metallb-system")) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (allocator.isPresent()) {
            allocator.get().destroy();
            allocator.get().waitFor();
        }
        if (client != null) {
            client.close();
            server.close();
        }
    }

    private String kubeconfig(String name) {
        return server.kubeconfig(server.config(), directory.resolve(name)).toString();
    }

    private void startAllocator() throws IOException {
        allocator = Optional.of(new ProcessBuilder(
                        ROOT.resolve("purelb").toString(),
                        "allocator",
                        "--kubeconfig",
                        kubeconfig("allocator"),
                        "--port",
                        "0",
                        "--default-announcer",
                        "PureLB")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("allocator.log").toFile())
                .start());
    }

    private List<HasMetadata> objects(String yaml) {
        return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    /** Creates objects with their statuses. */
    private void create(String yaml) {
        for (HasMetadata object : objects(yaml)) {
            client.resource(object).create();
            if (object instanceof Service || object.getKind().equals("Node")) {
                client.resource(object).updateStatus();
            }
        }
    }

    private Map<String, JsonNode> rows(String kubeconfig) throws IOException {
        Map<String, JsonNode> rows = new TreeMap<>();
        for (JsonNode row : CommandLineRun.of("services", "--kubeconfig", kubeconfig, "-o", "json")
                .json()
                .get("addresses")) {
            rows.put(row.get("service").asText(), row);
        }
        return rows;
    }

    /** Waits until the allocator has decided about every Service but the one that another controller serves. */
    private void settled() {
        client.services()
                .inAnyNamespace()
                .informOnCondition(all -> all.stream()
                        .filter(service -> Services.isOurs(service, true))
                        .filter(service -> !service.getMetadata().getName().equals("elsewhere"))
                        .allMatch(service -> Services.allocated(service)
                                .filter(said -> !said.getStatus().equals("Unknown"))
                                .isPresent()))
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aViewerSeesWhatTheAllocatorDecidedAndNeedsNoOtherRight() throws IOException {
        create("""
                apiVersion: purelb.io/v1
                kind: ServiceGroup
                metadata: {name: default, namespace: purelb}
                spec: {local: {v4pools: [{subnet: 192.0.2.0/24, pool: 192.0.2.8/31}]}}
                ---
                apiVersion: v1
                kind: Node
                metadata: {name: n}
                status: {addresses: [{type: InternalIP, address: 192.0.2.1}], conditions: [{type: Ready, status: 'True'}]}
                """);
        for (String name : List.of("a", "b", "c")) {
            create("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: %s, namespace: shop}
                    spec: {type: LoadBalancer, ports: [{port: 80}]}
                    """.formatted(name));
        }
        String viewer = server.kubeconfig(server.serviceAccount("purelb", "viewer"), directory.resolve("viewer"))
                .toString();
        objects(VIEWER).forEach(object -> client.resource(object).create());
        assertEquals("PENDING UNDECIDED", rows(viewer).get("a").get("status").asText());
        startAllocator();
        settled();
        Map<String, JsonNode> rows = rows(viewer);
        List<String> statuses = rows.values().stream()
                .map(row -> row.get("ip").asText() + " " + row.get("status").asText())
                .sorted()
                .toList();
        assertEquals(
                List.of(
                        "- PENDING EXHAUSTED",
                        "192.0.2.8 NO ANNOUNCER, NO ENDPOINTS",
                        "192.0.2.9 NO ANNOUNCER, NO ENDPOINTS"),
                statuses);
        assertEquals(List.of(), AccountRights.refused(server, "purelb", "viewer"));
        assertTrue(CommandLineRun.of("services", "--kubeconfig", kubeconfig("admin"))
                .out()
                .endsWith("\n3 services, 2 IPs, 5 problems\n"));
    }

    @Test
    void everyServiceOfMetalLbKeepsItsAddress() throws IOException, InterruptedException {
        create(Files.readString(FILES.resolve("metallb/services.yaml"))
                .replaceAll("(?s)^.*?items:\n", "")
                .replaceAll("(?m)^- ", "---\n  ")
                .replaceAll("(?m)^  ", ""));
        for (String[] kind : new String[][] {
            {"ipaddresspools", "IPAddressPool", "ipaddresspool", "v1beta1"},
            {"l2advertisements", "L2Advertisement", "l2advertisement", "v1beta1"},
            {"bgpadvertisements", "BGPAdvertisement", "bgpadvertisement", "v1beta1"},
            {"bgppeers", "BGPPeer", "bgppeer", "v1beta2"}
        }) {
            Path crds = Files.createDirectories(directory.resolve("crds-" + kind[0]));
            Files.writeString(crds.resolve("crd.yaml"), DEFINITION.formatted((Object[]) kind));
            server.install(crds);
        }
        String admin = kubeconfig("admin");
        kubectl(admin, "apply", "-f", FILES.resolve("metallb/metallb.yaml").toString());
        Path saved = directory.resolve("metallb.json");
        Files.writeString(
                saved,
                kubectl(
                        admin,
                        "get",
                        "ipaddresspools,l2advertisements,bgpadvertisements,bgppeers",
                        "--all-namespaces",
                        "--output",
                        "yaml"));
        Map<String, List<String>> before = addresses();

        String[] verb = {
            "import", "metallb", "-f", saved.toString(), "--kubeconfig", admin, "--lb-class", "metallb.example/lb"
        };
        String commands = CommandLineRun.of(
                        Stream.concat(Stream.of(verb), Stream.of("--commands")).toArray(String[]::new))
                .out();
        Path groups = Files.writeString(
                directory.resolve("groups.yaml"), CommandLineRun.of(verb).out());
        sh(admin, commands);
        CommandLineRun plan = CommandLineRun.of("plan", "-f", groups.toString(), "--kubeconfig", admin, "-o", "json");
        assertEquals(0, plan.exitCode(), plan.err());
        for (JsonNode line : plan.json().get("services")) {
            String outcome = line.get("outcome").asText();
            assertTrue(
                    outcome.equals("adopted")
                            || (line.get("name").asText().equals("waiting") && outcome.equals("newly satisfiable")),
                    plan::out);
        }
        kubectl(admin, "apply", "-f", groups.toString());
        startAllocator();
        settled();
        sh(admin, commands, "later");
        settled();

        Map<String, List<String>> after = addresses();
        assertEquals(List.of("172.31.1.2"), after.remove("shop/waiting"));
        before.remove("shop/waiting");
        assertEquals(before, after);
        assertEquals("purelb.io/purelb", service("shop", "classed").getSpec().getLoadBalancerClass());
        assertTrue(Services.isBranded(service("shop", "classed")));
        assertTrue(!Services.isBranded(service("shop", "elsewhere")), "another controller's Service is left alone");
    }

    private Service service(String namespace, String name) {
        return client.services().inNamespace(namespace).withName(name).get();
    }

    private Map<String, List<String>> addresses() {
        Map<String, List<String>> addresses = new TreeMap<>();
        client.services().inAnyNamespace().list().getItems().stream()
                .filter(Services::isLoadBalancer)
                .forEach(service -> addresses.put(
                        Services.key(service).toString(),
                        Services.ingress(service).stream().map(Object::toString).toList()));
        return addresses;
    }

    private String kubectl(String kubeconfig, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return run(kubeconfig, command);
    }

    private String sh(String kubeconfig, String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "-ec", script, "services.sh"));
        command.addAll(List.of(arguments));
        return run(kubeconfig, command);
    }

    private String run(String kubeconfig, List<String> command) throws IOException, InterruptedException {
        Path errors = directory.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("KUBECONFIG", kubeconfig);
        builder.environment().merge("PATH", System.getenv("KUBEBUILDER_ASSETS"), (path, assets) -> assets + ":" + path);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), command + out + Files.readString(errors));
        return out;
    }
}
