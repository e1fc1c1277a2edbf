package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of expressions (Long, Double, String, Boolean, List, Map, addresses, null) and the operators on them. */
final class CelValues {
    private CelValues() {}

    /** A JSON value, typed as its schema says. */
    static @Nullable Object of(JsonNode schema, JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT, POJO -> {
                Map<Object, @Nullable Object> map = new LinkedHashMap<>();
                value.properties()
                        .forEach(f -> map.put(f.getKey(), of(FieldSchema.field(schema, f.getKey()), f.getValue())));
                yield map;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                value.forEach(item -> list.add(of(schema.path("items"), item)));
                yield list;
            }
            case NUMBER -> {
                boolean real =
                        !value.isIntegralNumber() || Json.text(schema, "type").equals("number");
                if (real) {
                    yield value.asDouble();
                }
                yield value.asLong();
            }
            case BOOLEAN -> value.asBoolean();
            case STRING, BINARY -> value.asText();
            case NULL, MISSING -> null;
        };
    }

    static CelException noOverload() {
        return CelException.failed("no such overload");
    }

    static boolean bool(@Nullable Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        throw noOverload();
    }

    static Object present(@Nullable Object value) {
        if (value == null) {
            throw noOverload();
        }
        return value;
    }

    static @Nullable Object field(@Nullable Object owner, String name) {
        if (!(owner instanceof Map<?, ?> map)) {
            throw noOverload();
        }
        if (!map.containsKey(name)) {
            throw CelException.failed("no such key: " + name);
        }
        return map.get(name);
    }

    static boolean has(@Nullable Object owner, String name) {
        if (owner instanceof Map<?, ?> map) {
            return map.containsKey(name);
        }
        throw noOverload();
    }

    static @Nullable Object index(@Nullable Object owner, @Nullable Object index) {
        if (owner instanceof List<?> list && index instanceof Long number) {
            if (number < 0 || number >= list.size()) {
                throw CelException.failed("index out of bounds: " + number);
            }
            return list.get(number.intValue());
        }
        return field(owner, present(index).toString());
    }

    /** The items of a list or the keys of a map. */
    static List<@Nullable Object> items(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        } else if (value instanceof Map<?, ?> map) {
            return new ArrayList<>(map.keySet());
        }
        throw noOverload();
    }

    static Object negate(@Nullable Object value) {
        if (value instanceof Double real) {
            return -real;
        } else if (value instanceof Long number) {
            return exact(() -> Math.negateExact(number));
        }
        throw noOverload();
    }

    static Object operate(String operator, @Nullable Object left, @Nullable Object right) {
        return switch (operator) {
            case "==" -> same(left, right);
            case "!=" -> !same(left, right);
            case "in" -> items(right).stream().anyMatch(item -> same(item, left));
            case "<" -> compare(left, right) < 0;
            case "<=" -> compare(left, right) <= 0;
            case ">" -> compare(left, right) > 0;
            case ">=" -> compare(left, right) >= 0;
            default -> arithmetic(operator, left, right);
        };
    }

    private static boolean same(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Number && right instanceof Number) {
            return compare(left, right) == 0;
        } else if (left instanceof List<?> a && right instanceof List<?> b) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = same(a.get(i), b.get(i));
            }
            return same;
        } else if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
            return a.size() == b.size()
                    && a.keySet().stream().allMatch(key -> b.containsKey(key) && same(a.get(key), b.get(key)));
        }
        return Objects.equals(left, right);
    }

    private static int compare(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        } else if (left instanceof Number a && right instanceof Number b) {
            return Double.compare(a.doubleValue(), b.doubleValue());
        } else if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        } else if (left instanceof Boolean a && right instanceof Boolean b) {
            return Boolean.compare(a, b);
        }
        throw noOverload();
    }

    private static Object arithmetic(String operator, @Nullable Object left, @Nullable Object right) {
        if (left instanceof Long a && right instanceof Long b) {
            return whole(operator, a, b);
        } else if (left instanceof Double a && right instanceof Double b) {
            return real(operator, a, b);
        } else if (operator.equals("+") && left instanceof String a && right instanceof String b) {
            return a + b;
        } else if (operator.equals("+") && left instanceof List<?> a && right instanceof List<?> b) {
            List<@Nullable Object> all = new ArrayList<>(a);
            all.addAll(b);
            return all;
        }
        throw noOverload();
    }

    private static Object whole(String operator, long a, long b) {
        if (b == 0 && operator.matches("[/%]")) {
            throw CelException.failed(operator.equals("/") ? "division by zero" : "modulus by zero");
        }
        return switch (operator) {
            case "+" -> exact(() -> Math.addExact(a, b));
            case "-" -> exact(() -> Math.subtractExact(a, b));
            case "*" -> exact(() -> Math.multiplyExact(a, b));
            case "/" -> a / b;
            default -> a % b;
        };
    }

    private static Object real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            default -> throw noOverload();
        };
    }

    private static Object exact(java.util.function.LongSupplier result) {
        try {
            return result.getAsLong();
        } catch (ArithmeticException e) {
            throw CelException.failed("integer overflow");
        }
    }
}
