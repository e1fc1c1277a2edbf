package io.purelb.bench.agent;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.lab.api.ApiServer;
import io.purelb.lab.api.ApiServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What does an agent cost, and how soon is an address where it should be? One agent, started by the launcher, in the
 * network namespace of this program ({@code purelb-bench/run agent} makes one of its own), with an API server beside it and
 * another member of its group in this process. Arguments: how many Services, for each round; 1000 and 5000 by default.
 * {@code probed} before them leaves out all but claims for which the LAN is asked.
 */
public final class AgentBenchmark {
    private static final String NODE = "node";
    private static final String HOST = "10.100.0.2";
    private static final String FELLOW = "10.100.0.3";

    private final BenchCluster cluster;
    private final AgentProcess agent;
    private final AddressMonitor monitor;
    private final Fellow fellow;
    private int services;

    private AgentBenchmark(BenchCluster cluster, AgentProcess agent, AddressMonitor monitor, Fellow fellow) {
        this.cluster = cluster;
        this.agent = agent;
        this.monitor = monitor;
        this.fellow = fellow;
    }

    /** Runs all measurements and prints them as rows of a table. */
    public static void main(String... args) throws Exception {
        boolean probed = args.length > 0 && args[0].equals("probed");
        List<Integer> given = List.of(args).stream()
                .skip(probed ? 1 : 0)
                .map(Integer::valueOf)
                .toList();
        List<Integer> rounds = given.isEmpty() ? List.of(1000, 5000) : given;
        host();
        Path directory = Files.createTempDirectory(Path.of("purelb-bench", "target"), "run-")
                .toAbsolutePath();
        try (ApiServer server = ApiServer.start(ApiServerSettings.loopback());
                BenchCluster cluster = new BenchCluster(config(server.uri().toString()), NODE);
                AddressMonitor monitor = new AddressMonitor()) {
            cluster.install(Path.of("manifests", "crds"), HOST);
            cluster.probe(false);
            Path kubeconfig = directory.resolve("kubeconfig");
            server.kubeconfig(kubeconfig, server.uri().toString());
            cluster.services("first-", List.of("10.100.63.250"));
            try (AgentProcess agent = new AgentProcess(
                            Path.of("purelb").toAbsolutePath(),
                            kubeconfig,
                            NODE,
                            HOST,
                            directory.resolve("agent.log"));
                    Fellow fellow = new Fellow("fellow", FELLOW, HOST)) {
                AgentBenchmark benchmark = new AgentBenchmark(cluster, agent, monitor, fellow);
                if (probed) {
                    for (int count : rounds) {
                        benchmark.grow(count);
                        benchmark.probed(count);
                    }
                } else {
                    benchmark.run(rounds);
                }
            }
        }
        // The threads of the API server and of the client would go on.
        System.exit(0);
    }

