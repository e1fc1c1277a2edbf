package io.purelb.k8s.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.Api;
import io.purelb.k8s.Failures;
import io.purelb.process.Log;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The Secret with the key that the node agents' election group is sealed by: made with a random key when there is none,
 * and never changed or deleted, since whose it is then nobody can tell.
 */
public final class ElectionSecret implements Duty {
    /** Where the keys are: lines of base64, the first of which seals and any of which opens. */
    public static final String KEY = "keys";

    private static final Log LOG = Log.of(ElectionSecret.class);
    private static final int BYTES = 32;

    private final Api api;
    private final String namespace;
    private final String name;
    private final SecureRandom random = new SecureRandom();

    public ElectionSecret(Api api, String namespace, String name) {
        this.api = api;
        this.namespace = namespace;
        this.name = name;
    }

    @Override
    public List<String> fulfil() {
        Optional<JsonNode> found = api.find(collection() + "/" + name);
        if (found.isEmpty()) {
            create();
            return List.of();
        }
        String encoded = found.get().path("data").path(KEY).asText();
        boolean empty = new String(Base64.getDecoder().decode(encoded), StandardCharsets.ISO_8859_1).isBlank();
        return empty
                ? List.of(this + " has nothing under " + KEY + ", so no agent can start: put a line of base64 there"
                        + " (head -c 32 /dev/urandom | base64), or delete the Secret and the allocator makes another")
                : List.of();
    }

    private void create() {
        byte[] key = new byte[BYTES];
        random.nextBytes(key);
        ObjectNode secret = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", "v1")
                .put("kind", "Secret")
                .put("type", "Opaque");
        ObjectNode metadata =
                secret.putObject("metadata").put("namespace", namespace).put("name", name);
        metadata.putObject("labels")
                .put("app.kubernetes.io/name", "purelb")
                .put("app.kubernetes.io/component", "election")
                .put("app.kubernetes.io/managed-by", "purelb-allocator");
        secret.putObject("stringData").put(KEY, Base64.getEncoder().encodeToString(key) + "\n");
        try {
            api.post(collection(), secret);
            LOG.info("made the election group's key", "secret", namespace + "/" + name);
        } catch (KubernetesClientException fault) {
            // Somebody else was faster, and theirs counts.
            if (!Failures.isStale(fault)) {
                throw fault;
            }
        }
    }

    private String collection() {
        return "/api/v1/namespaces/" + namespace + "/secrets";
    }

    @Override
    public String toString() {
        return "Secret " + namespace + "/" + name;
    }
}
