package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is there before the first request: the usual namespaces and the {@code kubernetes} Service. */
final class InitialObjects {
    private static final String KUBERNETES = """
            {"apiVersion": "v1", "kind": "Service",
             "metadata": {"name": "kubernetes", "labels": {"component": "apiserver", "provider": "kubernetes"}},
             "spec": {"clusterIP": "10.96.0.1",
                      "ports": [{"name": "https", "protocol": "TCP", "port": 443, "targetPort": 6443}]}}
            """;

    private final ResourceTypes types;
    private final Writes writes;

    InitialObjects(ResourceTypes types, Writes writes) {
        this.types = types;
        this.writes = writes;
    }

    void create() {
        for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            ObjectNode namespace = Json.constant("{\"apiVersion\": \"v1\", \"kind\": \"Namespace\"}");
            Meta.of(namespace).put("name", name);
            create(ResourceTypes.NAMESPACES, "", namespace);
        }
        create(ResourceTypes.SERVICES, "default", Json.constant(KUBERNETES));
    }

    private void create(String storage, String namespace, ObjectNode object) {
        Request request = new Request("POST", List.of(), Map.of(), "", "", "kube-apiserver", "", new ArrayList<>());
        writes.create(new Target(types.stored(storage), namespace, "", false), object, request);
    }
}
