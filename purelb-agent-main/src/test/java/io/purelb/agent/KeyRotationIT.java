package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.testkit.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The group's keys change while agents run. */
final class KeyRotationIT extends AgentsIT {
    private static final String OLD = "the secret of this LAN's agents";
    private static final String NEW = "another secret";

    @Test
    void keysAreRotatedNodeByNodeAndNobodyNoticesOnTheLan() throws Exception {
        long began = System.nanoTime();
        int step = 0;
        for (List<String> keys : List.of(List.of(OLD, NEW), List.of(NEW, OLD), List.of(NEW))) {
            step++;
            for (String node : lan.nodes()) {
                lan.keys(node, keys);
                awaitChanges(node, step);
            }
        }
        assertUndisturbed(began);
        assertEquals(List.of(first6(lan.nodes())), asker6.holders(began));
        assertEquals(0, asker6.unanswered(began, SOON));
        // The old key is of no use any more, and the new one is.
        lan.signal(last, "TERM");
        lan.agent(last).waitFor();
        lan.startAgents(List.of(last));
        Patience.until(
                () -> "three members, not " + series("purelb_election_members"),
                () -> series("purelb_election_members").equals(List.of("3.0", "3.0", "3.0")));
    }

    private List<String> series(String name) {
        return lan.nodes().stream()
                .map(node -> lan.metrics(node)
                        .lines()
                        .filter(line -> line.startsWith(name + " "))
                        .findFirst()
                        .orElseThrow()
                        .substring(name.length() + 1))
                .toList();
    }

    private static void awaitChanges(String node, int changes) {
        Patience.until(() -> node + " to read its keys again", () -> changes(node) >= changes);
    }

    private static int changes(String node) {
        try {
            return Files.readString(lan.log(node)).split("keys changed", -1).length - 1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
