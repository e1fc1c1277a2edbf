package io.purelb.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that this lab makes outside its own process, written to a file before (a process: right after) it is made.
 * {@link #close} removes it; after a crash the next lab does, when it opens the record. Only one lab at a time holds it.
 */
final class RunRecord implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Path file;
    private final FileChannel lock;
    private final Path directory;
    private boolean closed;

    private RunRecord(Path file, FileChannel lock, Path directory) {
        this.file = file;
        this.lock = lock;
        this.directory = directory;
    }

    /**
     * Takes the record in {@code state} and removes what an earlier, crashed lab left behind.
     *
     * @param state a directory of our own, made when absent
     * @throws LabException when another lab is running, or the directory is not ours
     */
    static RunRecord open(Path state) {
        try {
            makePrivate(state);
            FileChannel channel =
                    FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new LabException(
                        "Another lab is running on this machine (it holds " + state + "/lock); stop it first.");
            }
            Path file = state.resolve("made");
            if (Files.exists(file)) {
                undo(Files.readAllLines(file), true);
            }
            Path directory = Files.createTempDirectory("purelb-lab-");
            Files.writeString(file, "directory " + directory + "\n");
            return new RunRecord(file, channel, directory);
        } catch (IOException e) {
            throw new LabException("Cannot keep the lab's record in " + state + ": " + e + ".", e);
        }
    }

    /** This run's directory for logs and credentials; only this user can read it. */
    Path directory() {
        return directory;
    }

    /** The lab is about to make this network namespace. */
    void namespace(String name) {
        add("namespace " + name);
    }

    /** The lab has just started this process. */
    void process(Process process) {
        startTicks(process.pid()).ifPresent(ticks -> add("process " + process.pid() + " " + ticks));
    }

    private synchronized void add(String line) {
        if (closed) {
            throw new LabException("The lab is being stopped.");
        }
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new LabException("Cannot write " + file + ": " + e + ".", e);
        }
    }

    @Override
    public void close() {
        close(false);
    }

    /**
     * Stops the processes, removes the namespaces and the directory. Logs that are still wanted stay, on record for the
     * next lab to remove.
     *
     * @param keepLogs whether to leave the directory if there is something in it
     */
    synchronized void close(boolean keepLogs) {
        if (closed) {
            return;
        }
        closed = true;
        try {
            List<String> lines = Files.readAllLines(file);
            boolean keep = keepLogs && Objects.requireNonNull(directory.toFile().list()).length > 0;
            undo(lines, !keep);
            if (keep) {
                Files.writeString(file, "directory " + directory + "\n");
            } else {
                Files.delete(file);
            }
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void undo(List<String> lines, boolean logsToo) throws IOException {
        stop(lines.stream()
                .filter(line -> line.startsWith("process "))
                .flatMap(RunRecord::alive)
                .toList());
        for (String line : lines) {
            if (line.startsWith("namespace ")) {
                Hosts.removeNamespace(line.substring("namespace ".length()));
            } else if (line.startsWith("directory ") && logsToo) {
                deleteTree(Path.of(line.substring("directory ".length())));
            }
        }
    }

    /** The recorded process if it still is the same one: same id and same start. */
    private static Stream<ProcessHandle> alive(String line) {
        String[] words = line.split(" ", -1);
        if (words.length < 3) {
            return Stream.empty(); // the crash cut the line
        }
        long pid = Long.parseLong(words[1]);
        return startTicks(pid).filter(ticks -> ticks.equals(words[2])).flatMap(same -> ProcessHandle.of(pid)).stream();
    }

    private static void stop(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (ProcessHandle process : processes) {
            if (!Await.reached(() -> !process.isAlive(), Duration.ofNanos(deadline - System.nanoTime()))) {
                process.destroyForcibly();
            }
        }
        processes.forEach(process -> Await.reached(() -> !process.isAlive(), GRACE));
    }

    /** When a process started, in clock ticks since boot: field 22 of proc(5)'s {@code stat}; empty when there is none. */
    private static Optional<String> startTicks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
        } catch (IOException noSuchProcess) {
            return Optional.empty();
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = new ArrayList<>(walk.toList());
        }
        for (int i = paths.size() - 1; i >= 0; i--) {
            Files.deleteIfExists(paths.get(i));
        }
    }

    /** Somebody else's directory or link under a guessable name must not decide what we kill and delete. */
    private static void makePrivate(Path state) throws IOException {
        if (Files.notExists(state, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Object owner = Files.getAttribute(state, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (!Files.isDirectory(state, LinkOption.NOFOLLOW_LINKS) || !owner.equals(self)) {
            throw new LabException(state + " belongs to somebody else; remove it.");
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }
}
