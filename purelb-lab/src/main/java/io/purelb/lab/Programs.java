package io.purelb.lab;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The programs that the lab keeps running, and waiting for what they are to bring about. */
final class Programs {
    private final RunRecord record;
    private final Path directory;
    private final List<Child> children = new CopyOnWriteArrayList<>();

    /** @param directory where each program's output goes, as {@code NAME.log} */
    Programs(RunRecord record, Path directory) {
        this.record = record;
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /** Starts a program inside a namespace. */
    void start(String name, String namespace, List<String> command) {
        start(name, namespace, command, Map.of());
    }

    private void start(String name, String namespace, List<String> command, Map<String, String> environment) {
        children.add(Child.start(record, directory, name, namespace, command, environment));
    }

    /** Starts a main class of ours with the class path and the JVM flags of this process, inside a namespace. */
    void startJava(
            String name, String namespace, String main, List<String> arguments, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        start(name, namespace, command, environment);
    }

    /**
     * The value as soon as there is one.
     *
     * @param what the awaited thing, for the sentence: "the API server to be ready"
     * @throws LabException after {@code limit}, or at once when a program has ended
     */
    <T> T await(Supplier<String> what, Duration limit, Supplier<Optional<T>> attempt) {
        return Await.value(what, limit, () -> {
            children.forEach(Child::requireAlive);
            return attempt.get();
        });
    }

    /** Tells {@code reader}, in one sentence each, which programs end by themselves, until all have. */
    void watch(Consumer<String> reader) throws InterruptedException {
        List<CompletableFuture<Void>> ends = children.stream()
                .map(child -> child.process().onExit().thenRun(() -> reader.accept(child.obituary())))
                .toList();
        try {
            CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the reader failed", e);
        }
    }
}
