package io.purelb.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class ProgramTest {
    private final StringWriter err = new StringWriter();

    /** A command that reports its port, or cannot start on port 1. */
    @Command(name = "probe")
    static final class Probe implements Callable<Integer> {
        @Mixin
        private CommonFlags flags = new CommonFlags();

        @Override
        public Integer call() {
            if (flags.port() == 1) {
                throw new StartException("port 1 is in use: take another");
            }
            return flags.port();
        }
    }

    private int execute(String... args) {
        return Program.execute(new Probe(), new PrintWriter(err, true), args);
    }

    @Test
    void flagsReachTheCommand() {
        assertEquals(99, execute("--port", "99", "--namespace=x"));
        assertEquals("", err.toString());
    }

    @Test
    void wrongFlagIsOneSentenceAndTwo() {
        for (String[] wrong : new String[][] {{"--nonsense"}, {"--port", "x"}, {"--port"}, {"word"}}) {
            err.getBuffer().setLength(0);
            assertEquals(Program.UNUSABLE, execute(wrong));
            assertEquals(1, err.toString().lines().count(), err.toString());
            assertTrue(err.toString().startsWith("probe: "), err.toString());
        }
    }

    @Test
    void unusableEnvironmentIsOneSentenceAndTwo() {
        assertEquals(Program.UNUSABLE, execute("--port=1"));
        assertEquals("probe: port 1 is in use: take another\n", err.toString());
    }
}
