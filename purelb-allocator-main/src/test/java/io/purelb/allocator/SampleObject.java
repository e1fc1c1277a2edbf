package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.Configuration;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One of the files {@code valid-*.yaml} and {@code invalid-*.yaml}. An invalid one says in comments what is wrong:
 * {@code field} and {@code words}; {@code server} or {@code allocator} where one of the two says something else, or nothing.
 */
record SampleObject(String name, String text) {
    private static final Path DIRECTORY = Path.of("src/test/resources/objects");
    private static final String NOTHING = "nothing";
    private static final int INVALID = 422;

    /** The files whose name begins so, sorted. */
    static List<SampleObject> all(String prefix) {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted()
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .map(SampleObject::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SampleObject read(Path file) {
        try {
            return new SampleObject(file.getFileName().toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GenericKubernetesResource object() {
        return Serialization.unmarshal(text, GenericKubernetesResource.class);
    }

    String field() {
        return comment("field").orElseThrow();
    }

    /** What the API server must say; empty when it lets the object through. */
    Optional<String> serverWords() {
        return words("server");
    }

    /** What core must say; empty when it takes the object. */
    Optional<String> allocatorWords() {
        return words("allocator");
    }

    private Optional<String> words(String who) {
        return comment(who).or(() -> comment("words")).filter(words -> !words.equals(NOTHING));
    }

    private Optional<String> comment(String key) {
        String start = "# " + key + ": ";
        return text.lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst();
    }

    /** What an API server says to a new object; empty when it would take it. */
    static Optional<String> refusal(KubernetesClient client, GenericKubernetesResource object) {
        try {
            client.resource(object).dryRun().create();
            return Optional.empty();
        } catch (KubernetesClientException refused) {
            assertEquals(INVALID, refused.getCode(), refused::getMessage);
            return Optional.of(String.valueOf(refused.getStatus().getMessage()));
        }
    }

    /** Fails unless an API server said what this file tells it to. */
    void assertServerSays(Optional<String> refusal) {
        assertEquals(serverWords().isPresent(), refusal.isPresent(), () -> "refusal: " + refusal);
        // A rule can name a list, but not one item of it; and the root when there is no spec at all.
        String place = field().equals("spec.local") ? "" : field().replaceFirst("\\[.*", "");
        refusal.ifPresent(message -> assertTrue(
                message.contains(place) && message.contains(serverWords().orElseThrow()), message));
    }

    /** What core and the translation have against an object that the API server would hand out: field, blank, words. */
    static List<String> problems(GenericKubernetesResource object) {
        if (object.getKind().equals("LBNodeAgent")) {
            try {
                LBNodeAgents.settings(typed(object, LBNodeAgentResource.class));
                return List.of();
            } catch (IllegalArgumentException problem) {
                return List.of(String.valueOf(problem.getMessage()));
            }
        }
        return Configuration.of(
                        Configuration.EMPTY, List.of(ServiceGroups.spec(typed(object, ServiceGroupResource.class))))
                .problems()
                .stream()
                .map(problem -> problem.message().replaceFirst("^ServiceGroup [^ ]+: ", ""))
                .toList();
    }

    static <T> T typed(GenericKubernetesResource object, Class<T> type) {
        return Serialization.unmarshal(Serialization.asJson(object), type);
    }

    @Override
    public String toString() {
        return name;
    }
}
