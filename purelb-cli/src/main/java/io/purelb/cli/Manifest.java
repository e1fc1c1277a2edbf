package io.purelb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.purelb.core.UserText;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.WrittenNames;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One object of a file.
 *
 * @param file where it was found
 * @param kind its kind
 * @param namespace its namespace, or the one that it belongs in when it names none; empty for objects without one
 * @param fields all of it
 */
record Manifest(String file, Kind kind, String namespace, String name, YamlValue.Fields fields) {
    private static final KubernetesSerialization CLIENT = new KubernetesSerialization();

    /** Such as {@code Service shop/web}. */
    String title() {
        return kind.name() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    }

    /** Such as {@code Service/shop/web}. */
    String key() {
        return title().replace(' ', '/');
    }

    /** Such as {@code cluster.yaml, line 7}. */
    String place() {
        return file + ", line " + fields.line();
    }

    /** A sentence about a field. */
    InputException fault(String path, String what) {
        return new InputException(
                file + ", line " + line(path) + ": " + UserText.shown(title()) + ": " + path + " " + what);
    }

    /** The line of a field, or of what is nearest to it. */
    private int line(String path) {
        YamlValue value = fields;
        int line = value.line();
        for (String step : path.split("[.\\[\\]]+", -1)) {
            if (value instanceof YamlValue.Items items && step.matches("[0-9]{1,9}")) {
                int index = Integer.parseInt(step);
                value = index < items.values().size() ? items.values().get(index) : items;
            } else if (value instanceof YamlValue.Fields map && map.fields().containsKey(step)) {
                value = map.fields().get(step).value();
            } else {
                break;
            }
            line = value.line();
        }
        return line;
    }

    /**
     * The object as the client has it, with its namespace.
     *
     * @throws InputException naming line and field that an API server would refuse
     */
    HasMetadata object() {
        Class<? extends HasMetadata> type =
                kind.type().orElseThrow(() -> new IllegalStateException(title() + " is read though it plays no part"));
        try {
            Shape.check(fields, type);
            JsonNode json = json(fields);
            HasMetadata object = CLIENT.convertValue(json, type);
            object.getMetadata().setNamespace(namespace.isEmpty() ? null : namespace);
            if (object instanceof ServiceGroupResource || object instanceof LBNodeAgentResource) {
                WrittenNames.apply(object, String.valueOf(json));
            }
            ApiRules.check(this, object);
            return object;
        } catch (Shape.WrongKindException e) {
            throw new InputException(file + ", line " + e.line() + ": " + title() + ": " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new InputException(place() + ": " + title() + " is not one as the API has it");
        }
    }

    /** All of it as JSON has it. */
    JsonNode tree() {
        return Objects.requireNonNull(json(fields));
    }

    /** What is null is as good as absent, and {@code kubectl} writes such fields. */
    private static @Nullable JsonNode json(YamlValue value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (value instanceof YamlValue.Fields map) {
            ObjectNode object = nodes.objectNode();
            map.fields().forEach((name, field) -> {
                JsonNode node = json(field.value());
                if (node != null) {
                    object.set(name, node);
                }
            });
            return object;
        }
        if (value instanceof YamlValue.Items items) {
            ArrayNode array = nodes.arrayNode();
            items.values().stream().map(Manifest::json).forEach(node -> array.add(node));
            return array;
        }
        Object scalar = ((YamlValue.Scalar) value).value();
        if (scalar instanceof String text) {
            return nodes.textNode(text);
        }
        if (scalar instanceof Boolean truth) {
            return nodes.booleanNode(truth);
        }
        if (scalar instanceof Number number && number.doubleValue() == number.longValue()) {
            // The client's "number or name" takes small numbers only.
            return number.longValue() == number.intValue()
                    ? nodes.numberNode(number.intValue())
                    : nodes.numberNode(number.longValue());
        }
        return scalar == null ? null : nodes.numberNode(((Number) scalar).doubleValue());
    }
}
