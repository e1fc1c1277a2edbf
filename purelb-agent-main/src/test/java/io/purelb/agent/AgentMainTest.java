package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.process.Program;
import io.purelb.process.StartException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class AgentMainTest {
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Program.execute(new AgentMain(), new PrintWriter(err, true), args);
    }

    @Test
    void missingNodeNameIsOneSentence() {
        assertEquals(2, run("--node-name", ""));
        assertEquals(
                "agent: this node's name is missing: give --node-name or set PURELB_NODE_NAME to it\n", err.toString());
    }

    @Test
    void wrongFlagIsOneLine() {
        assertEquals(2, run("--nonsense"));
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void missingCapabilitiesAreNamed() {
        StartException refused = assertThrows(
                StartException.class, () -> Capabilities.require("Name:\tjava\nCapEff:\t0000000000001000\n"));
        assertTrue(refused.getMessage().startsWith("the agent needs CAP_NET_RAW:"), refused.getMessage());
        Capabilities.require("CapEff:\t000001ffffffffff\n");
    }
}