    private static Config config(String url) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withHttp2Disable(true)
                .build();
    }

    /** A node with eth0 as its LAN, and eth1 with the same addresses for {@code ip -batch}. */
    private static void host() {
        Shell.run("ip", "link", "set", "lo", "up");
        for (int i = 0; i < 2; i++) {
            Shell.run("ip", "link", "add", "eth" + i, "type", "veth", "peer", "name", "lan" + i);
            Shell.run("ip", "link", "set", "eth" + i, "up");
            Shell.run("ip", "link", "set", "lan" + i, "up");
        }
        Shell.run("ip", "addr", "add", HOST + "/16", "dev", "eth0");
        Shell.run("ip", "addr", "add", "10.101.0.2/16", "dev", "eth1");
        Shell.run("ip", "addr", "add", FELLOW + "/32", "dev", "lo");
        Shell.run("ip", "route", "add", "default", "via", "10.100.0.1");
    }

    private void run(List<Integer> rounds) throws IOException {
        row("question", "measured");
        row("---", "---");
        Shell.pause(8_000);
        row("RSS with 1 Service", "%.0f MB".formatted(agent.rss()));
        latency("ingress to local address, not probed", i -> "10.100.62." + (i + 1), 25);
        latency("ingress to virtual address", i -> "10.200.0." + (i + 1), 25);
        cluster.probe(true);
        latency("ingress to local address, probed (150 ms of it)", i -> "10.100.62." + (i + 1), 10);
        cluster.probe(false);
        for (int count : rounds) {
            round(count);
        }
        membership();
        probed(services);
    }

    private void latency(String what, IntFunction<String> address, int times) {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            cluster.service("latency");
            Shell.pause(100);
            monitor.forget();
            long start = System.nanoTime();
            cluster.ingress("latency", address.apply(i));
            millis.add((monitor.awaitCame(address.apply(i)) - start) / 1e6);
            int before = monitor.present();
            cluster.delete("latency");
            Shell.await("the address to go", 10, () -> monitor.present() < before);
        }
        row(what + ", " + times + " times", summary(millis));
    }

    /** There are so many Services now, and none of their addresses is here. */
    private void grow(int count) {
        withdraw();
        List<String> more = IntStream.range(services, count)
                .mapToObj(i -> address("10.100", i))
                .toList();
        cluster.services("s" + services + "-", more);
        services = count;
        awaitIdle();
    }

    private void withdraw() {
        cluster.exclude(true);
        Shell.await("the addresses to go", 60, () -> monitor.present() == 0);
    }

    /** All of them are claimed at once, and the LAN is asked for each. */
    private void probed(int count) {
        cluster.probe(true);
        List<Double> claims = new ArrayList<>();
        List<Double> cpus = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            awaitIdle();
            monitor.forget();
            Map<String, Double> before = agent.cpu();
            try (SentFrames frames = new SentFrames("eth0")) {
                long start = System.nanoTime();
                cluster.exclude(false);
                claims.add((monitor.awaitCame(count + 1) - start) / 1e6);
                Shell.pause(1_000L + count * 15L);
                cpus.add(AgentProcess.used(before, agent.cpu()));
                System.err.println("frames: " + frames.all() + ", in a second at most " + frames.mostInASecond());
                if (i == 0) {
                    row(count + " addresses, probed: most frames in a second", Long.toString(frames.mostInASecond()));
                }
            }
            withdraw();
        }
        row(count + " addresses, probed, from the trigger to the last", summary(claims));
        row("agent's CPU for it, annotations and announcements included", summary(cpus));
        cluster.probe(false);
    }

    private void round(int count) {
        grow(count);
        List<Double> agents = new ArrayList<>();
        List<Double> kernels = new ArrayList<>();
        List<Double> spans = new ArrayList<>();
        List<Double> cpus = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            kernels.add(batch(count));
            monitor.forget();
            Map<String, Double> before = agent.cpu();
            long start = System.nanoTime();
            cluster.exclude(false);
            long last = monitor.awaitCame(count + 1);
            agents.add((last - start) / 1e6);
            spans.add((last - monitor.first()) / 1e6);
            Shell.pause(8_000);
            cpus.add(AgentProcess.used(before, agent.cpu()));
            if (i < 2) {
                withdraw();
                awaitIdle();
            }
        }
        row(count + " addresses, from the trigger to the last", summary(agents));
        row(count + " addresses, from the first to the last", summary(spans));
        row("`ip -batch` with as many", summary(kernels));
        row("agent's CPU for it, annotations and announcements included", summary(cpus));
        awaitIdle();
        row("RSS with " + count + " Services", "%.0f MB".formatted(agent.rss()));
        Map<String, Double> before = agent.cpu();
        Shell.pause(20_000);
        Map<String, Double> after = agent.cpu();
        row("idle CPU with " + count + " Services", "%.2f %%".formatted(AgentProcess.used(before, after) / 200));
        System.err.println("idle: " + difference(before, after));
    }

    /** What was begun goes on for a while: annotations and events of thousands of Services. */
    private void awaitIdle() {
        Shell.await("the agent to have nothing to do", 300, () -> {
            Map<String, Double> before = agent.cpu();
            Shell.pause(3_000);
            return AgentProcess.used(before, agent.cpu()) < 100;
        });
    }

    private static String address(String network, int i) {
        return network + "." + (32 + i / 256) + "." + i % 256;
    }

    private static double batch(int count) {
        List<String> commands = IntStream.range(0, count)
                .mapToObj(i -> "addr add " + address("10.101", i) + "/16 brd 10.101.255.255 dev eth1")
                .toList();
        double millis = Shell.ipBatch(commands);
        Shell.run("ip", "addr", "flush", "dev", "eth1");
        Shell.run("ip", "addr", "add", "10.101.0.2/16", "dev", "eth1");
        return millis;
    }

    /** The fellow comes and goes with one address that it would win. */
    private void membership() {
        IpAddress moving = IntStream.range(0, services)
                .mapToObj(i -> IpAddress.parse(address("10.100", i)))
                .filter(address ->
                        Election.winner(List.of(NODE, "fellow"), address).equals(Optional.of("fellow")))
                .findFirst()
                .orElseThrow();
        double idle = window(() -> {});
        List<Double> all = new ArrayList<>();
        List<Double> loop = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Optional<IpAddress> competes = i % 2 == 0 ? Optional.of(moving) : Optional.empty();
            Map<String, Double> before = agent.cpu();
            all.add(Math.max(0, window(() -> fellow.competes(competes)) - idle));
            Map<String, Double> after = agent.cpu();
            loop.add(after.getOrDefault("agent", 0.0) - before.getOrDefault("agent", 0.0));
            System.err.println("membership: " + difference(before, after));
        }
        row("membership changes, 1 of " + services + " moves: CPU of all threads", summary(all));
        row("of this the thread that decides", summary(loop));
    }

    private double window(Runnable change) {
        Map<String, Double> before = agent.cpu();
        change.run();
        Shell.pause(2_500);
        return AgentProcess.used(before, agent.cpu());
    }

    private static Map<String, Double> difference(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> result = new TreeMap<>();
        after.forEach((name, millis) -> {
            double used = Math.round((millis - before.getOrDefault(name, 0.0)) * 100) / 100.0;
            if (used > 0.1) {
                result.put(name, used);
            }
        });
        return result;
    }

    private static String summary(List<Double> millis) {
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return "median %.1f ms, %.1f to %.1f"
                .formatted(sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
    }

    private static void row(String question, String measured) {
        System.out.println("| " + question + " | " + measured + " |");
    }
}
