package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** One run of the command line, with its exit code and what it printed. */
record CommandLineRun(int exitCode, String out, String err) {
    static CommandLineRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = PurelbCli.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(arguments);
        return new CommandLineRun(exitCode, out.toString(), err.toString());
    }

    JsonNode json() throws JsonProcessingException {
        assertEquals("", err);
        return new ObjectMapper().readTree(out);
    }

    /** The one sentence that tells why the input cannot be used. */
    String sentence() {
        return sentence(1);
    }

    /** The one sentence that tells what is wrong with the flags. */
    String usage() {
        return sentence(2);
    }

    private String sentence(int expectedCode) {
        assertEquals(expectedCode, exitCode, out + err);
        assertEquals("", out);
        assertEquals(1, err.lines().count(), err);
        return err.strip();
    }
}
