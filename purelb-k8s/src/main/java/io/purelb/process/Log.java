package io.purelb.process;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Log lines with named values: {@code log.info("allocated", "service", key, "ip", address)}. The keys are {@code service,
 * ip, node, interface, pool, reason, error} and what else a line needs; see {@link JsonLog} for the output.
 */
public final class Log {
    private final Logger logger;

    private Log(Logger logger) {
        this.logger = logger;
    }

    /** The log of one class. */
    public static Log of(Class<?> owner) {
        return new Log(Logger.getLogger(owner.getName()));
    }

    /** A named value of a line. */
    record Field(String key, Object value) {}

    /** A change of state; {@code keysAndValues} alternates keys (String) and values (printed by toString). */
    public void info(String message, Object... keysAndValues) {
        log(Level.INFO, message, keysAndValues);
    }

    /** Something that someone should look at, after which all goes on. */
    public void warn(String message, Object... keysAndValues) {
        log(Level.WARNING, message, keysAndValues);
    }

    /** Something is broken; a {@link Throwable} as value is printed with its stack. */
    public void error(String message, Object... keysAndValues) {
        log(Level.SEVERE, message, keysAndValues);
    }

    private void log(Level level, String message, Object... keysAndValues) {
        if (!logger.isLoggable(level)) {
            return;
        }
        LogRecord line = new LogRecord(level, message);
        line.setLoggerName(logger.getName());
        List<Field> fields = new ArrayList<>(keysAndValues.length / 2);
        for (int i = 0; i + 1 < keysAndValues.length; i += 2) {
            Object value = keysAndValues[i + 1];
            if (value instanceof Throwable fault && level.equals(Level.SEVERE)) {
                line.setThrown(fault);
            } else {
                fields.add(new Field(keysAndValues[i].toString(), value));
            }
        }
        line.setParameters(fields.toArray());
        JsonLog.print(logger, line);
    }
}
