package io.purelb.bench;

import io.fabric8.kubernetes.api.model.Node;
import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.lab.AgentLan;
import io.purelb.lab.Asker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Question: how long does a client that asks every 5 ms go without an answer when a node dies, or an agent is killed,
 * stopped, drained or comes back, and do ever two nodes answer? Real agents on hosts of their own. Arguments are the numbers
 * of nodes; needs root.
 */
final class FailoverTimes {
    private static final int ROUNDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Long enough for a false takeover: more than detection and asking together. */
    private static final long QUIET = Duration.ofSeconds(2).toNanos();

    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";
    private static final String ROW = "| %5s | %-40s | %9s | %9s | %14s |%n";

    private final AgentLan lan;
    private final Map<String, List<Double>> silences = new TreeMap<>();
    private final Map<String, Integer> doubles = new TreeMap<>();

    private FailoverTimes(AgentLan lan) {
        this.lan = lan;
    }

    /** Prints a table for each number of nodes. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.printf(ROW, "nodes", "event, 20 rounds", "median ms", "worst ms", "double answers");
        System.out.printf(ROW, "--:", "---", "--:", "--:", "--:");
        Path home = Path.of("").toAbsolutePath();
        for (String nodes : arguments.length == 0 ? new String[] {"3", "5", "8"} : arguments) {
            Path directory = Files.createTempDirectory(home.resolve("purelb-bench/target"), "failover-");
            List<String> agent = List.of(home.resolve("purelb").toString(), "agent");
            try (AgentLan lan = new AgentLan(Integer.parseInt(nodes), directory, home.resolve("manifests"), agent)) {
                lan.startAgents(lan.nodes());
                FailoverTimes times = new FailoverTimes(lan);
                times.measure();
                times.silences.forEach((event, found) -> times.print(nodes, event, found));
            }
        }
    }

    private void print(String nodes, String event, List<Double> found) {
        List<Double> sorted = found.stream().sorted().toList();
        System.out.printf(
                ROW,
                nodes,
                event,
                "%.0f".formatted(sorted.get(sorted.size() / 2)),
                "%.0f".formatted(sorted.get(sorted.size() - 1)),
                doubles.getOrDefault(event, 0));
    }

    private void measure() throws InterruptedException {
        rounds();
        rollingRestart();
    }

    private void rounds() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            IpAddress address = IpAddress.parse("172.30.250." + (50 + round));
            List<String> ranking = Election.ranking(lan.nodes(), address);
            String first = ranking.get(0);
            String second = ranking.get(1);
            lan.serve("round-" + round, List.of(address));
            try (Asker asker = lan.ask(address)) {
                asker.awaitHolder(first, System.nanoTime(), PATIENCE);
                round(asker, first, second);
            }
            withdraw("round-" + round);
        }
    }

    private void withdraw(String service) {
        lan.client().services().inNamespace("default").withName(service).delete();
    }

    private void round(Asker asker, String first, String second) throws InterruptedException {
        move(
                asker,
                "1 node dies: its cable is pulled",
                second,
                List.of(first, second),
                () -> lan.hosts().setLink(first, false));
        move(
                asker,
                "2 node returns: the cable is back",
                first,
                List.of(second, first),
                () -> lan.hosts().setLink(first, true));

        long killed = System.nanoTime();
        lan.signal(first, "KILL");
        asker.awaitHolder(first, killed + QUIET, PATIENCE);
        lan.startAgents(List.of(first));
        asker.awaitHolder(first, System.nanoTime() + QUIET, PATIENCE);
        note(asker, "3 agent is killed and started", killed, List.of(first));

        move(asker, "4 agent is stopped", second, List.of(first, second), () -> lan.signal(first, "TERM"));
        lan.agent(first).waitFor();
        move(asker, "5 agent joins", first, List.of(second, first), () -> lan.startAgents(List.of(first)));
        move(asker, "6 node is excluded by its label", second, List.of(first, second), () -> label(first, "true"));
        move(asker, "7 node is admitted again", first, List.of(second, first), () -> label(first, ""));
    }

    /** All agents one after the other, with an address for each round, which moves twice. */
    private void rollingRestart() throws InterruptedException {
        Map<IpAddress, Asker> askers = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            IpAddress address = IpAddress.parse("172.30.250." + (50 + round));
            lan.serve("round-" + round, List.of(address));
            askers.put(address, lan.ask(address));
        }
        awaitWinners(askers);
        long since = System.nanoTime();
        for (String node : lan.nodes()) {
            lan.signal(node, "TERM");
            lan.agent(node).waitFor();
            lan.startAgents(List.of(node));
            awaitWinners(askers);
        }
        askers.forEach((address, asker) -> {
            List<String> ranking = Election.ranking(lan.nodes(), address);
            List<String> moves = List.of(ranking.get(0), ranking.get(1), ranking.get(0));
            note(asker, "8 all agents restart, one by one", since, moves);
            asker.close();
        });
        for (int round = 0; round < ROUNDS; round++) {
            withdraw("round-" + round);
        }
    }

    private void awaitWinners(Map<IpAddress, Asker> askers) {
        askers.forEach((address, asker) ->
                asker.awaitHolder(Election.winner(lan.nodes(), address).orElseThrow(), System.nanoTime(), PATIENCE));
    }

    private void move(Asker asker, String event, String to, List<String> expected, Runnable cause) {
        long since = System.nanoTime();
        cause.run();
        long there = asker.awaitHolder(to, since, PATIENCE);
        // A second holder would show itself soon after.
        asker.awaitHolder(to, there + Duration.ofMillis(500).toNanos(), PATIENCE);
        note(asker, event, since, expected);
    }

    private void note(Asker asker, String event, long since, List<String> expected) {
        silences.computeIfAbsent(event, first -> new ArrayList<>())
                .add(asker.silence(since).toNanos() / 1e6);
        List<String> holders = asker.holders(since);
        boolean clean = holders.equals(expected) || holders.equals(expected.subList(1, expected.size()));
        doubles.merge(event, clean ? 0 : 1, Integer::sum);
    }

    private void label(String node, String value) {
        UnaryOperator<Node> change = found -> {
            Map<String, String> labels = found.getMetadata().getLabels();
            if (value.isEmpty()) {
                labels.remove(EXCLUDED);
            } else {
                labels.put(EXCLUDED, value);
            }
            return found;
        };
        lan.client().nodes().withName(node).edit(change);
    }
}
