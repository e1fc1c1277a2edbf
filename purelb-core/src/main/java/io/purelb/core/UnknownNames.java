package io.purelb.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Names in an object that mean nothing to PureLB: nearly always a slip of the pen, of which nothing would come and nobody
 * would hear. Finds them, each with the name that was probably meant.
 */
public final class UnknownNames {
    /** Of one object; whoever wrote more has another problem. */
    private static final int MOST = 10;

    private final String kind;
    private final List<String> sentences = new ArrayList<>();

    private UnknownNames(String kind) {
        this.kind = kind;
    }

    /**
     * The unknown fields of an object and the unknown keys among its annotations, a sentence for each.
     *
     * @param kind such as {@code ServiceGroup}; of kinds that are not PureLB's only annotations are looked at
     * @param fields the object as it was written, of maps, lists and anything else; empty when that is not known
     * @param annotations the keys of its annotations
     */
    public static List<String> in(String kind, Map<?, ?> fields, Collection<String> annotations) {
        UnknownNames unknown = new UnknownNames(kind);
        unknown.walk("", "", fields);
        annotations.stream().sorted().forEach(unknown::annotation);
        int more = unknown.sentences.size() - MOST;
        return more <= 0
                ? unknown.sentences
                : Stream.concat(
                                unknown.sentences.stream().limit(MOST),
                                Stream.of(more + " more names mean nothing to PureLB"))
                        .toList();
    }

    /**
     * Looks into one object.
     *
     * @param at where it is, as it is told
     * @param path where it is, as the table has it
     */
    private void walk(String at, String path, Map<?, ?> fields) {
        Set<String> known = KnownNames.fields(kind).get(path);
        if (known == null) {
            return;
        }
        fields.forEach((key, value) -> {
            String name = String.valueOf(key);
            String here = below(at, name);
            String there = below(path, name);
            if (!known.contains(name)) {
                say(here, KnownNames.remedy(kind, there).or(() -> field(path, name, known)));
            } else if (value instanceof Map<?, ?> object) {
                walk(here, there, object);
            } else if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    if (list.get(i) instanceof Map<?, ?> object) {
                        walk(here + "[" + i + "]", there + "[]", object);
                    }
                }
            }
        });
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The field that was meant: of this place, or one of this very name elsewhere. */
    private Optional<String> field(String path, String name, Set<String> known) {
        return nearest(name, known)
                .or(() -> KnownNames.fields(kind).entrySet().stream()
                        .filter(place -> !place.getKey().equals(path))
                        .filter(place -> place.getValue().contains(name))
                        .map(place -> below(place.getKey(), name))
                        .findFirst())
                .map(meant -> "did you mean " + meant + "?")
                .or(() -> Optional.of("take it out; known here: " + String.join(", ", known)));
    }

    private void annotation(String key) {
        if (!key.startsWith(KnownNames.PREFIX) || KnownNames.annotations(kind).contains(key)) {
            return;
        }
        List<String> asked = KnownNames.askedBy(kind);
        String remedy = KnownNames.remedy(kind, key)
                .or(() -> nearest(key, asked).map(meant -> "did you mean " + meant + "?"))
                .orElse(
                        asked.isEmpty()
                                ? "take it off; annotations of PureLB belong on Services"
                                : "take it off; known here: " + String.join(", ", asked));
        say("annotation " + key, Optional.of(remedy));
    }

    private void say(String name, Optional<String> remedy) {
        sentences.add(UserText.shown(name) + " means nothing to PureLB: " + remedy.orElseThrow());
    }

    /** The known name that differs least, if it is near: a third of the letters may be wrong, and their case does not count. */
    static Optional<String> nearest(String name, Collection<String> known) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            int distance = distance(plain(name), plain(candidate));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        boolean near =
                least <= Math.max(1, Math.min(plain(best).length(), plain(name).length()) / 3);
        return near ? Optional.of(best) : Optional.empty();
    }

    private static String plain(String name) {
        String end = name.startsWith(KnownNames.PREFIX) ? name.substring(KnownNames.PREFIX.length()) : name;
        return end.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
    }

    /** How many letters have to be added, taken away, changed or swapped with their neighbour (optimal string alignment). */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > b.length()) {
            return Integer.MAX_VALUE; // and no table as large as somebody else's text
        }
        int[][] costs = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    costs[i][j] = i + j;
                    continue;
                }
                int change = costs[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                costs[i][j] = Math.min(change, Math.min(costs[i - 1][j], costs[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    costs[i][j] = Math.min(costs[i][j], costs[i - 2][j - 2] + 1);
                }
            }
        }
        return costs[a.length()][b.length()];
    }
}
