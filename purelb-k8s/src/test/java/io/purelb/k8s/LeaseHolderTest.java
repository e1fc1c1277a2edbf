package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class LeaseHolderTest {
    private final LeaseHolder self = LeaseHolder.ofThisProcess("");

    @Test
    void onlyAProcessThatIsThereCountsAsAlive() throws IOException, InterruptedException {
        Process other = new ProcessBuilder("sleep", "60").start();
        String name = LeaseHolder.ofProcess(other.pid()).toString();
        assertFalse(self.hasEnded(name));
        new ProcessBuilder("kill", "-STOP", String.valueOf(other.pid())).start().waitFor();
        assertFalse(self.hasEnded(name), "a stopped process may go on");
        other.destroyForcibly().waitFor();
        assertTrue(self.hasEnded(name));
    }

    @Test
    void reusedProcessIdIsNotTheHolder() {
        String name = LeaseHolder.ofProcess(1).toString();
        assertFalse(self.hasEnded(name));
        assertTrue(self.hasEnded(name.substring(0, name.lastIndexOf('_')) + "_1234567"));
    }

    @Test
    void processOfAnotherMachineOrNamespaceCountsAsAlive() {
        String[] parts = LeaseHolder.ofProcess(1).toString().split("_", -1);
        assertFalse(self.hasEnded("node2_other-boot_" + parts[2] + "_999999_1"));
        assertFalse(self.hasEnded("node2_" + parts[1] + "_1_999999_1"));
        assertFalse(self.hasEnded("someone"));
        assertFalse(self.hasEnded("a_" + parts[1] + "_" + parts[2] + "_x_1"));
    }

    @Test
    void podIsItselfWhoeverItsProcessIs() {
        LeaseHolder pod = LeaseHolder.ofThisProcess("6d1c7d0e-uid");
        assertTrue(pod.hasEnded(LeaseHolder.ofThisProcess("6d1c7d0e-uid").toString()));
        assertFalse(pod.hasEnded(LeaseHolder.ofThisProcess("other-uid").toString()));
        assertFalse(pod.hasEnded(self.toString()));
    }
}
