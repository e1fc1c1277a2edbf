package io.purelb.cli;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.purelb.core.UserText;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Says in which field a value is of the wrong kind, as an API server does: the client's own classes would quietly turn
 * numbers into texts and texts into numbers. Fields that no class knows are left out.
 */
final class Shape {
    private static final ObjectMapper CLASSES = new ObjectMapper();
    private static final Set<Class<?>> WHOLE = Set.of(Integer.class, int.class, Long.class, long.class);
    private static final Map<JavaType, Map<String, JavaType>> FIELDS = new HashMap<>();

    private Shape() {}

    /** A value that is not what its field takes. */
    static final class WrongKindException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int line;

        WrongKindException(int line, String message) {
            super(message);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /**
     * Compares an object with what a class has.
     *
     * @throws WrongKindException for the first field that does not fit
     */
    static void check(YamlValue value, Class<?> type) throws WrongKindException {
        check(value, CLASSES.constructType(type), "");
    }

    private static void check(YamlValue value, JavaType type, String path) throws WrongKindException {
        Class<?> raw = type.getRawClass();
        if (value instanceof YamlValue.Scalar scalar && scalar.value() == null) {
            return; // as good as absent
        }
        if (raw == String.class) {
            require(value, isA(value, String.class), path, "a text", true);
        } else if (raw == Boolean.class || raw == boolean.class) {
            require(value, isA(value, Boolean.class), path, "true or false", false);
        } else if (WHOLE.contains(raw)) {
            require(value, isWhole(value, raw), path, "a whole number", false);
        } else if (raw == IntOrString.class) {
            require(value, isWhole(value, int.class) || isA(value, String.class), path, "a number or a name", false);
        } else if (raw == Quantity.class) {
            require(value, value instanceof YamlValue.Scalar && !isA(value, Boolean.class), path, "a quantity", false);
        } else if (type.isCollectionLikeType()) {
            list(value, type.getContentType(), path);
        } else if (type.isMapLikeType()) {
            map(value, type.getContentType(), path);
        } else if (raw.getName().startsWith("io.")) {
            object(value, type, path);
        }
    }

    private static void list(YamlValue value, JavaType element, String path) throws WrongKindException {
        require(value, value instanceof YamlValue.Items, path, "a list", false);
        int index = 0;
        for (YamlValue item : ((YamlValue.Items) value).values()) {
            String at = path + "[" + index++ + "]";
            require(item, !(item instanceof YamlValue.Scalar scalar && scalar.value() == null), at, "there", false);
            check(item, element, at);
        }
    }

    private static void map(YamlValue value, JavaType content, String path) throws WrongKindException {
        require(value, value instanceof YamlValue.Fields, path, "a map of names and values", false);
        for (Map.Entry<String, YamlValue.Field> field :
                ((YamlValue.Fields) value).fields().entrySet()) {
            check(field.getValue().value(), content, path + "[" + field.getKey() + "]");
        }
    }

    private static void object(YamlValue value, JavaType type, String path) throws WrongKindException {
        require(value, value instanceof YamlValue.Fields, path, "a map of fields", false);
        Map<String, JavaType> known = fields(type);
        for (Map.Entry<String, YamlValue.Field> field :
                ((YamlValue.Fields) value).fields().entrySet()) {
            JavaType fieldType = known.get(field.getKey());
            if (fieldType != null) {
                check(
                        field.getValue().value(),
                        fieldType,
                        path.isEmpty() ? field.getKey() : path + "." + field.getKey());
            }
        }
    }

    private static Map<String, JavaType> fields(JavaType type) {
        Map<String, JavaType> known = FIELDS.get(type);
        if (known == null) {
            known = new HashMap<>();
            for (BeanPropertyDefinition property :
                    CLASSES.getDeserializationConfig().introspect(type).findProperties()) {
                known.put(property.getName(), property.getPrimaryType());
            }
            FIELDS.put(type, known);
        }
        return known;
    }

    private static boolean isA(YamlValue value, Class<?> type) {
        return value instanceof YamlValue.Scalar scalar && type.isInstance(scalar.value());
    }

    private static boolean isWhole(YamlValue value, Class<?> type) {
        if (!(value instanceof YamlValue.Scalar scalar) || !(scalar.value() instanceof Number number)) {
            return false;
        }
        boolean small = type == Integer.class || type == int.class;
        double most = small ? Integer.MAX_VALUE : Long.MAX_VALUE;
        return number.doubleValue() == Math.rint(number.doubleValue()) && Math.abs(number.doubleValue()) <= most;
    }

    private static void require(YamlValue value, boolean fits, String path, String wanted, boolean quote)
            throws WrongKindException {
        if (!fits) {
            String remedy = quote && value instanceof YamlValue.Scalar scalar
                    ? ": put it in quotes, " + UserText.quoted(scalar.text())
                    : "";
            String start = path.isEmpty() ? "the object" : path;
            throw new WrongKindException(value.line(), start + " is " + value.describe() + ", not " + wanted + remedy);
        }
    }
}
