package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedding example of README.md does what README.md says. */
class ReadmeExampleTest {
    private static final Pattern EXAMPLE = Pattern.compile(
            "## Embedding the library\n.*?```java\n(?<code>.*?)```\n.*?```\n(?<output>.*?)```\n", Pattern.DOTALL);

    private static String code = "";
    private static String output = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void readIt() throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("..", "README.md")));
        assertTrue(example.find(), "README.md has no embedding example");
        code = example.group("code");
        output = example.group("output");
    }

    @Test
    void hasAtMostFifteenLines() {
        assertTrue(code.lines().count() <= 15, code);
    }

    @Test
    void compilesAndPrintsWhatItSays() throws Exception {
        Path source = directory.resolve("Example.java");
        Files.writeString(source, """
                import io.purelb.core.*;
                import java.time.Instant;
                import java.util.List;

                public final class Example {
                    public static void main(String[] arguments) {
                        %s
                    }
                }
                """.formatted(code));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean compiled = compiler.getTask(
                            complaints,
                            files,
                            null,
                            List.of("-classpath", classPath()),
                            null,
                            files.getJavaFileObjects(source.toFile()))
                    .call();
            assertTrue(compiled, complaints::toString);
        }
        assertEquals(output, run());
    }

    /** Surefire hides the real class path behind a jar and tells it here. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private String run() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream before = System.out;
        URL[] place = {directory.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(place, getClass().getClassLoader());
                PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(capture);
            loader.loadClass("Example").getMethod("main", String[].class).invoke(null, (Object) new String[0]);
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
