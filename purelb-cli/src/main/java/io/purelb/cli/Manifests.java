package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.ServiceGroupResource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads Kubernetes objects from a file of YAML documents, or of JSON, which is YAML too. */
final class Manifests {
    /** A file of many thousand objects is fine; this many characters in one are not meant to be. */
    private static final int MOST_CHARACTERS = 1 << 30;

    /** No Kubernetes object is nested as deep as this; one that contains itself is. */
    private static final int DEEPEST = 100;

    private static final KubernetesSerialization SERIALIZATION = serialization();

    private Manifests() {}

    private static KubernetesSerialization serialization() {
        KubernetesSerialization serialization = new KubernetesSerialization();
        serialization.registerKubernetesResource(ServiceGroupResource.class);
        serialization.registerKubernetesResource(LBNodeAgentResource.class);
        return serialization;
    }

    /**
     * All objects of a file in the written order, those of lists one by one.
     *
     * @param file its path, or {@code -} for standard input
     * @throws InputException naming file, document and fault
     */
    static List<HasMetadata> read(String file) {
        if (file.equals("-")) {
            return read("standard input", System.in);
        }
        try (InputStream input = Files.newInputStream(Path.of(file))) {
            if (Files.isDirectory(Path.of(file))) {
                throw new InputException(file + " cannot be read: it is a directory");
            }
            return read(file, input);
        } catch (NoSuchFileException e) {
            throw new InputException("there is no file " + file);
        } catch (IOException | InvalidPathException e) {
            throw new InputException(file + " cannot be read: " + e.getMessage());
        }
    }

    static List<HasMetadata> read(String file, InputStream input) {
        List<HasMetadata> objects = new ArrayList<>();
        Load yaml = new Load(
                LoadSettings.builder().setCodePointLimit(MOST_CHARACTERS).build());
        int number = 0;
        try {
            Iterator<Object> documents = yaml.loadAllFromInputStream(input).iterator();
            while (documents.hasNext()) {
                number++;
                Object document = documents.next();
                if (document != null) {
                    add(objects, file + ", document " + number, document);
                }
            }
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(mark -> ", line " + (mark.getLine() + 1))
                    .orElse("");
            throw new InputException(file + line + " is not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new InputException(file + " is not YAML: " + e.getMessage());
        }
        return objects;
    }

    private static void add(List<HasMetadata> objects, String place, Object document) {
        if (!(withoutNulls(place, document, DEEPEST) instanceof Map<?, ?> fields)) {
            throw new InputException(place + " is not a Kubernetes object: it has no fields");
        }
        if (fields.get("items") instanceof List<?> items
                && String.valueOf(fields.get("kind")).endsWith("List")) {
            for (int i = 0; i < items.size(); i++) {
                add(objects, place + ", items[" + i + "]", items.get(i));
            }
            return;
        }
        for (String field : List.of("apiVersion", "kind")) {
            if (!(fields.get(field) instanceof String)) {
                throw new InputException(place + " is not a Kubernetes object: it has no " + field);
            }
        }
        objects.add(object(place, fields));
    }

    /** A field that is null is as good as absent, and {@code kubectl} writes such fields. */
    private static Object withoutNulls(String place, Object value, int depth) {
        if (depth == 0) {
            throw new InputException(place + " is nested deeper than " + DEEPEST + " levels");
        }
        if (value instanceof Map<?, ?> fields) {
            Map<Object, Object> kept = new LinkedHashMap<>();
            fields.forEach((key, field) -> {
                if (key != null && field != null) {
                    kept.put(key, withoutNulls(place, field, depth - 1));
                }
            });
            return kept;
        }
        if (value instanceof List<?> items) {
            return items.stream()
                    .filter(Objects::nonNull)
                    .map(item -> withoutNulls(place, item, depth - 1))
                    .toList();
        }
        return value;
    }

    private static HasMetadata object(String place, Map<?, ?> fields) {
        KubernetesResource resource;
        try {
            resource = SERIALIZATION.convertValue(fields, KubernetesResource.class);
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new InputException(place + " is not a Kubernetes object as the API has it: " + reason);
        }
        if (!(resource instanceof HasMetadata object)) {
            throw new InputException(place + " (" + fields.get("kind") + ") is not a Kubernetes object with a name");
        }
        if (object.getMetadata() == null || object.getMetadata().getName() == null) {
            throw new InputException(place + " (" + object.getKind() + ") has no metadata.name");
        }
        return object;
    }
}
