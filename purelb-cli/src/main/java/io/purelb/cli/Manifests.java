package io.purelb.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds Kubernetes objects in a file of YAML documents, or of JSON, which is YAML too, and hands them over one by one. */
final class Manifests {
    private final String file;
    private final Consumer<Manifest> consumer;
    /** Elements of a list whose kind, which may come after them, decides what they are. */
    private final List<YamlValue.Fields> waiting = new ArrayList<>();

    private boolean any;

    private Manifests(String file, Consumer<Manifest> consumer) {
        this.file = file;
        this.consumer = consumer;
    }

    /**
     * Hands over all objects of a file in the written order, those of lists one by one.
     *
     * @param path its path, or {@code -} for standard input
     * @throws InputException naming file, line and fault; also when there is no object
     */
    static void read(String path, Consumer<Manifest> consumer) {
        if (path.equals("-")) {
            read("standard input", System.in, consumer);
            return;
        }
        try (InputStream input = Files.newInputStream(Path.of(path))) {
            if (Files.isDirectory(Path.of(path))) {
                throw new InputException(path + " cannot be read: it is a directory");
            }
            read(path, input, consumer);
        } catch (NoSuchFileException e) {
            throw new InputException("there is no file " + path);
        } catch (IOException | InvalidPathException e) {
            throw new InputException(path + " cannot be read: " + e.getMessage());
        }
    }

    private static void read(String file, InputStream input, Consumer<Manifest> consumer) {
        Manifests manifests = new Manifests(file, consumer);
        YamlDocuments.read(file, input, manifests::element, manifests::document);
        if (!manifests.any) {
            throw new InputException(file + " holds no object: nothing to do");
        }
    }

    private void element(YamlValue.Fields list, YamlValue element) {
        YamlValue.Fields fields = fields(element);
        if (fields.get("kind") != null || list.get("kind") != null) {
            object(complete(list, fields));
        } else {
            waiting.add(fields);
        }
    }

    private void document(YamlValue document, boolean list) {
        if (document instanceof YamlValue.Scalar scalar && scalar.value() == null) {
            return;
        }
        YamlValue.Fields fields = fields(document);
        if (!list) {
            object(fields);
            return;
        }
        any = true; // though it may be empty
        text(fields, "kind");
        waiting.forEach(element -> object(complete(fields, element)));
        waiting.clear();
    }

    private YamlValue.Fields fields(YamlValue value) {
        if (value instanceof YamlValue.Fields fields) {
            return fields;
        }
        throw fault(value, "this is " + value.describe() + ", not a Kubernetes object");
    }

    /** A list of Services, as the API server itself writes it, does not say of each that it is one. */
    private static YamlValue.Fields complete(YamlValue.Fields list, YamlValue.Fields element) {
        if (element.get("kind") != null
                || !(list.get("kind") instanceof YamlValue.Scalar kind)
                || !kind.text().endsWith("List")
                || kind.text().equals("List")) {
            return element;
        }
        Map<String, YamlValue.Field> all = new LinkedHashMap<>(element.fields());
        String one = kind.text().substring(0, kind.text().length() - "List".length());
        all.put("kind", new YamlValue.Field(kind.line(), false, new YamlValue.Scalar(kind.line(), one, one)));
        YamlValue.Field version = list.fields().get("apiVersion");
        if (version != null) {
            all.putIfAbsent("apiVersion", version);
        }
        return new YamlValue.Fields(element.line(), all);
    }

    private void object(YamlValue.Fields fields) {
        String apiVersion = text(fields, "apiVersion");
        String kindName = text(fields, "kind");
        any = true;
        Kind kind;
        try {
            kind = Kind.of(apiVersion, kindName);
        } catch (IllegalArgumentException e) {
            throw fault(fields, String.valueOf(e.getMessage()));
        }
        if (!(fields.get("metadata") instanceof YamlValue.Fields metadata)) {
            throw fault(fields, kindName + " has no metadata.name");
        }
        String name = metadataText(metadata, kindName, "name");
        if (name.isEmpty()) {
            throw fault(metadata, kindName + " has no metadata.name");
        }
        String namespace = metadataText(metadata, kindName, "namespace");
        consumer.accept(new Manifest(file, kind, kind.namespace(namespace), name, fields));
    }

    private String text(YamlValue.Fields fields, String field) {
        YamlValue value = fields.get(field);
        if (value instanceof YamlValue.Scalar scalar && scalar.value() instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw fault(
                value == null ? fields : value,
                "this is not a Kubernetes object: "
                        + (value == null ? "it has no " + field : field + " is " + value.describe() + ", not a text"));
    }

    private String metadataText(YamlValue.Fields metadata, String kind, String field) {
        @Nullable YamlValue value = metadata.get(field);
        if (value == null || (value instanceof YamlValue.Scalar scalar && scalar.value() == null)) {
            return "";
        }
        if (value instanceof YamlValue.Scalar scalar && scalar.value() instanceof String text) {
            return text;
        }
        throw fault(value, kind + ": metadata." + field + " is " + value.describe() + ", not a text");
    }

    private InputException fault(YamlValue value, String what) {
        return new InputException(file + ", line " + value.line() + ": " + what);
    }
}
