package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say beside what there is. */
class DocumentsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    private static final Pattern VERB = Pattern.compile("`(?:\\./)?purelb ([a-z-]+)");

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            files.sorted().forEach(documents::add);
        }
        return documents;
    }

    @Test
    void routersAreDocumentedAsTheyAreTested() throws IOException {
        String install = Files.readString(ROOT.resolve("docs/install.md"));
        for (String sample : List.of("bird-node.conf", "bird-router.conf")) {
            assertTrue(install.contains(Files.readString(ROOT.resolve("manifests/samples/" + sample))), sample);
        }
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                if (!Files.exists(document.resolveSibling(links.group(1)))) {
                    broken.add(document + ": " + links.group(1));
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void everyVerbThatIsDocumentedExistsAndEveryVerbIsDocumented() throws IOException {
        Set<String> verbs =
                new TreeSet<>(PurelbCli.commandLine().getSubcommands().keySet());
        verbs.addAll(List.of("allocator", "agent"));
        Set<String> documented = new TreeSet<>();
        for (Path document : documents()) {
            Matcher found = VERB.matcher(Files.readString(document));
            while (found.find()) {
                documented.add(found.group(1));
            }
        }
        assertEquals(verbs, documented);
    }
}
