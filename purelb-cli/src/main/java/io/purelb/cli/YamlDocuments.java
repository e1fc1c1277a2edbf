package io.purelb.cli;

import io.purelb.core.UserText;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads YAML documents one by one, and the elements of a document's {@code items} one by one too, so that a list of many
 * thousand objects is never in memory as a whole. Anchors, aliases and merge keys mean what they mean to kubectl.
 */
final class YamlDocuments {
    /** No Kubernetes object is nested as deep as this; one that contains itself is. */
    private static final int DEEPEST = 100;

    private static final String MERGE = "<<";
    private static final String LIST = "items";

    private final String file;
    private final Iterator<Event> events;
    private final Map<String, YamlValue> anchors = new HashMap<>();
    /** Anchors of values that are being read. */
    private final Set<String> open = new HashSet<>();

    private final AliasBudget budget = new AliasBudget();

    private YamlDocuments(String file, InputStream input) {
        this.file = file;
        this.events = new Parse(LoadSettings.builder()
                        .setLabel(file)
                        .setCodePointLimit(Integer.MAX_VALUE)
                        .build())
                .parseReader(new CheckedText(input))
                .iterator();
    }

    /**
     * Hands over what a file holds in the written order: the elements of lists, then, or instead, each document with
     * whatever else it has.
     *
     * @param element takes a list element and what of its document came before it
     * @param document takes a document without the elements of its list
     * @throws InputException naming file, line and fault
     */
    static void read(
            String file, InputStream input, BiConsumer<YamlValue.Fields, YamlValue> element, Documents document) {
        try {
            new YamlDocuments(file, input).read(element, document);
        } catch (MarkedYamlEngineException e) {
            String line = e.getProblemMark()
                    .map(mark -> ", line " + (mark.getLine() + 1))
                    .orElse("");
            throw new InputException(file + line + " is not YAML: " + e.getProblem());
        } catch (CheckedText.NoTextException e) {
            throw new InputException(file + ", " + e.getMessage());
        } catch (YamlEngineException e) {
            throw new InputException(file + " is not YAML: " + e.getMessage());
        }
    }

    /** Takes documents. */
    interface Documents {
        /** One document; {@code list} when it had list elements, which were handed over before. */
        void take(YamlValue document, boolean list);
    }

    private InputException fault(int line, String what) {
        return new InputException(file + ", line " + line + ": " + what);
    }

