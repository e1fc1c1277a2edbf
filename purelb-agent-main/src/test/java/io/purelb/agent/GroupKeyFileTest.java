package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.process.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GroupKeyFileTest {
    @TempDir
    Path directory;

    private final List<List<String>> told = new ArrayList<>();
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("key");
    }

    private static List<String> text(List<byte[]> keys) {
        return keys.stream().map(key -> new String(key, StandardCharsets.UTF_8)).toList();
    }

    private GroupKeyFile open() {
        return GroupKeyFile.open(Optional.of(file.toString())).orElseThrow();
    }

    private void lookTwice(GroupKeyFile keys) {
        keys.look(now -> told.add(text(now)));
        keys.look(now -> told.add(text(now)));
    }

    @Test
    void eachLineIsAKey() throws IOException {
        Files.writeString(file, "  one two \r\n\nthree\n");
        assertEquals(List.of("one two", "three"), text(open().keys()));
    }

    @Test
    void fileWithoutAKeyIsRefusedAtTheStart() throws IOException {
        assertTrue(assertThrows(StartException.class, this::open).getMessage().contains("cannot be read"));
        Files.writeString(file, " \n\n");
        assertTrue(assertThrows(StartException.class, this::open).getMessage().contains("is empty"));
        assertEquals(Optional.empty(), GroupKeyFile.open(Optional.of(" ")));
    }

    /** As the kubelet does it: key is a link into ..data, which is a link to a directory that is replaced. */
    @Test
    void mountedSecretIsReadAgainWhenItsLinkChanges() throws IOException {
        for (String version : List.of("1", "2")) {
            Files.writeString(Files.createDirectory(directory.resolve(version)).resolve("key"), "secret " + version);
        }
        Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("1"));
        Files.createSymbolicLink(file, Path.of("..data", "key"));
        GroupKeyFile keys = open();
        lookTwice(keys);
        assertEquals(List.of(), told);
        Path next = Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        lookTwice(keys);
        assertEquals(List.of(List.of("secret 2")), told);
        assertEquals(List.of("secret 2"), text(keys.keys()));
    }

    @Test
    void badContentKeepsTheLastKeysAndIsSaidOnce() throws IOException {
        Files.writeString(file, "good");
        GroupKeyFile keys = open();
        try (LogCapture log = new LogCapture(GroupKeyFile.class)) {
            Files.writeString(file, "\n");
            lookTwice(keys);
            lookTwice(keys);
            Files.delete(file);
            lookTwice(keys);
            assertEquals(1, log.count("WARNING", "is empty"));
            assertEquals(1, log.count("WARNING", "cannot be read"));
            assertEquals(2, log.count("", ""));
        }
        assertEquals(List.of("good"), text(keys.keys()));
        Files.writeString(file, "better\ngood");
        lookTwice(keys);
        assertEquals(List.of(List.of("better", "good")), told);
    }

    @Test
    void fileThatIsBeingWrittenWaits() throws IOException {
        Files.writeString(file, "good");
        GroupKeyFile keys = open();
        Files.writeString(file, "bet");
        keys.look(now -> told.add(text(now)));
        Files.writeString(file, "better");
        keys.look(now -> told.add(text(now)));
        assertEquals(List.of(), told);
        keys.look(now -> told.add(text(now)));
        assertEquals(List.of(List.of("better")), told);
    }
}
