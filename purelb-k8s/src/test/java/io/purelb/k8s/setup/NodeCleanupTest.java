package io.purelb.k8s.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NodeCleanupTest {
    private static final String PATH = "/apis/apps/v1/namespaces/lb/daemonsets/lbnodeagent";

    private StoredObjects server;
    private NodeCleanup cleanup;

    @BeforeEach
    void start() throws IOException {
        server = new StoredObjects();
        cleanup = new NodeCleanup(server.api, "lb");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void daemonSet(String arguments, String status) throws IOException {
        server.put(
                PATH,
                "{'metadata': {'generation': 5}, 'spec': {'template': {'spec': {'containers': [{'name': 'other', 'args':"
                        + " ['x']}, {'name': 'lbnodeagent', 'args': [" + arguments + "]}]}}}, 'status': {" + status
                        + "}}");
    }

    private String arguments() {
        ObjectNode patched = server.get(PATH).orElseThrow();
        return patched.at("/spec/template/spec/containers").toString();
    }

    @Test
    void agentsKeepTheirOwnArgumentsCleanUpAndStayAllAtOnce() throws IOException {
        daemonSet("'agent', '--port', '7472', '--election-port', '7472'", "");
        assertTrue(cleanup.begin());
        assertEquals(
                "[{\"name\":\"lbnodeagent\",\"args\":[\"agent\",\"--port\",\"7472\",\"--election-port\",\"7472\",\"--cleanup\",\"--stay\"]}]",
                arguments());
        assertEquals(
                "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":\"100%\",\"maxSurge\":0}}",
                server.get(PATH).orElseThrow().at("/spec/updateStrategy").toString());
        String once = arguments();
        assertTrue(cleanup.begin());
        assertEquals(once, arguments());
    }

    @Test
    void withoutTheDaemonSetThereIsNothingToCleanAndNothingIsMade() {
        assertFalse(cleanup.begin());
        assertEquals(Optional.empty(), cleanup.unfinished());
        assertEquals(0, server.writes.get());
    }

    @Test
    void nodesAreCleanWhenAllPodsAreOfTheNewKindAndReady() throws IOException {
        daemonSet(
                "'agent'",
                "'observedGeneration': 4, 'desiredNumberScheduled': 3, 'updatedNumberScheduled': 3,"
                        + " 'numberReady': 3");
        assertEquals(
                Optional.of("the change of the DaemonSet is not seen by the cluster's controllers yet"),
                cleanup.unfinished());
        daemonSet(
                "'agent'",
                "'observedGeneration': 5, 'desiredNumberScheduled': 3, 'updatedNumberScheduled': 1,"
                        + " 'numberReady': 3");
        assertEquals(Optional.of("1 of 3 nodes are cleaned"), cleanup.unfinished());
        daemonSet(
                "'agent'",
                "'observedGeneration': 5, 'desiredNumberScheduled': 3, 'updatedNumberScheduled': 3,"
                        + " 'numberReady': 2");
        assertEquals(Optional.of("2 of 3 nodes are cleaned"), cleanup.unfinished());
        daemonSet(
                "'agent'",
                "'observedGeneration': 5, 'desiredNumberScheduled': 3, 'updatedNumberScheduled': 3,"
                        + " 'numberReady': 3");
        assertEquals(Optional.empty(), cleanup.unfinished());
    }

    @Test
    void clusterWithoutANodeForAgentsIsClean() throws IOException {
        daemonSet("'agent'", "'observedGeneration': 5, 'desiredNumberScheduled': 0");
        assertEquals(Optional.empty(), cleanup.unfinished());
    }
}
