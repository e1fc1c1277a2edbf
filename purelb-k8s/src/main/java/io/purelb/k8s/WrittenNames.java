package io.purelb.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.purelb.core.UnknownNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds names in objects that mean nothing to PureLB. An API server drops unknown fields, where it does not refuse them; what
 * {@code kubectl apply} keeps of the text shows them all the same.
 */
public final class WrittenNames {
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private WrittenNames() {}

    /** A sentence for each, which names the object. */
    public static List<String> unknown(HasMetadata object) {
        String title = object.getKind() + " " + Services.key(object) + ": ";
        return UnknownNames.in(
                        object.getKind(), applied(object), annotations(object).keySet())
                .stream()
                .map(title::concat)
                .toList();
    }

    /** Keeps the text of an object with it as {@code kubectl apply} does. */
    public static void apply(HasMetadata object, String json) {
        Map<String, String> annotations = new HashMap<>(annotations(object));
        annotations.put(LAST_APPLIED, json);
        object.getMetadata().setAnnotations(annotations);
    }

    /** The fields of an object of ours as they were applied last; none when that is not known. */
    private static Map<?, ?> applied(HasMetadata object) {
        String text = annotations(object).get(LAST_APPLIED);
        if (text == null || !(object instanceof ServiceGroupResource || object instanceof LBNodeAgentResource)) {
            return Map.of();
        }
        try {
            return Objects.requireNonNullElse(Api.JSON.readValue(text, Map.class), Map.of());
        } catch (JsonProcessingException notKubectls) {
            return Map.of();
        }
    }

    /** Whether a group was written for an external IPAM, as older versions had it. */
    static boolean isExternal(ServiceGroupResource group) {
        return applied(group).get("spec") instanceof Map<?, ?> spec && spec.get("netbox") != null;
    }

    private static Map<String, String> annotations(HasMetadata object) {
        return Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
    }
}
