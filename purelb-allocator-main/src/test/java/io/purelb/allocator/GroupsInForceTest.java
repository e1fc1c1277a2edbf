package io.purelb.allocator;

import static io.purelb.allocator.Scenario.group;
import static io.purelb.allocator.Scenario.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.k8s.Annotations;
import io.purelb.k8s.ServiceGroupStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A group in force stays in force, and whoever leads next knows which those are. */
final class GroupsInForceTest {
    private final Scenario scenario = new Scenario();
    private final FakeApi api = scenario.api;

    /** What another allocator makes of the groups as this one leaves them. */
    private Scenario next() {
        Scenario next = new Scenario();
        api.groups().forEach(next.api::putGroupAsItWas);
        return next.run();
    }

    private static ServiceGroupStatus.Ready ready(FakeApi api, String name) {
        return api.groupStatus(name).conditions().get(0);
    }

    private void cInForceAndTheOlderBRefused() {
        api.putGroup(group("a", "10.0.0.0-10.0.0.9"));
        api.putGroup(group("b", "10.0.0.5-10.0.0.19"));
        api.putGroup(group("c", "10.0.0.15-10.0.0.29"));
        scenario.run();
        assertEquals("False", ready(api, "b").status());
        assertEquals("True", ready(api, "c").status());
        api.deleteGroup("a");
        scenario.run();
    }

    @Test
    void deletingAGroupLeavesTheOthersInForceAndARefusedOneRefusedByName() {
        cInForceAndTheOlderBRefused();
        assertEquals("True", ready(api, "c").status());
        assertEquals("False", ready(api, "b").status());
        assertTrue(
                ready(api, "b").message().contains("purelb/c, which is in force"),
                ready(api, "b").message());
        api.deleteGroup("c");
        scenario.run();
        assertEquals("True", ready(api, "b").status());
    }

    @Test
    void theNextLeaderPutsTheSameGroupsInForce() {
        cInForceAndTheOlderBRefused();
        FakeApi later = next().api;
        assertEquals("True", ready(later, "c").status());
        assertEquals("False", ready(later, "b").status());
    }

    @Test
    void theNextLeaderKeepsTheLastGoodVersionOfABadGroup() {
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        assertNull(api.groupStatus("default").inForce());
        api.putGroup(group("default", "10.9.0.0/30"));
        scenario.run();
        assertNotNull(api.groupStatus("default").inForce());
        Scenario later = next();
        later.api.put(service("web", 0));
        later.run();
        assertEquals(List.of("10.0.0.0"), later.addresses("web"));
        assertEquals("False", ready(later.api, "default").status());
        later.api.putGroup(group("default", "10.0.0.0/29"));
        later.run();
        assertEquals("True", ready(later.api, "default").status());
        assertNull(later.api.groupStatus("default").inForce());
    }

    @Test
    void aRefusedGroupIsNamedToTheServiceThatAsksForIt() {
        api.putGroup(group("default", "10.0.0.10-10.0.0.19"));
        api.putGroup(group("edge", "10.0.0.15-10.0.0.29"));
        api.put(service("web", 0, Map.of(Annotations.SERVICE_GROUP, "edge")));
        scenario.run();
        var condition = api.stored("web").getStatus().getConditions().get(0);
        assertEquals("UNKNOWN_GROUP", condition.getReason());
        assertTrue(condition.getMessage().contains("\"edge\" is not in force: spec.local.v4pools[0].pool"));
    }
}
