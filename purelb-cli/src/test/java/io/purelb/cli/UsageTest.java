package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UsageTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "lab --chek", "lab --api bogus", "lab --api", "version extra"})
    void wrongUsageIsOneSentenceOnStderrAndCode2(String line) {
        assertEquals(2, run(line.isEmpty() ? new String[0] : line.split(" ", -1)));
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().matches("purelb: .*; see `purelb[ a-z]* --help`\\.\\R"), err::toString);
    }

    @Test
    void helpNamesTheVerbs() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("lab"), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void versionNamesOursAndJavas() {
        assertEquals(0, run("version"));
        assertTrue(out.toString().matches("PureLB \\S+, Java .*\\R"), out::toString);
    }

    private int run(String... arguments) {
        CommandLine line = PurelbCli.commandLine();
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
