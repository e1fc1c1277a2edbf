package io.purelb.bench.agent;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes to the API server what an administrator, the allocator and the kubelet would write. */
final class BenchCluster implements AutoCloseable {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private final KubernetesClient client;
    private final String node;

    BenchCluster(Config config, String node) {
        client = new KubernetesClientBuilder().withConfig(config).build();
        this.node = node;
    }

    /** The custom resource definitions, and what holds for all measurements. */
    void install(Path definitions, String host) throws IOException {
        try (Stream<Path> files = Files.list(definitions)) {
            for (Path file : files.sorted().toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    client.load(in).items().forEach(this::apply);
                }
            }
        }
        Shell.await("the definitions to be served", 30, this::served);
        apply("""
                apiVersion: v1
                kind: Namespace
                metadata: {name: purelb}
                """);
        apply("""
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                """.formatted(node));
        client.nodes()
                .withName(node)
                .subresource("status")
                .patch(
                        MERGE,
                        "{\"status\": {\"addresses\": [{\"type\": \"InternalIP\", \"address\": \"" + host + "\"}]}}");
        apply("""
                apiVersion: purelb.io/v1
                kind: ServiceGroup
                metadata: {name: default, namespace: purelb}
                spec:
                  local:
                    v4pools:
                      - {subnet: 10.100.0.0/16, pool: 10.100.32.0/19, aggregation: default}
                      - {subnet: 10.200.0.0/16, pool: 10.200.0.0/16, aggregation: /32}
                """);
    }

    private boolean served() {
        try {
            client.genericKubernetesResources("purelb.io/v1", "ServiceGroup")
                    .inAnyNamespace()
                    .list();
            client.genericKubernetesResources("purelb.io/v1", "LBNodeAgent")
                    .inAnyNamespace()
                    .list();
            return true;
        } catch (RuntimeException notYet) {
            return false;
        }
    }

    /** Whether the agent asks the LAN before it takes an address. */
    void probe(boolean probe) {
        apply("""
                apiVersion: purelb.io/v1
                kind: LBNodeAgent
                metadata: {name: default, namespace: purelb}
                spec:
                  local: {localint: default, extlbint: kube-lb0, probe: %s}
                """.formatted(probe));
    }

    /** Whether this node announces nothing local. */
    void exclude(boolean excluded) {
        String value = excluded ? "\"\"" : "null";
        client.nodes()
                .withName(node)
                .patch(MERGE, "{\"metadata\": {\"labels\": {\"" + EXCLUDED + "\": " + value + "}}}");
    }

    /** Services as the allocator leaves them, with one address each. */
    void services(String prefix, List<String> addresses) {
        IntStream.range(0, addresses.size()).parallel().forEach(i -> {
            service(prefix + i);
            ingress(prefix + i, addresses.get(i));
        });
    }

    /** A Service of ours without an address. */
    void service(String name) {
        Service service = new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToAnnotations("purelb.io/allocated-by", "PureLB")
                .addToAnnotations("purelb.io/allocated-from", "default")
                .endMetadata()
                .withNewSpec()
                .withType("LoadBalancer")
                .addToSelector("app", name)
                .withAllocateLoadBalancerNodePorts(false)
                .addNewPort()
                .withName("http")
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
        client.resource(service).create();
    }

    /** Gives a Service an address. */
    void ingress(String name, String address) {
        client.services()
                .inNamespace("default")
                .withName(name)
                .subresource("status")
                .patch(MERGE, "{\"status\": {\"loadBalancer\": {\"ingress\": [{\"ip\": \"" + address + "\"}]}}}");
    }

    void delete(String name) {
        client.services().inNamespace("default").withName(name).delete();
    }

    private void apply(String yaml) {
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(this::apply);
    }

    private void apply(HasMetadata item) {
        client.resource(item).createOr(NonDeletingOperation::update);
    }

    @Override
    public void close() {
        client.close();
    }
}
