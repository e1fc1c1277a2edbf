package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Rules of the kinds that need only a few. */
final class KindRules {
    private KindRules() {}

    /** A namespace is Active and labelled with its own name. */
    static final Rules NAMESPACE = new Rules() {
        @Override
        public void defaults(ObjectNode object) {
            if (!Meta.name(object).isEmpty()) {
                Json.child(Meta.of(object), "labels").put("kubernetes.io/metadata.name", Meta.name(object));
            }
        }

        @Override
        public void create(ObjectNode object, FieldErrors errors) {
            defaults(object);
            Json.child(object, "status").put("phase", "Active");
            update(object, object, errors);
        }

        @Override
        public void update(ObjectNode object, ObjectNode old, FieldErrors errors) {
            Json.put(Json.child(object, "spec"), "finalizers", List.of("kubernetes"));
        }
    };

    /** A pod waits: there is no scheduler and no kubelet here; whoever plays them writes its status. */
    static final Rules POD = new Rules() {
        @Override
        public void create(ObjectNode object, FieldErrors errors) {
            if (Json.isEmpty(Json.at(object, "spec", "containers"))) {
                errors.required("spec.containers", "");
            }
            ObjectNode spec = Json.child(object, "spec");
            spec.put("restartPolicy", Json.at(spec, "restartPolicy").asText("Always"));
            Json.child(object, "status").put("phase", "Pending");
        }
    };

    /** stringData becomes data; the type stays. */
    static final Rules SECRET = new Rules() {
        @Override
        public void defaults(ObjectNode object) {
            if (Json.text(object, "type").isEmpty()) {
                object.put("type", "Opaque");
            }
            if (object.remove("stringData") instanceof ObjectNode plain) {
                ObjectNode data = Json.child(object, "data");
                plain.properties().forEach(field -> {
                    byte[] bytes = field.getValue().asText().getBytes(StandardCharsets.UTF_8);
                    data.put(field.getKey(), Base64.getEncoder().encodeToString(bytes));
                });
            }
        }

        @Override
        public void update(ObjectNode object, ObjectNode old, FieldErrors errors) {
            if (!object.path("type").equals(old.path("type"))) {
                errors.invalid("type", object.path("type"), "field is immutable");
            }
        }
    };

    /** The first range of pod addresses is named twice; a new node is not ready. */
    static final Rules NODE = new Rules() {
        @Override
        public void defaults(ObjectNode object) {
            ObjectNode spec = Json.child(object, "spec");
            if (spec.hasNonNull("podCIDR") && Json.isEmpty(spec.path("podCIDRs"))) {
                spec.putArray("podCIDRs").add(spec.get("podCIDR"));
            }
        }

        @Override
        public void create(ObjectNode object, FieldErrors errors) {
            ObjectNode spec = Json.child(object, "spec");
            if (!spec.has("taints")) {
                spec.putArray("taints")
                        .addObject()
                        .put("key", "node.kubernetes.io/not-ready")
                        .put("effect", "NoSchedule");
            }
        }
    };

    /** Ports are TCP unless they say otherwise. */
    static final Rules ENDPOINTS = new Rules() {
        @Override
        public void defaults(ObjectNode object) {
            object.path("subsets").forEach(subset -> protocols(subset.path("ports")));
        }
    };

    private static void protocols(JsonNode ports) {
        for (JsonNode port : ports) {
            if (port instanceof ObjectNode entry && !entry.hasNonNull("protocol")) {
                entry.put("protocol", "TCP");
            }
        }
    }

    /** An event lives in the namespace of what it is about, or in default. */
    static final Rules EVENT = new Rules() {
        @Override
        public void create(ObjectNode object, FieldErrors errors) {
            JsonNode about = Json.at(object, "involvedObject", "namespace");
            String namespace = about.asText("").isEmpty() ? "default" : about.asText();
            boolean systemEvent =
                    about.asText("").isEmpty() && Meta.namespace(object).equals("kube-system");
            if (!namespace.equals(Meta.namespace(object)) && !systemEvent) {
                errors.invalid("involvedObject.namespace", about, "does not match event.namespace");
            }
        }
    };

    /** A slice holds addresses of one type for its whole life. */
    static final Rules ENDPOINT_SLICE = new Rules() {
        private static final List<String> TYPES = List.of("IPv4", "IPv6", "FQDN");

        @Override
        public void defaults(ObjectNode object) {
            for (JsonNode port : object.path("ports")) {
                if (port instanceof ObjectNode entry && !entry.has("name")) {
                    entry.put("name", "");
                }
            }
            protocols(object.path("ports"));
        }

        @Override
        public void create(ObjectNode object, FieldErrors errors) {
            JsonNode type = object.path("addressType");
            if (Json.isEmpty(type)) {
                errors.required("addressType", "");
            } else if (!TYPES.contains(type.asText())) {
                errors.unsupported("addressType", type, TYPES);
            }
        }

        @Override
        public void update(ObjectNode object, ObjectNode old, FieldErrors errors) {
            create(object, errors);
            if (!object.path("addressType").equals(old.path("addressType"))) {
                errors.invalid("addressType", object.path("addressType"), "field is immutable");
            }
        }
    };
}
