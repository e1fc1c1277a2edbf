package io.purelb.allocator;

import static io.purelb.allocator.Scenario.group;
import static io.purelb.allocator.Scenario.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.k8s.Annotations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sharers that an edit brings into conflict: shown for as long as it lasts, everywhere. */
final class ConflictsTest {
    private final Scenario scenario = new Scenario();
    private final FakeApi api = scenario.api;

    private void port(String name, int port) {
        Service edited = Serialization.clone(api.stored(name));
        edited.getSpec().getPorts().get(0).setPort(port);
        api.put(edited);
        scenario.run();
    }

    private Condition condition(String name) {
        return api.stored(name).getStatus().getConditions().get(0);
    }

    private String series() {
        return LedgerSeries.of(scenario.desk.allocations(), api).toString();
    }

    @Test
    void sharersInConflictSayWithWhomUntilItIsSolved() {
        api.putGroup(group("default", "10.0.0.0/30"));
        for (String name : List.of("web", "api")) {
            api.put(service(name, 0, Map.of(Annotations.SHARING_KEY, "key")));
        }
        port("api", 443);
        assertEquals("Allocated", condition("web").getReason());
        port("api", 80);
        scenario.run(Duration.ofHours(2));
        assertEquals("True", condition("web").getStatus(), "it holds its address: who takes over relies on that");
        assertEquals("PORT_CONFLICT", condition("web").getReason());
        assertTrue(
                condition("web").getMessage().contains("default/api"),
                condition("web").getMessage());
        assertTrue(
                condition("api").getMessage().contains("default/web"),
                condition("api").getMessage());
        assertEquals(1, api.groupStatus("default").conflicts());
        assertTrue(series().contains("[default, api, 10.0.0.0, PORT_CONFLICT] Value: 1.0"), series());
        String state = DebugState.of(scenario.desk.allocations());
        assertTrue(state.contains("\"conflicts\" : [ {"), state);

        port("api", 443);
        assertEquals("Allocated", condition("web").getReason());
        assertEquals("Allocated", condition("api").getReason());
        assertNull(api.groupStatus("default").conflicts());
        assertFalse(series().contains("PORT_CONFLICT"), series());
        assertTrue(DebugState.of(scenario.desk.allocations()).contains("\"conflicts\" : [ ]"));
    }

    @Test
    void aConflictBesideSomethingMissingIsNamedToo() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0, Map.of(Annotations.SHARING_KEY, "key")));
        api.put(service("api", 1, Map.of(Annotations.SHARING_KEY, "key")));
        port("api", 443);
        Service edited = Serialization.clone(api.stored("api"));
        edited.getSpec().getPorts().get(0).setPort(80);
        edited.getSpec().setIpFamilyPolicy("PreferDualStack");
        edited.getSpec().setIpFamilies(List.of("IPv4", "IPv6"));
        api.put(edited);
        scenario.run();
        assertEquals("False", condition("api").getStatus());
        assertEquals("FAMILY_UNAVAILABLE", condition("api").getReason());
        assertTrue(
                condition("api").getMessage().contains("default/web"),
                condition("api").getMessage());
    }
}
