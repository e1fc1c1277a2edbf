package io.purelb.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alerts and dashboard ask only for series that the programs have. */
final class SeriesTest {
    private static final Pattern NAME = Pattern.compile("\\b(?:purelb|process)_[a-z0-9_]+");
    private static final Pattern WRITTEN = Pattern.compile("\"(purelb_[a-z0-9_]+)\"");
    /** The agent's counters share a prefix and a suffix. */
    private static final Pattern COUNTER = Pattern.compile("counter\\(registry, \"([a-z_]+)\"");

    @Test
    void alertsAndPanelsAskForSeriesThatExist() throws IOException {
        Set<String> known = series();
        for (String file : new String[] {"rules/allocator.yaml", "rules/lbnodeagent.yaml", "dashboards/purelb.json"}) {
            Set<String> asked = new TreeSet<>();
            Chart.yaml(Files.readString(Chart.DIRECTORY.resolve(file)))
                    .findValuesAsText("expr")
                    .forEach(expression -> NAME.matcher(expression).results().forEach(name -> asked.add(name.group())));
            assertTrue(asked.size() >= 5, file + " asks for " + asked);
            asked.removeIf(name -> known.contains(name.replaceFirst("_(bucket|sum|count)$", "")));
            assertEquals(Set.of(), asked, file + " asks for series that no program has");
        }
    }

    @Test
    void dashboardIsAPageOfPanelsThatEachAskSomething() throws IOException {
        JsonNode dashboard = Chart.yaml(Files.readString(Chart.DIRECTORY.resolve("dashboards/purelb.json")));
        assertEquals("purelb", dashboard.path("uid").asText());
        for (JsonNode panel : dashboard.path("panels")) {
            assertEquals(
                    panel.path("type").asText().equals("row"),
                    panel.findValuesAsText("expr").isEmpty(),
                    panel.path("title").asText());
        }
    }

    private static Set<String> series() throws IOException {
        Set<String> names = new TreeSet<>(Set.of("process_resident_memory_bytes"));
        try (Stream<Path> files = Files.walk(Path.of(".."), 12)) {
            for (Path file : files.filter(path -> path.toString().matches(".*/src/main/java/.*Metrics\\.java"))
                    .collect(Collectors.toList())) {
                String text = read(file);
                WRITTEN.matcher(text).results().forEach(found -> names.add(found.group(1)));
                COUNTER.matcher(text)
                        .results()
                        .forEach(found -> names.add("purelb_lbnodeagent_" + found.group(1) + "_total"));
            }
        }
        return names;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
