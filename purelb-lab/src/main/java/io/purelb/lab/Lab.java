package io.purelb.lab;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.IpAddress;
import io.purelb.k8s.Annotations;
import io.purelb.lab.Hosts.Host;
import io.purelb.lab.LabSettings.Api;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import io.purelb.netlink.NetworkNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * PureLB's main job on one machine: an API server, the allocator, three nodes with an agent each, and a client, in
 * network namespaces and processes that talk HTTP, JGroups and rtnetlink as in a cluster.
 */
final class Lab implements AutoCloseable {
    static final List<Host> NODES =
            List.of(Host.numbered("purelb2-1", 101), Host.numbered("purelb2-2", 102), Host.numbered("purelb2-3", 103));
    static final Host CLIENT = Host.numbered("client", 200);

    private static final Duration PROGRAM_START = Duration.ofSeconds(60);
    private static final Duration DECISION = Duration.ofSeconds(20);
    private static final Duration ANNOUNCEMENT = Duration.ofSeconds(20);

    private final Path manifests;
    private final Programs programs;
    private final Hosts hosts;
    private final Lan lan;
    private final Path kubeconfig;
    private final Cluster cluster;
    private final List<AutoCloseable> open = new ArrayList<>();

    /**
     * Makes the hosts and starts the API server; the cluster is empty.
     *
     * @param prefix of the namespaces' names
     */
    Lab(LabSettings settings, RunRecord record, String prefix) {
        manifests = settings.manifests();
        programs = new Programs(record, record.directory());
        List<Host> all = new ArrayList<>(NODES);
        all.add(CLIENT);
        hosts = new Hosts(prefix, all);
        hosts.namespaces().forEach(record::namespace);
        hosts.up();
        lan = new Lan(hosts, NODES, CLIENT);

        Endpoint endpoint = startApi(settings);
        Relay relay = new Relay(() -> NetworkNamespace.call(
                hosts.fabric(), () -> new Socket(InetAddress.getByName(Hosts.GATEWAY), Endpoint.PORT)));
        open.add(relay);
        String fromHere = endpoint.kubeconfig("127.0.0.1", relay.port());
        kubeconfig = write("kubeconfig", fromHere);
        write("kubeconfig-inside", endpoint.kubeconfig(Hosts.GATEWAY, Endpoint.PORT));
        cluster = new Cluster(fromHere);
        open.add(cluster);
        cluster.awaitServer(programs);
    }

    private Endpoint startApi(LabSettings settings) {
        String token = secret();
        if (settings.api() == Api.REAL) {
            return RealApi.start(programs, hosts, settings.assets(), token);
        }
        ApiServer server = Namespaces.call(
                hosts.fabric(),
                () -> ApiServer.start(ApiServerSettings.listening(
                        token, new InetSocketAddress(InetAddress.getByName(Hosts.GATEWAY), Endpoint.PORT))));
        open.add(server);
        return new Endpoint("http", "/" + token, "");
    }

    /** Registers the nodes, installs PureLB as its manifests do, starts allocator and agents, and waits until they are ready. */
    void install() {
        cluster.applyDefinitions(manifests.resolve("crds"));
        cluster.register(NODES);
        String inside = programs.directory().resolve("kubeconfig-inside").toString();
        programs.startJava(
                "allocator",
                hosts.fabric(),
                "io.purelb.allocator.AllocatorMain",
                List.of("--kubeconfig", inside, "--default-announcer", Annotations.BRAND),
                Map.of());
        Map<String, String> key =
                Map.of("PURELB_ML_GROUP_KEY_FILE", write("group.key", secret()).toString());
        for (Host node : NODES) {
            programs.startJava(
                    "agent-" + node.name(),
                    hosts.namespace(node.name()),
                    "io.purelb.agent.AgentMain",
                    List.of(
                            "--kubeconfig",
                            inside,
                            "--node-name",
                            node.name(),
                            "--host",
                            node.v4().toString()),
                    key);
        }
        awaitReady("the allocator", Hosts.GATEWAY);
        NODES.forEach(
                node -> awaitReady("the agent of " + node.name(), node.v4().toString()));
    }

    /**
     * Applies the sample objects in their order, waiting for each Service to get its addresses or a refusal, then until
     * all addresses are announced: local ones by one node, the others by all.
     *
     * @return the Services as they are then
     */
    List<Service> applySamples() {
        List<Service> services = new ArrayList<>();
        for (HasMetadata item : cluster.read(manifests.resolve("samples").resolve("lab.yaml"))) {
            cluster.apply(item);
            if (item instanceof Service service) {
                services.add(service);
                programs.await(
                        () -> "Service " + service.getMetadata().getName() + " to get an address or a refusal",
                        DECISION,
                        () -> Optional.of(cluster.current(service)).filter(Lab::decided));
            }
        }
        List<IpAddress> assigned = services.stream()
                .flatMap(service -> Cluster.addresses(cluster.current(service)).stream())
                .distinct()
                .toList();
        for (IpAddress address : assigned) {
            int nodes = local(address) ? 1 : NODES.size();
            programs.await(
                    () -> address + " to be announced by " + nodes + " of the nodes",
                    ANNOUNCEMENT,
                    () -> Optional.of(lan.places().getOrDefault(address, List.of()))
                            .filter(places -> places.size() == nodes));
        }
        return services.stream().map(cluster::current).toList();
    }

    private static boolean decided(Service service) {
        return !Cluster.addresses(service).isEmpty() || Cluster.refusal(service).isPresent();
    }

    /** Whether an address lies in the nodes' own subnets. */
    static boolean local(IpAddress address) {
        return Hosts.SUBNETS.stream().anyMatch(subnet -> subnet.contains(address));
    }

    private void awaitReady(String program, String host) {
        URI readiness = URI.create("http://" + host + ":7472/readyz");
        String[] said = {"nothing yet"};
        programs.await(() -> program + " to be ready; it says: " + said[0], PROGRAM_START, () -> {
            said[0] = Namespaces.call(hosts.fabric(), () -> answer(readiness));
            return said[0].equals("ok") ? Optional.of(said) : Optional.empty();
        });
    }

    /** What a program answers to the kubelet's question; a refused connection counts as an answer. */
    private static String answer(URI readiness) {
        try {
            HttpURLConnection connection = (HttpURLConnection) readiness.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            try (InputStream body =
                    connection.getResponseCode() == 200 ? connection.getInputStream() : connection.getErrorStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
        } catch (IOException notYet) {
            return String.valueOf(notYet.getMessage());
        }
    }

    Cluster cluster() {
        return cluster;
    }

    Programs programs() {
        return programs;
    }

    Hosts hosts() {
        return hosts;
    }

    Lan lan() {
        return lan;
    }

    /** The kubeconfig for programs in the lab's own network namespace. */
    Path kubeconfig() {
        return kubeconfig;
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(programs.directory().resolve(name), text);
        } catch (IOException e) {
            throw new LabException("Cannot write into " + programs.directory() + ": " + e + ".", e);
        }
    }

    private static String secret() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            try {
                open.get(i).close();
            } catch (Exception e) {
                throw new LabException("Cannot close " + open.get(i) + ": " + e + ".", e);
            }
        }
    }
}
