package io.purelb.process;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.purelb.core.UserText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.text.MessageFormat;
import java.util.Arrays;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Prints java.util.logging as one JSON object per line, without a time: whoever collects the lines stamps them. Keys:
 * {@code level} (debug, info, warn, error), {@code msg}, {@code logger}, the line's own, and {@code error} and
 * {@code stack} where something was thrown.
 */
public final class JsonLog extends Handler {
    private static final JsonFactory JSON = new JsonFactory();

    /** Kept so that the levels set on it are not lost with a collected logger. */
    private static final Logger OURS = Logger.getLogger("io.purelb");

    /** Set once logging was sent to stdout. */
    private static volatile @Nullable JsonLog installed;

    private final PrintStream out;

    JsonLog(PrintStream out) {
        this.out = out;
    }

    /** Sends all logging of this process to stdout: our own from INFO, that of libraries from WARNING. */
    public static void install() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        OURS.setLevel(Level.INFO);
        JsonLog handler = new JsonLog(System.out);
        root.addHandler(handler);
        installed = handler;
        Uncaught.install();
    }

    /**
     * Prints a line of our own. It does not go by the logger's handlers, because java.util.logging removes those as soon as
     * the process is told to end, and how it ends is worth a line.
     */
    static void print(Logger logger, LogRecord line) {
        JsonLog handler = installed;
        if (handler == null) {
            logger.log(line);
        } else {
            handler.publish(line);
        }
    }

    @Override
    public synchronized void publish(LogRecord line) {
        if (isLoggable(line)) {
            out.println(format(line));
            out.flush();
        }
    }

    static String format(LogRecord line) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("level", level(line.getLevel()));
            json.writeStringField("msg", message(line));
            json.writeStringField("logger", String.valueOf(line.getLoggerName()));
            if (line.getParameters() != null) {
                for (Object parameter : line.getParameters()) {
                    if (parameter instanceof Log.Field field) {
                        json.writeStringField(field.key(), text(field.value()));
                    }
                }
            }
            if (line.getThrown() != null) {
                StringWriter stack = new StringWriter();
                line.getThrown().printStackTrace(new PrintWriter(stack));
                json.writeStringField("error", line.getThrown().toString());
                json.writeStringField("stack", stack.toString());
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        // JSON lets through what a terminal obeys; all that is left to escape stands in its texts.
        return UserText.escaped(text.toString());
    }

    private static String text(Object value) {
        if (value instanceof Throwable fault) {
            String message = fault.getMessage();
            return message == null ? fault.toString() : message;
        }
        return String.valueOf(value);
    }

    private static String level(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "warn";
        }
        return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
    }

    /** Libraries that log by java.util.logging itself use {@code {0}}; our own text is taken as it is. */
    private static String message(LogRecord line) {
        String message = String.valueOf(line.getMessage());
        Object[] parameters = line.getParameters();
        boolean pattern = parameters != null
                && parameters.length > 0
                && Arrays.stream(parameters).noneMatch(Log.Field.class::isInstance);
        if (!pattern || !message.contains("{0")) {
            return message;
        }
        try {
            return MessageFormat.format(message, parameters);
        } catch (IllegalArgumentException notAPattern) {
            return message;
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.flush();
    }
}
