package io.purelb.k8s.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ElectionSecretTest {
    private static final String SECRETS = "/api/v1/namespaces/lb/secrets";
    private static final String PATH = SECRETS + "/keys-of-lb";

    private StoredObjects server;
    private ElectionSecret secret;

    @BeforeEach
    void start() throws IOException {
        server = new StoredObjects();
        secret = new ElectionSecret(server.api, "lb", "keys-of-lb");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void missingSecretIsMadeWithOneLineOfThirtyTwoRandomBytes() {
        assertEquals(List.of(), secret.fulfil());
        ObjectNode made = server.get(PATH).orElseThrow();
        assertEquals("Opaque", made.path("type").asText());
        assertEquals(
                "purelb",
                made.at("/metadata/labels").path("app.kubernetes.io/name").asText());
        String keys = made.path("stringData").path("keys").asText();
        assertTrue(keys.endsWith("\n"), keys);
        assertEquals(1, keys.lines().count());
        assertEquals(32, Base64.getDecoder().decode(keys.strip()).length);

        server.delete(PATH);
        secret.fulfil();
        assertNotEquals(
                keys,
                server.get(PATH).orElseThrow().path("stringData").path("keys").asText());
    }

    @Test
    void secretThatExistsIsNeverWrittenTo() throws IOException {
        server.put(PATH, "{'metadata': {'name': 'keys-of-lb'}, 'data': {'keys': 'b25lCnR3bwo='}}");
        assertEquals(List.of(), secret.fulfil());
        assertEquals(0, server.writes.get());
    }

    @Test
    void secretOfSomebodyFasterCounts() {
        server.refused.put(SECRETS, 409);
        assertEquals(List.of(), secret.fulfil());
        assertFalse(server.get(PATH).isPresent());
    }

    @Test
    void secretWithoutAKeyIsComplainedOfWithTheRemedyAndLeftAlone() throws IOException {
        for (String data :
                List.of("", ", 'data': {'other': 'b25l'}", ", 'data': {'keys': ''}", ", 'data': {'keys': 'Cg=='}")) {
            server.put(PATH, "{'metadata': {'name': 'keys-of-lb'}" + data + "}");
            assertEquals(
                    List.of("Secret lb/keys-of-lb has nothing under keys, so no agent can start: put a line of base64"
                            + " there (head -c 32 /dev/urandom | base64), or delete the Secret and the allocator makes"
                            + " another"),
                    secret.fulfil());
        }
        assertEquals(0, server.writes.get());
    }

    @Test
    void refusalToMakeItIsPassedOn() {
        server.refused.put(SECRETS, 403);
        assertEquals(
                403,
                assertThrows(KubernetesClientException.class, secret::fulfil).getCode());
    }
}
