package io.purelb.k8s.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DefaultObjectsTest {
    private static final String PATH = "/api/v1/namespaces/lb/configmaps/first";
    private static final String AGENTS = "/apis/purelb.io/v1/namespaces/lb/lbnodeagents";
    private static final String GROUPS = "/apis/purelb.io/v1/namespaces/lb/servicegroups";
    private static final String AGENT = """
            # The settings of all nodes.
            apiVersion: purelb.io/v1
            kind: LBNodeAgent
            metadata:
              name: default
            spec: {local: {localint: default}}
            """;
    private static final String GROUP = """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: sample, namespace: lb}
            spec: {local: {v4pools: [{pool: 192.0.2.0/28, subnet: 192.0.2.0/24}]}}
            """;

    private StoredObjects server;
    private DefaultObjects defaults;

    @BeforeEach
    void start() throws IOException {
        server = new StoredObjects();
        defaults = new DefaultObjects(server.api, "lb", "first");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void configMap(String yaml) throws IOException {
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        map.putObject("metadata").put("name", "first").put("resourceVersion", "1");
        map.putObject("data").put("defaults.yaml", yaml);
        server.put(PATH, map.toString());
    }

    private String created() {
        return server.get(PATH)
                .orElseThrow()
                .at("/metadata/annotations")
                .path("purelb.io/created")
                .asText();
    }

    private String complaint() {
        List<String> complaints = defaults.fulfil();
        assertEquals(1, complaints.size(), complaints.toString());
        return complaints.get(0);
    }

    @Test
    void eachObjectIsCreatedInTheNamespaceAndRemembered() throws IOException {
        configMap(AGENT + "---\n" + GROUP + "---\n");
        assertEquals(List.of(), defaults.fulfil());
        ObjectNode agent = server.get(AGENTS + "/default").orElseThrow();
        assertEquals("lb", agent.at("/metadata/namespace").asText());
        assertEquals("default", agent.at("/spec/local/localint").asText());
        assertTrue(server.get(GROUPS + "/sample").isPresent());
        assertEquals("LBNodeAgent/default,ServiceGroup/sample", created());
    }

    @Test
    void objectThatTheUserDeletedIsNotGivenBackByAnyLaterAllocator() throws IOException {
        configMap(GROUP);
        defaults.fulfil();
        server.delete(GROUPS + "/sample");
        int writes = server.writes.get();
        assertEquals(List.of(), new DefaultObjects(server.api, "lb", "first").fulfil());
        assertFalse(server.get(GROUPS + "/sample").isPresent());
        assertEquals(writes, server.writes.get());
    }

    @Test
    void objectThatIsThereIsLeftAsItIsAndCountsAsCreated() throws IOException {
        configMap(GROUP);
        server.put(GROUPS + "/sample", "{'metadata': {'name': 'sample'}, 'spec': {'theirs': true}}");
        assertEquals(List.of(), defaults.fulfil());
        assertTrue(
                server.get(GROUPS + "/sample").orElseThrow().at("/spec/theirs").asBoolean());
        assertEquals("ServiceGroup/sample", created());
    }

    @Test
    void objectThatIsAddedLaterIsCreatedBesideThoseOfBefore() throws IOException {
        configMap(GROUP);
        defaults.fulfil();
        server.delete(GROUPS + "/sample");
        ObjectNode map = server.get(PATH).orElseThrow();
        map.withObjectProperty("data").put("defaults.yaml", GROUP + "---\n" + AGENT);
        server.put(PATH, map.toString());
        assertEquals(List.of(), defaults.fulfil());
        assertTrue(server.get(AGENTS + "/default").isPresent());
        assertFalse(server.get(GROUPS + "/sample").isPresent());
        assertEquals("LBNodeAgent/default,ServiceGroup/sample", created());
    }

    @Test
    void kindThatIsNotServedYetIsTriedAgainAndTheOthersAreCreated() throws IOException {
        configMap(AGENT + "---\n" + GROUP);
        server.refused.put(AGENTS, 404);
        assertEquals(
                "ConfigMap lb/first, defaults.yaml: LBNodeAgent/default cannot be created yet, because the API server"
                        + " does not serve its kind: apply PureLB's CustomResourceDefinitions",
                complaint());
        assertEquals("ServiceGroup/sample", created());
        server.refused.clear();
        assertEquals(List.of(), defaults.fulfil());
        assertEquals("LBNodeAgent/default,ServiceGroup/sample", created());
    }

    @Test
    void refusedObjectIsNamedWithTheServersWordsAndTheOthersAreCreated() throws IOException {
        configMap(AGENT + "---\n" + GROUP);
        server.refused.put(AGENTS, 422);
        assertEquals(
                "ConfigMap lb/first, defaults.yaml: LBNodeAgent/default is refused: the server's words (422):"
                        + " correct it",
                complaint());
        assertEquals("ServiceGroup/sample", created());
    }

    @Test
    void badYamlIsOneSentenceWithThePlaceAndNothingIsCreated() throws IOException {
        configMap(GROUP + "---\nkind: [\n");
        String sentence = complaint();
        assertTrue(sentence.startsWith("ConfigMap lb/first, defaults.yaml is no YAML in line 7, column 1 ("), sentence);
        assertTrue(sentence.endsWith(": correct it; until then none of its objects is created"), sentence);
        assertEquals(1, sentence.lines().count());
        assertEquals(0, server.writes.get());
        configMap("just words");
        assertTrue(complaint().contains("holds a document that is no object"));
    }

    @Test
    void otherKindsAndNamespacesAreRefusedByName() throws IOException {
        configMap(GROUP.replace("v1", "v2") + "---\n" + GROUP.replace("namespace: lb", "namespace: other") + "---\n{}");
        assertEquals(
                List.of(
                        "ConfigMap lb/first, defaults.yaml: ServiceGroup/sample is no ServiceGroup or LBNodeAgent of"
                                + " purelb.io/v1 with a name: take it out",
                        "ConfigMap lb/first, defaults.yaml: ServiceGroup/sample is for namespace \"other\": leave"
                                + " metadata.namespace out, since only lb gets default objects",
                        "ConfigMap lb/first, defaults.yaml: / is no ServiceGroup or LBNodeAgent of purelb.io/v1 with a"
                                + " name: take it out"),
                defaults.fulfil());
        assertEquals(0, server.writes.get());
    }

    @Test
    void missingConfigMapAndMissingKeyAreComplainedOf() throws IOException {
        assertEquals(
                "ConfigMap lb/first does not exist: create it, or start the allocator without --defaults", complaint());
        server.put(PATH, "{'metadata': {'name': 'first'}, 'data': {'default.yaml': ''}}");
        assertEquals("ConfigMap lb/first has no key defaults.yaml: put the default objects there", complaint());
    }

    @Test
    void anotherOnesWriteOnTheConfigMapIsPassedOnAndTheObjectIsRememberedNextTime() throws IOException {
        configMap(GROUP);
        server.refused.put(PATH, 409);
        assertEquals(
                409,
                assertThrows(KubernetesClientException.class, defaults::fulfil).getCode());
        server.refused.clear();
        assertEquals(List.of(), defaults.fulfil());
        assertEquals("ServiceGroup/sample", created());
    }
}
