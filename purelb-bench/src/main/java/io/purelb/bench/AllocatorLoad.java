package io.purelb.bench;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.lab.RealApiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * How long does a Service wait for its address when very many are created at once, on a real API server on this machine,
 * and what does that cost? Beside each figure that of a client that only sends the patches. Prints a Markdown table.
 */
public final class AllocatorLoad {
    private static final List<Integer> SIZES = List.of(1000, 4000);
    private static final String GROUP = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: purelb}
            ---
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {namespace: purelb, name: default}
            spec: {local: {v4pools: [{subnet: 10.128.0.0/16, pool: 10.128.0.0/16}]}}
            """;

    private final Path home;
    private final int idleSeconds;

    private AllocatorLoad(Path home, int idleSeconds) {
        this.home = home;
        this.idleSeconds = idleSeconds;
    }

    /** Arguments: how many Services, any number of times; 1000 and 4000 by default. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("purelb.home", ".")).toAbsolutePath();
        List<Integer> sizes = arguments.length == 0
                ? SIZES
                : Stream.of(arguments).map(Integer::valueOf).toList();
        AllocatorLoad load = new AllocatorLoad(home, Integer.getInteger("purelb.bench.idle", 30));
        StringBuilder table =
                new StringBuilder("| question | allocator | limit | ratio |\n| --- | --- | --- | --- |\n");
        for (int services : sizes) {
            Burst.Result limit = load.limit(services);
            load.allocator(services, limit, table);
        }
        System.out.println(table);
    }

    private RealApiServer server(Path directory) {
        RealApiServer server = RealApiServer.start(directory, false);
        server.install(home.resolve("manifests/crds"));
        try (KubernetesClient client = server.client()) {
            client.load(new ByteArrayInputStream(GROUP.getBytes(StandardCharsets.UTF_8)))
                    .create();
        }
        return server;
    }

    private Burst.Result limit(int services) throws IOException, InterruptedException {
        try (RealApiServer server = server(Files.createTempDirectory(Path.of("purelb-bench", "target"), "run-")
                        .toAbsolutePath());
                TwoPatches patches = new TwoPatches(server.config());
                ServiceWatch watch = new ServiceWatch(server.config(), patches::serve)) {
            return Burst.run(server.config(), watch, services);
        }
    }

    private void allocator(int services, Burst.Result limit, StringBuilder table)
            throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Path.of("purelb-bench", "target"), "run-")
                .toAbsolutePath();
        Path log = directory.resolve("allocator.log");
        try (RealApiServer server = server(directory);
                ServiceWatch watch = new ServiceWatch(server.config(), (name, version) -> {})) {
            Config config = server.config();
            Path kubeconfig = server.kubeconfig(config, directory.resolve("kubeconfig"));
            Path launcher = home.resolve("purelb");
            AllocatorUnderLoad allocator = new AllocatorUnderLoad(launcher, kubeconfig, log);
            try {
                allocator.awaitReady();
                idle(allocator, 0, table);
                System.err.println("allocator " + allocator.pid() + ", log " + log);
                Map<String, Long> before = writes(config);
                double cpu = allocator.cpuSeconds();
                Burst.Result result = Burst.run(config, watch, services);
                compare(result, limit, table);
                awaitSilence(config);
                table.append("| %d Services: processor time per Service | %.2f ms | | |%n"
                        .formatted(services, 1000 * (allocator.cpuSeconds() - cpu) / services));
                calls(services, before, writes(config), table);
                table.append("| %d Services: events of the allocator per Service | %.3f | | |%n"
                        .formatted(services, (double) events(config) / services));
                idle(allocator, services, table);
                for (boolean killed : new boolean[] {true, false}) {
                    long began = System.nanoTime();
                    allocator.end(killed);
                    allocator = new AllocatorUnderLoad(launcher, kubeconfig, log);
                    row(table, restarted(services, killed), served(config, watch, "after-" + killed) - began);
                    awaitSilence(config);
                }
            } finally {
                allocator.close();
            }
        }
    }

    private static String restarted(int services, boolean killed) {
        return (killed ? "SIGKILL" : "SIGTERM") + " with " + services + " Services, until the next one is served";
    }

    private static void row(StringBuilder table, String question, long nanos) {
        table.append("| %s | %.2f s | | |%n".formatted(question, nanos / 1e9));
    }

    /** Creates one more Service; when it was served. */
    private static long served(Config config, ServiceWatch watch, String name) {
        try (Wire wire = new Wire(config)) {
            Burst.create(wire, name);
        }
        while (!watch.served().containsKey(name)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return watch.served().get(name);
    }

    private static void compare(Burst.Result result, Burst.Result limit, StringBuilder table) {
        String what = result.services() + " Services: ";
        Map.of(0.5, "p50", 0.99, "p99", 1.0, "max").entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> table.append(ratio(
                        what + "from the create's answer to the address, " + entry.getValue(),
                        "ms",
                        result.waitMillis(entry.getKey()),
                        limit.waitMillis(entry.getKey()))));
        table.append(ratio(what + "last create to last address", "ms", result.tail() / 1e6, limit.tail() / 1e6));
        table.append(ratio(what + "all created in", "ms", result.creating() / 1e6, limit.creating() / 1e6));
    }

    private static String ratio(String question, String unit, double ours, double limit) {
        return "| %s | %.0f %s | %.0f %s | %.1f |%n".formatted(question, ours, unit, limit, unit, ours / limit);
    }

    private void idle(AllocatorUnderLoad allocator, int services, StringBuilder table) throws InterruptedException {
        double before = allocator.cpuSeconds();
        TimeUnit.SECONDS.sleep(idleSeconds);
        double cpu = 100 * (allocator.cpuSeconds() - before) / idleSeconds;
        table.append("| %d Services, idle: VmRSS, VmHWM | %.0f, %.0f MB | | |%n"
                .formatted(services, allocator.megabytes("VmRSS"), allocator.megabytes("VmHWM")));
        table.append("| %d Services, idle for %d s: processor | %.2f %% | | |%n".formatted(services, idleSeconds, cpu));
    }

    private static void calls(int services, Map<String, Long> before, Map<String, Long> after, StringBuilder table) {
        after.entrySet().stream()
                .filter(entry -> !entry.getKey().contains(" events "))
                .forEach(entry -> table.append("| %d Services: %s per Service | %.3f | | |%n"
                        .formatted(
                                services,
                                entry.getKey(),
                                (double) (entry.getValue() - before.getOrDefault(entry.getKey(), 0L)) / services)));
    }

    /** The API server writes a few events about Services too, so that they are counted by who wrote them. */
    private static int events(Config config) {
        try (Wire wire = new Wire(config)) {
            return wire.call("GET", "/api/v1/namespaces/default/events?fieldSelector=source=purelb-allocator", "", "")
                            .body()
                            .split("\"involvedObject\":", -1)
                            .length
                    - 1;
        }
    }

    /** Requests of the kinds that only the allocator sends, as the API server counted them. */
    private static Map<String, Long> writes(Config config) {
        Map<String, Long> counts = new TreeMap<>();
        try (Wire wire = new Wire(config)) {
            wire.call("GET", "/metrics", "", "")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("apiserver_request_total{"))
                    .filter(line -> line.contains("verb=\"PATCH\"") || line.contains("resource=\"events\""))
                    .filter(line -> !line.contains("verb=\"LIST\"") && !line.contains("verb=\"WATCH\""))
                    .forEach(line -> {
                        String kind = value(line, "verb") + " " + value(line, "resource") + " "
                                + value(line, "subresource") + " " + value(line, "code");
                        counts.merge(kind, (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))), Long::sum);
                    });
        }
        return counts;
    }

    private static String value(String line, String label) {
        return line.replaceFirst(".*[{,]" + label + "=\"([^\"]*)\".*", "$1");
    }

    /** Waits until no more is written: the events follow the addresses. */
    private static void awaitSilence(Config config) throws InterruptedException {
        Map<String, Long> before = Map.of();
        for (Map<String, Long> now = writes(config); !now.equals(before); now = writes(config)) {
            before = now;
            TimeUnit.SECONDS.sleep(2);
        }
    }
}
