package io.purelb.agent;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.k8s.KubeClients;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import io.purelb.netlink.NetworkNamespace;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** An API server inside a network namespace, with a Node, a ServiceGroup and Services that have their addresses already. */
final class TinyCluster implements AutoCloseable {
    private static final Path DEFINITIONS = Path.of("../manifests/crds");
    private static final String OBJECTS = """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: default, namespace: default}
            spec:
              local:
                v4pools:
                - {subnet: 172.30.250.0/24, pool: 172.30.250.50-172.30.250.99}
                - {subnet: 172.31.1.0/24, pool: 172.31.1.0/24, aggregation: /32}
            """;

    private final String namespace;
    private final ApiServer server;
    private final KubernetesClient client;
    /** A kubeconfig that works inside the namespace. */
    final Path kubeconfig;

    /** @param namespace where it listens, on the loopback address; empty for this process's own */
    TinyCluster(String namespace, Path directory) throws Exception {
        this.namespace = namespace;
        server = in(() -> ApiServer.start(ApiServerSettings.loopback()));
        client = in(() -> KubeClients.open(new ConfigBuilder()
                .withMasterUrl(server.uri().toString())
                .withNamespace("default")
                .build()));
        kubeconfig = directory.resolve("kubeconfig");
        server.kubeconfig(kubeconfig, server.uri().toString());
        try (var files = Files.list(DEFINITIONS)) {
            for (Path file : files.sorted().toList()) {
                load(Files.newInputStream(file));
            }
        }
        load(new ByteArrayInputStream(OBJECTS.getBytes(StandardCharsets.UTF_8)));
        node("node", TwoHosts.NODE_ADDRESS);
    }

    /** A Node with this InternalIP. */
    void node(String name, String address) throws Exception {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewStatus()
                .addNewAddress(address, "InternalIP")
                .endStatus()
                .build();
        in(() -> client.resource(node).create());
        in(() -> client.resource(node)
                .editStatus(
                        created -> created.edit().withStatus(node.getStatus()).build()));
    }

    void deleteNode(String name) throws Exception {
        in(() -> client.nodes().withName(name).delete());
    }

    private void load(InputStream yaml) throws Exception {
        try (yaml) {
            in(() -> client.load(yaml).items().stream()
                    .map(item -> client.resource(item).create())
                    .toList());
        }
    }

    /** A Service of ours with these addresses. */
    void serve(String name, String... addresses) throws Exception {
        serve(name, "Cluster", Map.of(), addresses);
    }

    /** One with {@code externalTrafficPolicy: Local} and more annotations. */
    void serveLocally(String name, Map<String, String> annotations, String... addresses) throws Exception {
        serve(name, "Local", annotations, addresses);
    }

    private void serve(String name, String policy, Map<String, String> annotations, String... addresses)
            throws Exception {
        Service service = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .addToAnnotations("purelb.io/allocated-by", "PureLB")
                .addToAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withType("LoadBalancer")
                .withExternalTrafficPolicy(policy)
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
        in(() -> client.resource(service).create());
        in(() -> client.resource(service).editStatus(created -> {
            var status = created.edit().editOrNewStatus().editOrNewLoadBalancer();
            for (String address : addresses) {
                status.addNewIngress().withIp(address).endIngress();
            }
            return status.endLoadBalancer().endStatus().build();
        }));
    }

    /** An EndpointSlice of a Service with one endpoint. */
    void endpoint(String service, String slice, String node, boolean ready, boolean serving) throws Exception {
        String json = """
                {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                 "metadata": {"name": "%s", "labels": {"kubernetes.io/service-name": "%s"}},
                 "endpoints": [{"addresses": ["10.0.0.1"], "nodeName": "%s",
                                "conditions": {"ready": %s, "serving": %s, "terminating": %s}}]}
                """.formatted(slice, service, node, ready, serving, !ready);
        in(() -> client.resource(Serialization.unmarshal(json, GenericKubernetesResource.class))
                .inNamespace("default")
                .createOr(NonDeletingOperation::update));
    }

    void deleteEndpoints(String slice) throws Exception {
        in(() -> client.genericKubernetesResources("discovery.k8s.io/v1", "EndpointSlice")
                .inNamespace("default")
                .withName(slice)
                .delete());
    }

    void delete(String service) throws Exception {
        in(() -> client.services().inNamespace("default").withName(service).delete());
    }

    /** A Service as it is now. */
    Service service(String name) throws Exception {
        return in(() -> client.services().inNamespace("default").withName(name).get());
    }

    /** Messages of the events about an object of this kind and name, with their reasons in front. */
    List<String> events(String kind, String name) throws Exception {
        return in(() -> client.v1().events().inAnyNamespace().list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getKind().equals(kind)
                        && event.getInvolvedObject().getName().equals(name))
                .map(event -> event.getType() + " " + event.getReason() + " " + event.getMessage())
                .toList());
    }

    private <T> T in(Callable<T> work) throws Exception {
        return namespace.isEmpty() ? work.call() : NetworkNamespace.call(namespace, work);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
