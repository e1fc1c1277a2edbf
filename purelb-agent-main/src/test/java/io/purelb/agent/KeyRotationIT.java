package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The group's keys change while agents run. */
final class KeyRotationIT extends AgentsIT {
    private static final String OLD = "the secret of this LAN's agents";
    private static final String NEW = "another secret";

    @Test
    void keysAreRotatedNodeByNodeAndNobodyNoticesOnTheLan() throws Exception {
        long began = System.nanoTime();
        List<String> views = views();
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
        assertEquals(Duration.ZERO, asker6.silence(began));
        assertEquals(views, views(), "nobody left the group");
        // The old key is of no use any more, and the new one is.
        lan.signal(last, "TERM");
        lan.agent(last).waitFor();
        lan.startAgents(List.of(last));
        assertEquals(List.of("3.0", "3.0", "3.0"), series("purelb_election_members"));
    }

    private List<String> views() {
        return series("purelb_election_view_changes_total");
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

    private static void awaitChanges(String node, int changes) throws IOException {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (Files.readString(lan.log(node)).split("keys changed", -1).length <= changes) {
            assertTrue(System.nanoTime() < deadline, () -> node + " does not read its keys again");
            LockSupport.parkNanos(20_000_000);
        }
    }
}