    private static int line(Event event) {
        return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private void read(BiConsumer<YamlValue.Fields, YamlValue> element, Documents document) {
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                budget.clear();
                Event root = events.next();
                if (root instanceof MappingStartEvent) {
                    root(line(root), element, document);
                } else {
                    document.take(value(root, "", DEEPEST), false);
                }
            }
        }
    }

    private void root(int line, BiConsumer<YamlValue.Fields, YamlValue> element, Documents document) {
        FieldsBuilder root = new FieldsBuilder(line, "");
        boolean list = false;
        for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
            String name = name(key, "");
            Event value = events.next();
            if (name.equals(LIST) && value instanceof SequenceStartEvent) {
                list = true;
                root.put(name, line(key), new YamlValue.Items(line(value), List.of()));
                int index = 0;
                for (Event item = events.next(); item.getEventId() != Event.ID.SequenceEnd; item = events.next()) {
                    element.accept(root.build(), value(item, LIST + "[" + index++ + "]", DEEPEST));
                }
            } else {
                root.put(name, line(key), value(value, name, DEEPEST));
            }
        }
        document.take(root.build(), list);
    }

    private YamlValue value(Event event, String path, int depth) {
        if (event instanceof AliasEvent alias) {
            return named(alias, path, depth);
        }
        if (depth == 0) {
            throw tooDeep(event, path);
        }
        String anchor = event instanceof NodeEvent node && node.getAnchor().isPresent()
                ? node.getAnchor().get().getValue()
                : "";
        open.add(anchor);
        YamlValue value;
        if (event instanceof ScalarEvent scalar) {
            value = new YamlValue.Scalar(line(event), scalar.getValue(), YamlScalars.value(scalar));
        } else if (event instanceof SequenceStartEvent) {
            value = items(line(event), path, depth);
        } else {
            value = fields(line(event), path, depth);
        }
        budget.read();
        open.remove(anchor);
        if (!anchor.isEmpty()) {
            anchors.put(anchor, value);
        }
        return value;
    }

    private InputException tooDeep(Event event, String path) {
        return fault(line(event), UserText.shown(start(path)) + " is nested deeper than " + DEEPEST + " levels");
    }

    private YamlValue named(AliasEvent alias, String path, int depth) {
        String name = alias.getAlias().getValue();
        if (open.contains(name)) {
            throw fault(line(alias), start(path) + " refers to *" + name + ", which it is a part of");
        }
        YamlValue value = anchors.get(name);
        if (value == null) {
            throw fault(line(alias), start(path) + " refers to *" + name + ", but there is no &" + name + " before it");
        }
        if (value.depth() > depth) {
            throw tooDeep(alias, path);
        }
        if (!budget.allows(value.size())) {
            throw fault(
                    line(alias),
                    start(path) + " repeats *" + name + " so often that the document would become "
                            + "enormous: kubectl refuses such aliases, too");
        }
        return value;
    }

    private YamlValue items(int line, String path, int depth) {
        List<YamlValue> values = new ArrayList<>();
        for (Event item = events.next(); item.getEventId() != Event.ID.SequenceEnd; item = events.next()) {
            values.add(value(item, path + "[" + values.size() + "]", depth - 1));
        }
        return new YamlValue.Items(line, values);
    }

    private YamlValue fields(int line, String path, int depth) {
        FieldsBuilder fields = new FieldsBuilder(line, path);
        for (Event key = events.next(); key.getEventId() != Event.ID.MappingEnd; key = events.next()) {
            String name = name(key, path);
            String below = path.isEmpty() ? name : path + "." + name;
            YamlValue value = value(events.next(), below, depth - 1);
            if (name.equals(MERGE) && key instanceof ScalarEvent scalar && scalar.isPlain()) {
                fields.merge(value);
            } else {
                fields.put(name, line(key), value);
            }
        }
        return fields.build();
    }

    private String name(Event key, String path) {
        YamlValue name = key instanceof AliasEvent alias ? named(alias, path, 1) : scalar(key, path);
        if (!(name instanceof YamlValue.Scalar scalar) || scalar.value() == null) {
            throw fault(line(key), start(path) + " has a field whose name is " + name.describe());
        }
        return scalar.value() instanceof Boolean truth ? truth.toString() : scalar.text();
    }

    private YamlValue scalar(Event key, String path) {
        if (!(key instanceof ScalarEvent scalar)) {
            throw fault(line(key), start(path) + " has a field whose name is a list or a map");
        }
        YamlValue value = new YamlValue.Scalar(line(key), scalar.getValue(), YamlScalars.value(scalar));
        scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), value));
        return value;
    }

    private static String start(String path) {
        return path.isEmpty() ? "the document" : path;
    }

    /** Collects the fields of a map; a name that comes twice is refused, unless one came by a merge key. */
    private final class FieldsBuilder {
        private final int line;
        private final String path;
        private final Map<String, YamlValue.Field> fields = new LinkedHashMap<>();

        private FieldsBuilder(int line, String path) {
            this.line = line;
            this.path = path;
        }

        private void put(String name, int at, YamlValue value) {
            YamlValue.Field before = fields.put(name, new YamlValue.Field(at, false, value));
            if (before != null && !before.merged()) {
                throw fault(
                        at,
                        (path.isEmpty() ? name : path + "." + name) + " is there twice, first in line " + before.line()
                                + ": keep one");
            }
        }

        /** As in kubectl, what comes later counts, and of a list of maps the first. */
        private void merge(YamlValue value) {
            if (value instanceof YamlValue.Fields other) {
                other.fields()
                        .forEach((name, field) ->
                                fields.put(name, new YamlValue.Field(field.line(), true, field.value())));
            } else if (value instanceof YamlValue.Items several
                    && several.values().stream().allMatch(YamlValue.Fields.class::isInstance)) {
                for (int i = several.values().size() - 1; i >= 0; i--) {
                    merge(several.values().get(i));
                }
            } else {
                throw fault(
                        value.line(), start(path) + " merges " + value.describe() + ": a merge key takes maps only");
            }
        }

        private YamlValue.Fields build() {
            return new YamlValue.Fields(line, new LinkedHashMap<>(fields));
        }
    }

    /** How much aliases may repeat: as much as gopkg.in/yaml.v2 allows, which kubectl reads with (decode.go). */
    private static final class AliasBudget {
        private static final long SMALL = 400_000;
        private static final long LARGE = 4_000_000;

        private long read;
        private long repeated;

        private void clear() {
            read = 0;
            repeated = 0;
        }

        private void read() {
            read++;
        }

        private boolean allows(long values) {
            read += values;
            repeated += values;
            double share = 0.99 - 0.89 * Math.min(1, Math.max(0, read - SMALL) / (double) (LARGE - SMALL));
            return repeated <= 100 || read <= 1000 || repeated <= share * read;
        }
    }
}
