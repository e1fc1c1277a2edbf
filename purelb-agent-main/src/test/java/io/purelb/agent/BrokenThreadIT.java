package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.process.Program;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thread of an agent meets an Error: a class that it is the first to use cannot be loaded. */
final class BrokenThreadIT {
    @TempDir
    Path directory;

    private final TwoHosts hosts = new TwoHosts("broken");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    @ParameterizedTest
    @CsvSource({
        "kernel-watch, io/purelb/agent/Agent$HandOver",
        "watch-servicegroups, io/purelb/agent/SeenGroup",
        "lan-eth0, io/purelb/netlink/NeighborSighting",
        "join, io/purelb/election/MemberCodec"
    })
    void errorOfAThreadEndsTheAgent(String thread, String used) throws Exception {
        Path broken = directory.resolve("classes").resolve(used + ".class");
        Files.createDirectories(broken.getParent());
        Files.writeString(broken, "no class");
        String classPath = directory.resolve("classes") + File.pathSeparator + System.getProperty("java.class.path");
        try (TinyCluster cluster = new TinyCluster("", directory);
                AgentChild agent = new AgentChild(List.of(), classPath, cluster, "--netns=" + hosts.node, "--port=0")) {
            if (thread.startsWith("lan-")) {
                agent.until(() -> agent.says("election group joined"));
                // Has the neighbour ask the LAN.
                hosts.far("neigh replace 172.30.250.77 dev eth0 use");
            }
            assertEquals(Program.BROKEN, agent.await());
            assertTrue(
                    agent.says("\"msg\":\"a thread ended, and with it this process\"")
                            && agent.says("\"thread\":\"" + thread + "\""),
                    () -> String.join("\n", agent.lines));
        }
    }
}
