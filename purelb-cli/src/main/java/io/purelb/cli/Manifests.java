package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.ServiceGroupResource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads Kubernetes objects from a file of YAML documents, or of JSON, which is YAML too. */
final class Manifests {
    /** A file of many thousand objects is fine; this many characters in one are not meant to be. */
    private static final int MOST_CHARACTERS = 1 << 30;

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
        try (InputStream input = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            return read(file, input);
        } catch (IOException e) {
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
                    add(objects, object(file + ", document " + number, document));
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

    private static void add(List<HasMetadata> objects, KubernetesResource resource) {
        if (resource instanceof KubernetesResourceList<?> list) {
            objects.addAll(list.getItems());
        } else if (resource instanceof io.fabric8.kubernetes.api.model.KubernetesList list) {
            objects.addAll(list.getItems());
        } else {
            objects.add((HasMetadata) resource);
        }
    }

    private static KubernetesResource object(String place, Object document) {
        KubernetesResource resource;
        try {
            resource = SERIALIZATION.convertValue(document, KubernetesResource.class);
        } catch (IllegalArgumentException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new InputException(place + " is not a Kubernetes object as the API has it: " + reason);
        }
        if (resource instanceof HasMetadata object) {
            complete(place, object);
        }
        return resource;
    }

    private static void complete(String place, HasMetadata object) {
        ObjectMeta metadata = object.getMetadata();
        if (metadata == null || metadata.getName() == null) {
            throw new InputException(place + " (" + object.getKind() + ") has no metadata.name");
        }
    }
}
