package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.AddressOptions;
import io.purelb.core.AgentSettings;
import io.purelb.core.DefaultRoutes;
import io.purelb.core.IpFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LBNodeAgentsTest {
    private static LBNodeAgentResource agent(String name, String created, String spec) {
        return Serialization.unmarshal(
                "---\n{apiVersion: purelb.io/v1, kind: LBNodeAgent, metadata: {namespace: purelb, name: " + name
                        + ", creationTimestamp: '" + created + "'}, spec: " + spec + "}",
                LBNodeAgentResource.class);
    }

    private static AgentSettings settings(String local) {
        return LBNodeAgents.settings(agent("a", "2026-01-01T00:00:00Z", "{local: " + local + "}"));
    }

    @Test
    void absentFieldsHaveTheirDefaults() {
        assertEquals(AgentSettings.DEFAULT, settings("{}"));
        assertEquals(AgentSettings.DEFAULT, settings("{localint: default, extlbint: kube-lb0, sendgarp: true}"));
        assertEquals(
                AgentSettings.DEFAULT,
                LBNodeAgents.choose(List.of(), Map.of(), settings("{sendgarp: false}"))
                        .settings());
    }

    @Test
    void writtenFieldsAreRead() {
        AgentSettings settings = settings(
                "{localint: 'eth[01]', defaultRoutes: LowestMetric, extlbint: lb0, sendgarp: false, probe: false,"
                        + " garp: {count: 5, interval: 1s, refresh: 60s}, addressConfig: {localInterface: {validLifetime: 300,"
                        + " preferredLifetime: 200, noPrefixRoute: true}, dummyInterface: {validLifetime: 4294967295}}}");
        assertEquals("eth[01]", settings.localInterface().orElseThrow().pattern());
        assertEquals(DefaultRoutes.LOWEST_METRIC, settings.defaultRoutes());
        assertEquals("lb0", settings.virtualInterface());
        assertFalse(settings.sendGarp());
        assertFalse(settings.probe());
        assertEquals(5, settings.garpCount());
        assertEquals(Duration.ofSeconds(1), settings.garpInterval());
        assertEquals(Duration.ofSeconds(60), settings.garpRefresh());
        assertEquals(OptionalLong.of(300), settings.local().validLifetime());
        assertEquals(OptionalLong.of(200), settings.local().preferredLifetime());
        assertTrue(settings.local().noPrefixRoute());
        assertEquals(OptionalLong.empty(), settings.virtual().validLifetime());
    }

    @Test
    void preferredLifetimeOfZeroIsZeroAndAnAbsentOneIsWhatIsUsual() {
        AddressOptions zero = settings("{addressConfig: {localInterface: {preferredLifetime: 0}}}")
                .local();
        assertEquals(OptionalLong.of(0), zero.preferredLifetime());
        assertTrue(zero.onLocalInterface(IpFamily.IPV4).deprecatedAtOnce());
        AddressOptions absent = settings("{addressConfig: {localInterface: {validLifetime: 300}}}")
                .local();
        assertFalse(absent.onLocalInterface(IpFamily.IPV4).deprecatedAtOnce());
        assertTrue(absent.onLocalInterface(IpFamily.IPV6).deprecatedAtOnce());
        AddressOptions given = settings("{addressConfig: {localInterface: {preferredLifetime: 4294967295}}}")
                .local();
        assertFalse(given.onLocalInterface(IpFamily.IPV6).deprecatedAtOnce());
    }

    @Test
    void moreSpecificSelectorGoesFirstThenTheOlderObject() {
        LBNodeAgentResource all = agent("all", "2020-01-01T00:00:00Z", "{local: {}}");
        LBNodeAgentResource young =
                agent("young", "2026-02-01T00:00:00Z", "{local: {}, nodeSelector: {matchLabels: {rack: a}}}");
        LBNodeAgentResource old = agent(
                "old",
                "2026-01-01T00:00:00Z",
                "{local: {}, nodeSelector: {matchExpressions: [{key: rack, operator: In, values: [a, b]}]}}");
        LBNodeAgentResource other =
                agent("other", "2019-01-01T00:00:00Z", "{local: {}, nodeSelector: {matchLabels: {rack: z, row: '1'}}}");
        LBNodeAgents.Choice choice =
                LBNodeAgents.choose(List.of(all, young, old, other), Map.of("rack", "a"), AgentSettings.DEFAULT);
        assertEquals("old", choice.chosen().orElseThrow().getMetadata().getName());
        assertEquals(
                List.of("young", "all"),
                choice.ignored().stream()
                        .map(agent -> agent.getMetadata().getName())
                        .toList());
    }

    @Test
    void badObjectKeepsTheSettingsInForceAndSaysWhy() {
        AgentSettings before = settings("{extlbint: lb7}");
        for (String local : List.of(
                "{localint: 'eth[0'}",
                "{garp: {interval: soon}}",
                "{garp: {refresh: often}}",
                "{addressConfig: {localInterface: {validLifetime: 10, preferredLifetime: 20}}}")) {
            LBNodeAgents.Choice choice = LBNodeAgents.choose(
                    List.of(agent("a", "2026-01-01T00:00:00Z", "{local: " + local + "}")), Map.of(), before);
            assertEquals(before, choice.settings());
            assertTrue(choice.problem().orElseThrow().startsWith("LBNodeAgent purelb/a: spec.local."), local);
        }
    }
}
