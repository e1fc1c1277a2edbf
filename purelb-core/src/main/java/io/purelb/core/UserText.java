package io.purelb.core;

import java.util.stream.Collectors;

/**
 * Text that users write, as messages may have it: on one line, in the order in which it was written, and short. A terminal
 * or a table would otherwise take a part of it for something that PureLB says.
 */
public final class UserText {
    /** The longest pool text that the definitions let through; nobody reads more of anything. */
    private static final int LONGEST = 128;

    private UserText() {}

    /** The text in double quotes, escaped, and cut where it is long. */
    public static String quoted(String text) {
        return "\"" + shown(text) + "\"";
    }

    /** The text escaped, and cut where it is long. */
    public static String shown(String text) {
        if (text.codePointCount(0, text.length()) <= LONGEST) {
            return escaped(text);
        }
        return escaped(text.substring(0, text.offsetByCodePoints(0, LONGEST))) + "...";
    }

    /**
     * The text with an escape, such as {@code \n} or {@code \}{@code u202e}, for each character that does not show itself: controls,
     * line and paragraph separators, those that turn the direction of writing or join nothing, and halves of characters. The
     * escapes are those of JSON.
     */
    public static String escaped(String text) {
        if (text.codePoints().allMatch(UserText::shows)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (shows(c)) {
                escaped.appendCodePoint(c);
            } else {
                escaped.append(escape(c));
            }
        });
        return escaped.toString();
    }

    private static boolean shows(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static String escape(int codePoint) {
        return switch (codePoint) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                Character.toString(codePoint)
                        .chars()
                        .mapToObj(unit -> String.format("\\u%04x", unit))
                        .collect(Collectors.joining());
        };
    }
}
