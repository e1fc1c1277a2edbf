package io.purelb.cli;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/**
 * What a plain word means to kubectl, whose YAML is that of version 1.1 (gopkg.in/yaml.v2, resolve.go), but for {@code y} and
 * {@code n}: those are names more often than truth values.
 */
final class YamlScalars {
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE = Set.of("yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE = Set.of("no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Map<String, Double> SPECIAL = Map.of(
            ".nan", Double.NaN,
            ".NaN", Double.NaN,
            ".NAN", Double.NaN,
            ".inf", Double.POSITIVE_INFINITY,
            "-.inf", Double.NEGATIVE_INFINITY);

    private static final Pattern WHOLE =
            Pattern.compile("([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))");
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    private YamlScalars() {}

    /** A String, Long, Double, Boolean or null. */
    static @Nullable Object value(ScalarEvent event) {
        String text = event.getValue();
        String tag = event.getTag().orElse("");
        boolean guess = tag.isEmpty() ? event.isPlain() : isKnown(tag);
        return guess ? plain(text) : text;
    }

    private static boolean isKnown(String tag) {
        return tag.endsWith(":int") || tag.endsWith(":float") || tag.endsWith(":bool") || tag.endsWith(":null");
    }

    private static @Nullable Object plain(String text) {
        if (NOTHING.contains(text)) {
            return null;
        }
        if (TRUE.contains(text) || FALSE.contains(text)) {
            return TRUE.contains(text);
        }
        if (SPECIAL.containsKey(text)) {
            return SPECIAL.get(text);
        }
        char first = text.charAt(0);
        return Character.isDigit(first) || "+-.".indexOf(first) >= 0 ? number(text) : text;
    }

    private static Object number(String text) {
        String digits = text.replace("_", "");
        var whole = WHOLE.matcher(digits);
        if (whole.matches()) {
            int[] radix = {16, 8, 2, 10};
            for (int i = 0; i < radix.length; i++) {
                String group = whole.group(i + 2);
                if (group != null && group.length() <= 18) {
                    return Long.valueOf(whole.group(1) + group, radix[i]);
                }
            }
        }
        return NUMBER.matcher(digits).matches() ? (Object) Double.valueOf(digits) : text;
    }
}
