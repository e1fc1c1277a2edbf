package io.purelb.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import io.purelb.process.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The file with the election group's keys, one a line: the first seals what this node sends, any opens what it receives. It
 * is read again every second, because a mounted Secret changes by another link in its path and tells nobody. What is read
 * twice alike counts: somebody may be writing it.
 */
final class GroupKeyFile implements AutoCloseable {
    /** Names the file. */
    static final String VARIABLE = "PURELB_ML_GROUP_KEY_FILE";

    private static final Log LOG = Log.of(GroupKeyFile.class);
    private static final long PERIOD_SECONDS = 1;
    private static final Duration LONGEST_TURN = Duration.ofMinutes(1);

    private final Path file;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile List<String> keys;
    /** What the file had when it was last read. */
    private List<String> lastRead;
    /** What was last said to be wrong with the file. */
    private String complaint = "";

    private GroupKeyFile(Path file) {
        this.file = file;
        try {
            keys = read();
        } catch (IOException e) {
            throw new StartException(VARIABLE + " " + file + " cannot be read: name a readable file", e);
        }
        if (keys.isEmpty()) {
            throw new StartException(VARIABLE + " " + file + " is empty: put the group's key in it");
        }
        lastRead = keys;
    }

    /**
     * Reads it for the first time; empty when no file is named.
     *
     * @throws StartException when it cannot be read or has no key
     */
    static Optional<GroupKeyFile> open(Optional<String> name) {
        return name.filter(text -> !text.isBlank()).map(text -> new GroupKeyFile(Path.of(text)));
    }

    /** The keys as last read, the one that seals first. */
    List<byte[]> keys() {
        return keys.stream().map(key -> key.getBytes(ISO_8859_1)).toList();
    }

    /** Tells of other keys from now on, on a thread of its own. */
    void follow(Consumer<List<byte[]>> changed) {
        EssentialThread.of("group-keys", () -> poll(changed)).start();
    }

    private void poll(Consumer<List<byte[]>> changed) {
        try {
            while (!closed.await(PERIOD_SECONDS, TimeUnit.SECONDS)) {
                EssentialThread.within(LONGEST_TURN);
                look(changed);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the file; what cannot be used changes nothing. */
    void look(Consumer<List<byte[]>> changed) {
        try {
            List<String> now = read();
            boolean settled = now.equals(lastRead);
            lastRead = now;
            if (!settled) {
                return;
            }
            if (now.isEmpty()) {
                complain("is empty: put the group's key in it; until then the last keys are used");
                return;
            }
            complaint = "";
            if (!now.equals(keys)) {
                keys = now;
                changed.accept(keys());
                LOG.info("the election group's keys changed", "file", file, "keys", now.size());
            }
        } catch (IOException e) {
            complain("cannot be read: make it readable again; until then the last keys are used");
        } catch (RuntimeException e) {
            complain("has keys that cannot be used: " + e.getMessage());
        }
    }

    private void complain(String what) {
        if (!what.equals(complaint)) {
            complaint = what;
            LOG.warn(VARIABLE + " " + file + " " + what);
        }
    }

    /** One char per byte, since a key need not be valid text. */
    private List<String> read() throws IOException {
        return Files.readString(file, ISO_8859_1)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
