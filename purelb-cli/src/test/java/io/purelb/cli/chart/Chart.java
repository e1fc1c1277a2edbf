package io.purelb.cli.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * PureLB's chart as Helm sees it; everything is rendered for release {@code purelb} in namespace {@code purelb}. Helm's library
 * keeps hooks to itself, so it gets a copy of the chart in which they are objects like others, with the annotations {@code hook},
 * {@code hook-weight} and {@code hook-delete-policy}.
 */
public final class Chart {
    static final YAMLMapper YAML = new YAMLMapper();
    static final Path DIRECTORY = Path.of("..", "manifests", "helm", "purelb");
    /** The oldest version that the chart accepts. */
    static final String KUBERNETES = "1.31.0";

    private static final Helm HELM = new Helm(copy());

    private Chart() {}

    /** What {@code helm template} prints with some values, written as YAML. */
    public static String rendered(String values) {
        return withValues(values, file -> template().withValuesFile(file).call());
    }

    /** The objects of {@code helm template}, in its order. */
    static List<JsonNode> objects(String values) {
        return documents(rendered(values));
    }

    /** What Helm says to whom installs the release. */
    static String notes(String values) {
        return withValues(
                values,
                file -> HELM.install()
                        .withName("purelb")
                        .withNamespace("purelb")
                        .withKubeVersion(KUBERNETES)
                        .clientOnly()
                        .withDryRunOption(DryRun.CLIENT)
                        .debug()
                        .withValuesFile(file)
                        .call()
                        .getOutput());
    }

    static TemplateCommand template() {
        return HELM.template().withName("purelb").withNamespace("purelb").withKubeVersion(KUBERNETES);
    }

    /** What {@code helm lint --strict} finds. */
    static LintResult lint() {
        return new Helm(DIRECTORY).lint().strict().quiet().call();
    }

    /** The only object of a kind and name. */
    static JsonNode object(List<JsonNode> objects, String kind, String name) {
        List<JsonNode> found = objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind)
                        && object.at("/metadata/name").asText().equals(name))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(kind + " " + name + " is there " + found.size() + " times");
        }
        return found.get(0);
    }

    static Stream<JsonNode> ofKind(List<JsonNode> objects, String kind) {
        return objects.stream().filter(object -> object.path("kind").asText().equals(kind));
    }

    /** The documents of a YAML text that are not empty. */
    static List<JsonNode> documents(String text) {
        try {
            return YAML.readerFor(JsonNode.class).<JsonNode>readValues(text).readAll().stream()
                    .filter(ObjectNode.class::isInstance)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A YAML file of this package's resources. */
    static String resource(String name) {
        try (InputStream input = Objects.requireNonNull(Chart.class.getResourceAsStream("/chart/" + name), name)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copy() {
        Path copy = Path.of("target", "chart", "copy");
        try (Stream<Path> files = Files.walk(DIRECTORY, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(DIRECTORY.relativize(file));
                Files.createDirectories(target.getParent());
                Files.writeString(target, Files.readString(file).replace("helm.sh/hook", "hook"));
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withValues(String values, Function<Path, String> call) {
        try {
            Path file = Files.createTempFile("purelb-values", ".yaml");
            try {
                return call.apply(Files.writeString(file, values));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
