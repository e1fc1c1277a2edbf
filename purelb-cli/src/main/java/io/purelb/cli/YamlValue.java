package io.purelb.cli;

import io.purelb.core.UserText;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a YAML document and the line on which it stands, counted from 1. */
sealed interface YamlValue {
    int line();

    /** How many values it is made of, itself included; what is named by an alias counts each time. */
    long size();

    /** How many values lie within each other, itself included. */
    int depth();

    /** What it is, as a user would say it. */
    String describe();

    private static long sizes(Collection<YamlValue> values) {
        return values.stream().mapToLong(YamlValue::size).sum();
    }

    private static int depths(Collection<YamlValue> values) {
        return values.stream().mapToInt(YamlValue::depth).max().orElse(0);
    }

    /**
     * A text, number, truth value or nothing.
     *
     * @param text as written, without quotes
     * @param value a String, Long, Double, Boolean or null
     */
    record Scalar(int line, String text, @Nullable Object value) implements YamlValue {
        @Override
        public long size() {
            return 1;
        }

        @Override
        public int depth() {
            return 1;
        }

        @Override
        public String describe() {
            String shown = UserText.shown(text);
            return value instanceof String ? "\"" + shown + "\"" : value == null ? "nothing" : shown;
        }
    }

    /** A list. */
    record Items(int line, long size, int depth, List<YamlValue> values) implements YamlValue {
        Items(int line, List<YamlValue> values) {
            this(line, 1 + sizes(values), 1 + depths(values), values);
        }

        @Override
        public String describe() {
            return "a list";
        }
    }

    /** Fields in the written order. */
    record Fields(int line, long size, int depth, Map<String, Field> fields) implements YamlValue {
        Fields(int line, Map<String, Field> fields) {
            this(line, 1 + fields.size() + sizes(values(fields)), 1 + depths(values(fields)), fields);
        }

        private static Collection<YamlValue> values(Map<String, Field> fields) {
            return fields.values().stream().map(Field::value).toList();
        }

        @Nullable
        YamlValue get(String name) {
            Field field = fields.get(name);
            return field == null ? null : field.value();
        }

        @Override
        public String describe() {
            return "a map";
        }
    }

    /**
     * One field.
     *
     * @param line where its name stands
     * @param merged whether it came here by a merge key, so that another of its name may take its place
     */
    record Field(int line, boolean merged, YamlValue value) {}
}
