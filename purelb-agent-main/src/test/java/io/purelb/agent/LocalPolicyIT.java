package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code externalTrafficPolicy: Local} with real EndpointSlices, by the agent as a process. */
final class LocalPolicyIT {
    private static final String VIRTUAL = "172.31.1.9";

    @TempDir
    Path directory;

    private final TwoHosts hosts = new TwoHosts("policy");

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    private interface Question {
        boolean ask() throws Exception;
    }

    private static BooleanSupplier so(Question question) {
        return () -> {
            try {
                return question.ask();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }

    @Test
    void virtualAddressFollowsEveryChangeOfEverySlice() throws Exception {
        try (TinyCluster cluster = new TinyCluster("", directory)) {
            cluster.serveLocally("web", Map.of(), VIRTUAL);
            cluster.endpoint("web", "web-1", "other", true, true);
            cluster.serve("beacon", "172.31.1.1");
            try (AgentChild agent = new AgentChild(List.of(), cluster, "--netns=" + hosts.node, "--port=0")) {
                agent.until(() -> hosts.has("kube-lb0", "172.31.1.1/32"));
                assertTrue(hosts.address("kube-lb0", VIRTUAL).isEmpty(), "no endpoint here");
                BooleanSupplier there = () -> hosts.has("kube-lb0", VIRTUAL + "/32");
                BooleanSupplier gone = () -> hosts.address("kube-lb0", VIRTUAL).isEmpty();
                cluster.endpoint("web", "web-2", "node", true, true);
                agent.until(there);
                cluster.endpoint("web", "web-2", "node", false, true);
                cluster.endpoint("web", "web-1", "other", false, false);
                cluster.serve("beacon2", "172.31.1.2");
                agent.until(() -> hosts.has("kube-lb0", "172.31.1.2/32"));
                assertTrue(there.getAsBoolean(), "a terminating endpoint that still serves counts");
                cluster.endpoint("web", "web-2", "node", false, false);
                agent.until(gone);
                cluster.endpoint("web", "web-1", "node", true, true);
                agent.until(there);
                cluster.endpoint("web", "web-1", "other", true, true);
                agent.until(gone);
                cluster.endpoint("web", "web-1", "node", true, true);
                agent.until(there);
                cluster.deleteEndpoints("web-1");
                agent.until(gone);
            }
        }
    }

    @Test
    void readyEndpointElsewhereTakesOverFromATerminatingOne() throws Exception {
        try (TinyCluster cluster = new TinyCluster("", directory)) {
            cluster.serveLocally("web", Map.of(), VIRTUAL);
            cluster.serveLocally("kept", Map.of("purelb.io/allow-local", "yes"), "172.30.250.56");
            cluster.endpoint("web", "web-1", "node", true, true);
            cluster.endpoint("kept", "kept-1", "node", true, true);
            try (AgentChild agent = new AgentChild(List.of(), cluster, "--netns=" + hosts.node, "--port=0")) {
                agent.until(() -> hosts.has("kube-lb0", VIRTUAL + "/32") && hosts.has("eth0", "172.30.250.56/24"));
                for (String service : List.of("web", "kept")) {
                    cluster.endpoint(service, service + "-2", "other", true, true);
                    cluster.endpoint(service, service + "-1", "node", false, true);
                }
                agent.until(() -> hosts.address("kube-lb0", VIRTUAL).isEmpty()
                        && hosts.address("eth0", "172.30.250.56").isEmpty());
                for (String service : List.of("web", "kept")) {
                    cluster.endpoint(service, service + "-2", "other", false, true);
                }
                agent.until(() -> hosts.has("kube-lb0", VIRTUAL + "/32") && hosts.has("eth0", "172.30.250.56/24"));
            }
        }
    }

    @Test
    void onALocalAddressThePolicyIsResetUnlessItIsAllowed() throws Exception {
        try (TinyCluster cluster = new TinyCluster("", directory)) {
            cluster.serveLocally("reset", Map.of(), "172.30.250.55");
            cluster.serveLocally("kept", Map.of("purelb.io/allow-local", "yes"), "172.30.250.56");
            try (AgentChild agent = new AgentChild(List.of(), cluster, "--netns=" + hosts.node, "--port=0")) {
                agent.until(so(() -> cluster.service("reset")
                        .getSpec()
                        .getExternalTrafficPolicy()
                        .equals("Cluster")));
                assertTrue(hosts.has("eth0", "172.30.250.55/24"));
                agent.until(so(() -> cluster.events("Service", "reset").stream()
                        .anyMatch(event -> event.startsWith("Normal LocalOverride"))));
                assertTrue(hosts.address("eth0", "172.30.250.56").isEmpty(), "no endpoint here");
                cluster.endpoint("kept", "kept-1", "node", true, true);
                agent.until(() -> hosts.has("eth0", "172.30.250.56/24"));
                assertEquals("Local", cluster.service("kept").getSpec().getExternalTrafficPolicy());
                cluster.endpoint("kept", "kept-1", "other", true, true);
                agent.until(() -> hosts.address("eth0", "172.30.250.56").isEmpty());
            }
        }
    }
}
