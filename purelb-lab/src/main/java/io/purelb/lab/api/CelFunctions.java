package io.purelb.lab.api;

import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The functions that rules may call: of the language, of its extension for texts, and Kubernetes' of addresses. */
final class CelFunctions {
    /** By name, the numbers of arguments. */
    private static final Map<String, List<Integer>> FUNCTIONS = Map.of(
            "size", List.of(1),
            "int", List.of(1),
            "string", List.of(1),
            "double", List.of(1),
            "isIP", List.of(1),
            "ip", List.of(1),
            "isCIDR", List.of(1),
            "cidr", List.of(1));

    private static final Map<String, List<Integer>> METHODS = Map.ofEntries(
            Map.entry("size", List.of(0)),
            Map.entry("contains", List.of(1)),
            Map.entry("startsWith", List.of(1)),
            Map.entry("endsWith", List.of(1)),
            Map.entry("matches", List.of(1)),
            Map.entry("trim", List.of(0)),
            Map.entry("lowerAscii", List.of(0)),
            Map.entry("upperAscii", List.of(0)),
            Map.entry("indexOf", List.of(1)),
            Map.entry("lastIndexOf", List.of(1)),
            Map.entry("substring", List.of(1, 2)),
            Map.entry("replace", List.of(2)),
            Map.entry("split", List.of(1)),
            Map.entry("join", List.of(0, 1)),
            Map.entry("family", List.of(0)),
            Map.entry("ip", List.of(0)),
            Map.entry("prefixLength", List.of(0)),
            Map.entry("masked", List.of(0)),
            Map.entry("containsIP", List.of(1)),
            Map.entry("containsCIDR", List.of(1)));

    /** RE2, which the real server uses, has none of these. */
    private static final Pattern NOT_RE2 = Pattern.compile("\\(\\?[=!<>]|\\\\[1-9]|[+*?}]\\+");

    private CelFunctions() {}

    /** @throws CelException for one that is not known */
    static void requireFunction(String name, int arguments) {
        require(FUNCTIONS, name, arguments);
    }

    /** @throws CelException for one that is not known */
    static void requireMethod(String name, int arguments) {
        require(METHODS, name, arguments);
    }

    private static void require(Map<String, List<Integer>> known, String name, int arguments) {
        if (!known.getOrDefault(name, List.of()).contains(arguments)) {
            throw CelException.syntax("the function " + name + " with " + arguments + " arguments");
        }
    }

    static Object function(String name, List<@Nullable Object> arguments) {
        Object argument = arguments.get(0);
        return switch (name) {
            case "size" -> size(argument);
            case "int" -> whole(argument);
            case "string" -> string(argument);
            case "double" -> real(argument);
            case "isIP" -> CelAddresses.address(text(argument)).isPresent();
            case "isCIDR" -> CelAddresses.subnet(text(argument)).isPresent();
            case "ip" -> CelAddresses.ip(text(argument));
            default -> CelAddresses.cidr(text(argument));
        };
    }

    static Object method(@Nullable Object target, String name, List<@Nullable Object> arguments) {
        if (target instanceof IpAddress || target instanceof Subnet) {
            return CelAddresses.method(target, name, arguments);
        } else if (name.equals("size")) {
            return size(target);
        } else if (name.equals("join")) {
            String between = arguments.isEmpty() ? "" : text(arguments.get(0));
            return CelValues.items(target).stream().map(CelFunctions::text).collect(Collectors.joining(between));
        }
        return ofText(text(target), name, arguments);
    }

    private static Object ofText(String text, String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "trim" -> text.strip();
            case "lowerAscii" -> text.toLowerCase(Locale.ROOT);
            case "upperAscii" -> text.toUpperCase(Locale.ROOT);
            case "substring" -> substring(text, arguments);
            default -> withText(text, name, text(arguments.isEmpty() ? null : arguments.get(0)), arguments);
        };
    }

    private static Object withText(String text, String name, String other, List<@Nullable Object> arguments) {
        return switch (name) {
            case "contains" -> text.contains(other);
            case "startsWith" -> text.startsWith(other);
            case "endsWith" -> text.endsWith(other);
            case "matches" -> pattern(other).matcher(text).find();
            case "indexOf" -> position(text, text.indexOf(other));
            case "lastIndexOf" -> position(text, text.lastIndexOf(other));
            case "replace" -> text.replace(other, text(arguments.get(1)));
            case "split" ->
                other.isEmpty()
                        ? text.codePoints().mapToObj(Character::toString).collect(Collectors.toList())
                        : new ArrayList<>(Arrays.asList(text.split(Pattern.quote(other), -1)));
            default -> throw CelValues.noOverload();
        };
    }

    private static Pattern pattern(String text) {
        if (NOT_RE2.matcher(text).find()) {
            throw CelException.failed("error parsing regexp: invalid or unsupported Perl syntax: `" + text + "`");
        }
        try {
            return Pattern.compile(text);
        } catch (java.util.regex.PatternSyntaxException e) {
            throw CelException.failed("error parsing regexp: " + e.getDescription());
        }
    }

    /** Positions count characters, not their halves. */
    private static long position(String text, int index) {
        return index < 0 ? -1 : text.codePointCount(0, index);
    }

    private static String substring(String text, List<@Nullable Object> arguments) {
        int[] points = text.codePoints().toArray();
        long from = number(arguments.get(0));
        long to = arguments.size() > 1 ? number(arguments.get(1)) : points.length;
        if (from < 0 || from > points.length || to < 0 || to > points.length) {
            throw CelException.failed("index out of range: " + (from < 0 || from > points.length ? from : to));
        } else if (from > to) {
            throw CelException.failed("invalid substring range. start: " + from + ", end: " + to);
        }
        return new String(points, (int) from, (int) (to - from));
    }

    private static long size(@Nullable Object value) {
        return value instanceof String text
                ? text.codePointCount(0, text.length())
                : CelValues.items(value).size();
    }

    private static long whole(@Nullable Object value) {
        if (value instanceof String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw CelException.failed("type conversion error from 'string' to 'int'");
            }
        } else if (value instanceof Double real) {
            return real.longValue();
        }
        return number(value);
    }

    private static double real(@Nullable Object value) {
        if (value instanceof String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                throw CelException.failed("type conversion error from 'string' to 'double'");
            }
        }
        return value instanceof Double real ? real : (double) number(value);
    }

    private static String string(@Nullable Object value) {
        if (value instanceof Double) {
            // How Go writes them differs from Java in too many ways.
            throw CelException.failed("this lab API server does not imitate string() of a floating-point number");
        } else if (value instanceof List<?> || value instanceof Map<?, ?> || value == null) {
            throw CelValues.noOverload();
        }
        return value.toString();
    }

    private static long number(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw CelValues.noOverload();
    }

    static String text(@Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw CelValues.noOverload();
    }
}
