package io.purelb.lab;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.LoadBalancerStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.purelb.core.IpAddress;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.KubeClients;
import io.purelb.lab.Hosts.Host;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the lab writes to and reads from its API server. */
final class Cluster implements AutoCloseable {
    /** Where PureLB and its ServiceGroups live. */
    static final String NAMESPACE = "purelb";

    private static final Duration SERVER_START = Duration.ofSeconds(90);
    private static final Duration ESTABLISHED = Duration.ofSeconds(20);

    private final KubernetesClient client;

    /** @param kubeconfig text of a kubeconfig file that this process can use */
    Cluster(String kubeconfig) {
        client = KubeClients.open(Config.fromKubeconfig(kubeconfig));
    }

    /** Waits until the server says that it is ready and has its first namespace. */
    void awaitServer(Programs programs) {
        programs.await(
                () -> "the API server to be ready",
                SERVER_START,
                () -> attempt(() -> "ok".equals(client.raw("/readyz")))
                        .filter(ready -> ready)
                        .flatMap(ready -> attempt(
                                () -> client.namespaces().withName("default").get())));
    }

    /** Makes the namespace of PureLB, and a ready Node for each host. */
    void register(List<Host> nodes) {
        apply(new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .endMetadata()
                .build());
        for (Host host : nodes) {
            Node node = new NodeBuilder()
                    .withNewMetadata()
                    .withName(host.name())
                    .addToLabels("kubernetes.io/hostname", host.name())
                    .endMetadata()
                    .withNewStatus()
                    .addNewAddress(host.v4().toString(), "InternalIP")
                    .addNewAddress(host.v6().toString(), "InternalIP")
                    .addNewAddress(host.name(), "Hostname")
                    .addNewCondition()
                    .withType("Ready")
                    .withStatus("True")
                    .withReason("Lab")
                    .endCondition()
                    .endStatus()
                    .build();
            apply(node);
            client.resource(node)
                    .editStatus(stored ->
                            new NodeBuilder(stored).withStatus(node.getStatus()).build());
        }
    }

    /** Applies the CRDs in a directory and waits until the server serves them. */
    void applyDefinitions(Path directory) {
        List<HasMetadata> definitions =
                yaml(directory).stream().flatMap(file -> read(file).stream()).toList();
        for (HasMetadata item : definitions) {
            apply(item);
            String name = item.getMetadata().getName();
            Await.value(
                    () -> "CustomResourceDefinition " + name + " to be Established",
                    ESTABLISHED,
                    () -> attempt(() -> client.apiextensions()
                                    .v1()
                                    .customResourceDefinitions()
                                    .withName(name)
                                    .get())
                            .filter(Cluster::established));
        }
    }

    /** The objects of a YAML file, in its order. */
    List<HasMetadata> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return client.load(in).items();
        } catch (IOException e) {
            throw new LabException("Cannot read " + file + ": " + e + ".", e);
        }
    }

    /** Creates the object, or makes it as given. */
    void apply(HasMetadata item) {
        client.resource(item).createOr(NonDeletingOperation::update);
    }

    /** The Service as it is now. */
    Service current(Service service) {
        return client.resource(service).require();
    }

    void delete(Service service) {
        client.resource(service).delete();
    }

    /** How many addresses of a group Services hold, as its status says; empty while it has none. */
    Optional<Integer> allocated(String group) {
        GenericKubernetesResource found = client.genericKubernetesResources("purelb.io/v1", "ServiceGroup")
                .inNamespace(NAMESPACE)
                .withName(group)
                .get();
        return Optional.ofNullable(found)
                .map(resource -> resource.<Object>get("status", "allocated"))
                .map(text -> Integer.valueOf(text.toString()));
    }

    /** The events about a Service. */
    List<Event> events(Service service) {
        return client.v1().events().inNamespace(service.getMetadata().getNamespace()).list().getItems().stream()
                .filter(event -> service.getMetadata()
                        .getName()
                        .equals(event.getInvolvedObject().getName()))
                .toList();
    }

    @Override
    public void close() {
        client.close();
    }

    /** The addresses that a Service's status shows. */
    static List<IpAddress> addresses(Service service) {
        return Optional.ofNullable(service.getStatus())
                .map(ServiceStatus::getLoadBalancer)
                .map(LoadBalancerStatus::getIngress)
                .orElse(List.of())
                .stream()
                .map(LoadBalancerIngress::getIp)
                .map(IpAddress::parse)
                .toList();
    }

    /** The condition that says why a Service has no address; empty unless it says so. */
    static Optional<Condition> refusal(Service service) {
        return Optional.ofNullable(service.getStatus()).map(ServiceStatus::getConditions).orElse(List.of()).stream()
                .filter(condition -> Annotations.ALLOCATED_CONDITION.equals(condition.getType())
                        && "False".equals(condition.getStatus()))
                .findFirst();
    }

    /** An annotation's value, empty text when there is none. */
    static String annotation(HasMetadata object, String key) {
        return Optional.ofNullable(object.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(key))
                .orElse("");
    }

    private static boolean established(CustomResourceDefinition definition) {
        return Optional.ofNullable(definition.getStatus())
                .map(CustomResourceDefinitionStatus::getConditions)
                .orElse(List.of())
                .stream()
                .anyMatch(
                        condition -> "Established".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }

    private static List<Path> yaml(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new LabException("Cannot read " + directory + ": " + e + ".", e);
        }
    }

    /** The answer, or empty while the server cannot give one. */
    private static <T> Optional<T> attempt(Supplier<T> request) {
        try {
            return Optional.ofNullable(request.get());
        } catch (KubernetesClientException notYet) {
            return Optional.empty();
        }
    }
}
