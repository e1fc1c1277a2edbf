package io.purelb.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.lab.Hosts.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordIT {
    @TempDir
    Path temp;

    private final String prefix = "pl-crash-" + ProcessHandle.current().pid() + "-";

    @BeforeEach
    void requireRoot() {
        Root.require();
    }

    @AfterEach
    void removeHosts() {
        new Hosts(prefix, List.of(Host.numbered("a", 101))).close();
    }

    /** A lab of its own process: makes hosts, a directory and a program, says so and waits. */
    static final class Crashing {
        private Crashing() {}

        @SuppressWarnings("SystemOut") // the test reads it
        public static void main(String[] args) throws IOException {
            RunRecord record = RunRecord.open(Path.of(args[0]));
            Hosts hosts = new Hosts(args[1], List.of(Host.numbered("a", 101)));
            hosts.namespaces().forEach(record::namespace);
            hosts.up();
            Path directory = record.directory();
            Child sleeper =
                    Child.start(record, directory, "sleeper", hosts.namespace("a"), List.of("sleep", "1000"), Map.of());
            System.out.println(sleeper.process().pid() + " " + directory);
            System.in.read();
        }
    }

    @Test
    void nextRunRemovesWhatAKilledOneLeft() throws Exception {
        Path state = temp.resolve("state");
        Process lab = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Crashing.class.getName(),
                        state.toString(),
                        prefix)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] made;
        try (BufferedReader out = lab.inputReader()) {
            made = out.readLine().split(" ", -1);
            assertThrows(LabException.class, () -> RunRecord.open(state), "a second lab");
        } finally {
            lab.destroyForcibly().waitFor();
        }
        ProcessHandle sleeper = ProcessHandle.of(Long.parseLong(made[0])).orElseThrow();
        assertTrue(sleeper.isAlive());
        assertTrue(Command.run("ip", "netns", "list").contains(prefix + "fabric"));

        RunRecord next = RunRecord.open(state);
        assertFalse(sleeper.isAlive());
        assertFalse(Command.run("ip", "netns", "list").contains(prefix));
        assertFalse(Files.exists(Path.of(made[1])));
        next.close();
        assertThrows(LabException.class, () -> next.namespace("late"), "nothing new once stopped");
    }

    @Test
    void processThatOnlyHasARecordedIdIsSpared() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "1000").start();
        try {
            Path state = Files.createDirectory(temp.resolve("state"));
            Files.writeString(state.resolve("made"), "process " + stranger.pid() + " 1\n");
            RunRecord.open(state).close();
            assertTrue(stranger.isAlive());
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void lineThatACrashCutIsPassedOver() throws Exception {
        Path state = Files.createDirectory(temp.resolve("state"));
        Files.writeString(state.resolve("made"), "process 12");
        RunRecord.open(state).close();
        assertFalse(Files.exists(state.resolve("made")));
    }

    @Test
    void logsOfAFailedRunStayUntilTheNext() throws Exception {
        Path state = temp.resolve("state");
        RunRecord failed = RunRecord.open(state);
        Path logs = failed.directory();
        Files.writeString(logs.resolve("agent.log"), "why");
        failed.close(true);
        assertEquals("why", Files.readString(logs.resolve("agent.log")));
        RunRecord.open(state).close();
        assertTrue(Await.reached(() -> !Files.exists(logs), Duration.ZERO));
    }

    @Test
    void foreignStateDirectoryIsRefused() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("state"), Files.createDirectory(temp.resolve("elsewhere")));
        assertThrows(LabException.class, () -> RunRecord.open(link));
    }
}
