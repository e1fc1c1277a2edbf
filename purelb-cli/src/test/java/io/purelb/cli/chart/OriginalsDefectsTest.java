package io.purelb.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the original's chart got wrong, and its values that go on working. */
final class OriginalsDefectsTest {
    @Test
    void podsSecurityContextIsWhatIsGivenAndNothingElse() {
        List<JsonNode> objects = Chart.objects(
                "{lbnodeagent: {securityContext: {fsGroup: 7}}, allocator: {securityContext: {fsGroup: 8}}}");
        assertEquals(
                Chart.yaml("{fsGroup: 7}"),
                Chart.object(objects, "DaemonSet", "lbnodeagent").at("/spec/template/spec/securityContext"));
        assertEquals(
                8,
                Chart.object(objects, "Deployment", "allocator")
                        .at("/spec/template/spec/securityContext/fsGroup")
                        .asInt());
    }

    @Test
    void monitorAloneScrapesItsService() {
        for (String component : List.of("allocator", "lbnodeagent")) {
            List<JsonNode> objects =
                    Chart.objects("{Prometheus: {" + component + ": {serviceMonitor: {enabled: true}}}}");
            JsonNode monitor = Chart.object(objects, "ServiceMonitor", component);
            JsonNode service = Chart.object(objects, "Service", component + "-metrics");
            assertEquals(
                    Chart.yaml("[{port: metrics, path: /metrics, interval: 30s, honorLabels: true}]"),
                    monitor.at("/spec/endpoints"));
            assertEquals("metrics", service.at("/spec/ports/0/name").asText());
            monitor.at("/spec/selector/matchLabels")
                    .properties()
                    .forEach(label -> assertEquals(
                            label.getValue(), service.at("/metadata/labels").path(label.getKey())));
        }
    }

    @Test
    void endpointOfOnesOwnKeepsTheLabelsOfTheSeriesUnlessItSaysOtherwise() {
        String values =
                "{Prometheus: {allocator: {podMonitor: {enabled: true, endpoints: [{interval: 1m}, {honorLabels: false}]}}}}";
        JsonNode endpoints =
                Chart.object(Chart.objects(values), "PodMonitor", "allocator").at("/spec/podMetricsEndpoints");
        assertTrue(endpoints.at("/0/honorLabels").asBoolean());
        assertEquals("monitoring", endpoints.at("/0/port").asText());
        assertEquals(Chart.yaml("false"), endpoints.at("/1/honorLabels"));
    }

    @Test
    void rulesOfOnesOwnAreTakenAsTheyAre() {
        JsonNode rule = Chart.object(
                        Chart.objects(Chart.resource("all-values.yaml")), "PrometheusRule", "purelb-allocator")
                .at("/spec/groups/1/rules/0");
        assertEquals("{{ $labels.pool }}", rule.at("/annotations/summary").asText());
    }

    @Test
    void rulesAloneBringAlertsInGroupsOfDifferentNames() {
        List<JsonNode> objects = Chart.objects(Chart.resource("all-values.yaml"));
        Set<String> names = new HashSet<>();
        Chart.ofKind(objects, "PrometheusRule").forEach(rules -> {
            assertTrue(rules.at("/spec/groups/0/rules").size() > 3, rules::toPrettyString);
            rules.at("/spec/groups")
                    .forEach(group ->
                            assertTrue(names.add(group.path("name").asText()), "twice: " + group.path("name")));
        });
        assertEquals(4, names.size());
    }

    @Test
    void disabledAlertIsLeftOut() {
        String values = "{Prometheus: {allocator: {prometheusRules: {enabled: true, disabled: [PureLBNoLeader]}}}}";
        String rules = Chart.object(Chart.objects(values), "PrometheusRule", "purelb-allocator")
                .toString();
        assertTrue(!rules.contains("PureLBNoLeader") && rules.contains("PureLBPoolExhausted"), rules);
    }

    @Test
    void valuesOfTheFirstVersionsKeepTheirMeaning() {
        List<JsonNode> objects = Chart.objects(Chart.resource("upstream-a.yaml"));
        assertEquals(
                Chart.yaml("{localint: eth1, extlbint: kube-lb1, sendgarp: false}"),
                Chart.object(objects, "LBNodeAgent", "default").at("/spec/local"));
        assertEquals(
                Chart.yaml("{subnet: 192.168.254.0/24, pool: 192.168.254.200-192.168.254.201, aggregation: default}"),
                Chart.object(objects, "ServiceGroup", "default").at("/spec/local"));
        assertEquals(
                "monitoring",
                Chart.object(objects, "PrometheusRule", "purelb-allocator")
                        .at("/metadata/namespace")
                        .asText());
        assertEquals(
                "world",
                Chart.object(objects, "ConfigMap", "purelb-extra")
                        .at("/data/hello")
                        .asText());
        JsonNode agent = Chart.object(objects, "DaemonSet", "lbnodeagent").at("/spec/template/spec");
        assertEquals(
                "registry.example.com/purelb/purelb:v0.13.0",
                agent.at("/containers/0/image").asText());
        assertEquals(
                "node-role.kubernetes.io/master", agent.at("/tolerations/0/key").asText());
    }

    @Test
    void valuesOfTheLaterVersionsKeepTheirMeaning() {
        List<JsonNode> objects = Chart.objects(Chart.resource("upstream-h.yaml"));
        assertEquals(
                Chart.yaml(
                        "{localint: default, extlbint: kube-lb0, sendgarp: true, garp: {count: 5, interval: 500ms}}"),
                Chart.object(objects, "LBNodeAgent", "default").at("/spec/local"));
        JsonNode agent = Chart.object(objects, "DaemonSet", "lbnodeagent").at("/spec/template/spec");
        assertEquals("system-node-critical", agent.path("priorityClassName").asText());
        assertEquals("regcred", agent.at("/imagePullSecrets/0/name").asText());
        assertEquals("true", agent.at("/nodeSelector/edge").asText());
        assertEquals(1, agent.path("containers").size(), "no other program runs beside the agent");
        JsonNode allocator = Chart.object(objects, "Deployment", "allocator").at("/spec/template/spec");
        assertEquals("system-node-critical", allocator.path("priorityClassName").asText());
    }

    /** The API server refuses a request above the limit, and the original's limit was 100Mi. */
    @Test
    void memoryAskedForIsNotMoreThanTheFirstVersionsLimit() {
        for (String component : List.of("Deployment/allocator", "DaemonSet/lbnodeagent")) {
            String[] name = component.split("/", 2);
            JsonNode resources = Chart.object(Chart.objects(Chart.resource("upstream-a.yaml")), name[0], name[1])
                    .at("/spec/template/spec/containers/0/resources");
            assertEquals(Chart.yaml("{requests: {cpu: 20m, memory: 100Mi}, limits: {memory: 100Mi}}"), resources);
        }
    }
}
