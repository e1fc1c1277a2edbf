package io.purelb.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

final class JsonLogTest {
    private static LogRecord line(Level level, String message, Object... parameters) {
        LogRecord line = new LogRecord(level, message);
        line.setLoggerName("io.purelb.Some");
        line.setParameters(parameters);
        return line;
    }

    @Test
    void lineIsOneObjectWithoutTime() {
        assertEquals(
                "{\"level\":\"info\",\"msg\":\"allocated\",\"logger\":\"io.purelb.Some\",\"service\":\"ns/web\",\"ip\":\"10.0.0.1\"}",
                JsonLog.format(line(
                        Level.INFO, "allocated", new Log.Field("service", "ns/web"), new Log.Field("ip", "10.0.0.1"))));
    }

    @Test
    void levelsHaveFourNames() {
        assertTrue(JsonLog.format(line(Level.SEVERE, "x")).startsWith("{\"level\":\"error\""));
        assertTrue(JsonLog.format(line(Level.WARNING, "x")).startsWith("{\"level\":\"warn\""));
        assertTrue(JsonLog.format(line(Level.INFO, "x")).startsWith("{\"level\":\"info\""));
        assertTrue(JsonLog.format(line(Level.FINE, "x")).startsWith("{\"level\":\"debug\""));
    }

    @Test
    void lineBreaksAndQuotesStayInsideTheLine() {
        String text = JsonLog.format(line(Level.INFO, "a\n\"b\"", new Log.Field("error", "c\r\nd")));
        assertEquals(1, text.lines().count());
        assertTrue(text.contains("a\\n\\\"b\\\"") && text.contains("c\\r\\nd"), text);
    }

    @Test
    void whatATerminalWouldObeyIsEscaped() throws IOException {
        String evil = "a\u001b[31m\u009b\u2028\u202e\\\u202e";
        String text = JsonLog.format(line(Level.INFO, evil, new Log.Field("pool", evil)));
        assertTrue(text.chars().allMatch(c -> c >= ' ' && c < 0x7f), text);
        assertEquals(evil, new ObjectMapper().readTree(text).path("msg").asText());
        assertEquals(evil, new ObjectMapper().readTree(text).path("pool").asText());
    }

    @Test
    void bracesInOurOwnTextAreText() {
        String text = JsonLog.format(line(Level.INFO, "set {0} 'quoted'", new Log.Field("ip", "::1")));
        assertTrue(text.contains("\"set {0} 'quoted'\""), text);
    }

    @Test
    void librariesFillTheirBraces() {
        assertTrue(JsonLog.format(line(Level.WARNING, "lost {0}", "peer")).contains("\"msg\":\"lost peer\""));
    }

    @Test
    void thrownFaultBecomesErrorAndStack() {
        LogRecord line = line(Level.SEVERE, "broken");
        line.setThrown(new IllegalStateException("why"));
        String text = JsonLog.format(line);
        assertTrue(text.contains("\"error\":\"java.lang.IllegalStateException: why\""), text);
        assertTrue(text.contains("\"stack\":\"java.lang.IllegalStateException: why\\n\\tat "), text);
        assertEquals(1, text.lines().count());
    }
}
