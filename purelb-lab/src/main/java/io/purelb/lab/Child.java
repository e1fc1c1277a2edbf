package io.purelb.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program that the lab keeps running inside a namespace, its output in a file.
 *
 * @param name for sentences and the log's name: "agent-purelb2-1"
 */
record Child(String name, Process process, Path log) {
    /**
     * Starts the program; {@code ip} and {@code setsid} become it, so that the process id is the program's. In a session
     * of its own it does not hear the Ctrl-C that stops the lab, which stops it in turn.
     */
    static Child start(
            RunRecord record,
            Path directory,
            String name,
            String namespace,
            List<String> command,
            Map<String, String> environment) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "setsid"));
        words.addAll(command);
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = Command.start(builder);
        try {
            record.process(process);
        } catch (LabException stopping) {
            process.destroyForcibly();
            throw stopping;
        }
        return new Child(name, process, log);
    }

    /** Refuses to wait any longer for something that this program would have to do. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new LabException(obituary());
        }
    }

    /** One sentence on how the program ended. */
    String obituary() {
        return name + " ended with code " + process.exitValue() + ": " + lastLine() + " (" + log + ")";
    }

    private String lastLine() {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "it wrote nothing" : lines.get(lines.size() - 1);
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }
}
