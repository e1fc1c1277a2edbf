package io.purelb.core;

import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigurationPlanTest {
    private final Allocations allocations = new Allocations();

    @BeforeEach
    void oneAddressForThree() {
        allocations.configure(configuration(group("default", "10.0.0.1")));
        for (String name : List.of("a", "b", "c")) {
            allocations.put(service(name).build(), Samples.LONG_AGO);
        }
    }

    private List<String> fates(ConfigurationPlan plan) {
        return plan.fates().stream()
                .map(fate -> fate.service().name() + " " + fate.outcome()
                        + fate.assignment().map(held -> " " + held.address()).orElse(""))
                .toList();
    }

    @Test
    void aLargerGroupServesWhoWaits() {
        ConfigurationPlan plan =
                ConfigurationPlan.of(allocations, configuration(group("default", "10.0.0.1-10.0.0.2")));
        assertEquals(List.of("a KEPT 10.0.0.1", "b NEWLY_SATISFIABLE 10.0.0.2", "c PENDING"), fates(plan));
        assertFalse(plan.orphans());
        assertEquals(2, plan.groups().get(0).total().size().intValueExact());
    }

    @Test
    void aGroupElsewhereLeavesOrphans() {
        ConfigurationPlan plan = ConfigurationPlan.of(allocations, configuration(group("default", "10.0.0.2")));
        assertEquals(List.of("a ORPHANED 10.0.0.1", "b NEWLY_SATISFIABLE 10.0.0.2", "c PENDING"), fates(plan));
        assertTrue(plan.orphans());
    }
}
