package io.purelb.lab;

import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.core.IpAddress;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.KubeClients;
import io.purelb.lab.Hosts.Host;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import io.purelb.netlink.NetworkNamespace;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Node agents as processes on the hosts of one LAN, an API server and a client host, for tests and measurements of what a
 * client sees when nodes and agents come and go. There is no allocator: Services are made as it leaves them. Needs root.
 */
public final class AgentLan implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Host CLIENT = Host.numbered("client", 200);

    private final Path directory;
    private final List<String> agent;
    private final List<Host> nodes;
    private final Hosts hosts;
    private final ApiServer server;
    private final Relay relay;
    private final KubernetesClient client;
    private final Path kubeconfig;
    private final Map<String, Process> agents = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Asker> askers = new ArrayList<>();
    private final Thread atExit = new Thread(this::kill, "end-of-agents");

    /**
     * Makes the hosts and the API server with its definitions and sample groups; no agent runs yet.
     *
     * @param nodes how many; they are called node1, node2 and so on, with addresses from 172.30.250.101
     * @param directory an empty one, for logs
     * @param manifests the directory of the manifests
     * @param agent the command of an agent, without flags
     */
    public AgentLan(int nodes, Path directory, Path manifests, List<String> agent) {
        this.directory = directory;
        this.agent = List.copyOf(agent);
        this.nodes = IntStream.rangeClosed(1, nodes)
                .mapToObj(i -> Host.numbered("node" + i, 100 + i))
                .toList();
        List<Host> all = new ArrayList<>(this.nodes);
        all.add(CLIENT);
        Runtime.getRuntime().addShutdownHook(atExit);
        hosts = new Hosts("pl-lan-" + ProcessHandle.current().pid() + "-", all);
        hosts.up();
        server = Namespaces.call(
                hosts.fabric(),
                () -> ApiServer.start(ApiServerSettings.listening(
                        "", new InetSocketAddress(InetAddress.getByName(Hosts.GATEWAY), Endpoint.PORT))));
        Endpoint endpoint = new Endpoint("http", "", "");
        relay = new Relay(() -> NetworkNamespace.call(
                hosts.fabric(), () -> new Socket(InetAddress.getByName(Hosts.GATEWAY), Endpoint.PORT)));
        String fromHere = endpoint.kubeconfig("127.0.0.1", relay.port());
        kubeconfig = write("kubeconfig", endpoint.kubeconfig(Hosts.GATEWAY, Endpoint.PORT));
        this.nodes.forEach(node -> keys(node.name(), List.of("the secret of this LAN's agents")));
        client = KubeClients.open(Config.fromKubeconfig(fromHere));
        try (Cluster cluster = new Cluster(fromHere)) {
            cluster.applyDefinitions(manifests.resolve("crds"));
            cluster.register(this.nodes);
            cluster.read(manifests.resolve("samples").resolve("lab.yaml")).stream()
                    .filter(item -> !(item instanceof Service))
                    .forEach(cluster::apply);
        }
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts these keys into the file that a node's agent reads its group's keys from. */
    public void keys(String node, List<String> keys) {
        Path written = write(node + ".key.new", String.join("\n", keys) + "\n");
        try {
            Files.move(written, key(node), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path key(String node) {
        return directory.resolve(node + ".key");
    }

    /** The names of the nodes. */
    public List<String> nodes() {
        return nodes.stream().map(Host::name).toList();
    }

    /** The machines, to pull cables and to run commands on. */
    public Hosts hosts() {
        return hosts;
    }

    /** A client of the API server that may do everything; it is closed with this. */
    public KubernetesClient client() {
        return client;
    }

    /** The file with an agent's output of all its lives. */
    public Path log(String node) {
        return directory.resolve(node + ".log");
    }

    /** Sets an environment variable of the agents that are started from now on. */
    public void environment(String name, String value) {
        environment.put(name, value);
    }

    /** Starts the agents of these nodes and waits until all are ready. */
    public void startAgents(List<String> on) {
        on.forEach(this::startAgent);
        on.forEach(this::awaitReady);
    }

    private void startAgent(String name) {
        Host node = nodes.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", hosts.namespace(name)));
        command.addAll(agent);
        command.addAll(List.of(
                "--kubeconfig",
                kubeconfig.toString(),
                "--node-name",
                name,
                "--host",
                node.v4().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        builder.environment().put("PURELB_ML_GROUP_KEY_FILE", key(name).toString());
        builder.environment().putAll(environment);
        agents.put(name, Command.start(builder));
    }

    private void awaitReady(String name) {
        URI readiness = URI.create("http://" + address(name) + ":7472/readyz");
        Await.value(() -> "the agent of " + name + " to be ready: see " + log(name), START, () -> {
            if (!agent(name).isAlive()) {
                throw new LabException("The agent of " + name + " ended: see " + log(name) + ".");
            }
            return Namespaces.call(hosts.fabric(), () -> answers(readiness)) ? Optional.of(true) : Optional.empty();
        });
    }

    private static boolean answers(URI readiness) {
        try {
            return ((HttpURLConnection) readiness.toURL().openConnection()).getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What a node's agent tells Prometheus. */
    public String metrics(String node) {
        URI metrics = URI.create("http://" + address(node) + ":7472/metrics");
        return Namespaces.call(hosts.fabric(), () -> {
            try (InputStream body = metrics.toURL().openStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    private IpAddress address(String name) {
        return nodes.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow()
                .v4();
    }

    /** The process of a node's agent, as it was last started. */
    public Process agent(String node) {
        return Optional.ofNullable(agents.get(node)).orElseThrow();
    }

    /** Sends a signal to a node's agent: {@code KILL}, {@code TERM}, {@code STOP}, {@code CONT}. */
    public void signal(String node, String signal) {
        Command.run("kill", "-" + signal, Long.toString(agent(node).pid()));
    }

    /** Makes a Service of ours with these addresses, which agents then announce. */
    public Service serve(String name, List<IpAddress> addresses) {
        client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .addToAnnotations(Annotations.ALLOCATED_BY, Annotations.BRAND)
                        .addToAnnotations(Annotations.ALLOCATED_FROM, "default")
                        .endMetadata()
                        .withNewSpec()
                        .withType("LoadBalancer")
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        return client.services().inNamespace("default").withName(name).editStatus(made -> {
            addresses.forEach(address -> made.getStatus()
                    .getLoadBalancer()
                    .getIngress()
                    .add(new LoadBalancerIngressBuilder()
                            .withIp(address.toString())
                            .withIpMode("VIP")
                            .build()));
            return made;
        });
    }

    /** Has the client host ask for an address from now on, until the answer or this is closed. */
    public Asker ask(IpAddress address) {
        Asker asker = new Asker(hosts, CLIENT, address);
        askers.add(asker);
        return asker;
    }

    private void kill() {
        agents.values().forEach(Process::destroyForcibly);
        agents.values().forEach(process -> process.onExit().join());
    }

    @Override
    public void close() {
        askers.forEach(Asker::close);
        kill();
        client.close();
        relay.close();
        server.close();
        hosts.close();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
