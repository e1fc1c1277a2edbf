package io.purelb.lab.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The text tables beside the classes: a title per paragraph, below it, indented, {@code key=value} pairs. */
final class Paragraphs {
    private Paragraphs() {}

    /** The pairs of each paragraph, in their order. */
    static Map<String, Map<String, String>> load(String resource) {
        Map<String, Map<String, String>> paragraphs = new HashMap<>();
        String title = "";
        for (String line : text(resource).lines().toList()) {
            if (line.startsWith("  ")) {
                for (String pair : line.strip().split("\\s+", -1)) {
                    String[] sides = pair.split("=", 2);
                    paragraphs
                            .computeIfAbsent(title, name -> new LinkedHashMap<>())
                            .put(sides[0], sides[1]);
                }
            } else if (!line.startsWith("#")) {
                title = line;
            }
        }
        return paragraphs;
    }

    private static String text(String resource) {
        try (InputStream in = Objects.requireNonNull(Paragraphs.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
