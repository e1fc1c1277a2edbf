package io.purelb.core;

import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigurationPlanTest {
    private final List<FoundService> services = new ArrayList<>();
    private int age;

    private void found(Samples.RequestBuilder request, boolean branded, String... addresses) {
        ShownService shown = new ShownService(
                true, branded, Stream.of(addresses).map(Samples::ip).toList(), false, List.of("default"));
        services.add(new FoundService(request.build(), Samples.LONG_AGO.plusSeconds(age++), shown));
    }

    private void oneAddressForThree() {
        found(service("a"), true, "10.0.0.1");
        found(service("b"), false);
        found(service("c"), false);
    }

    private ConfigurationPlan plan(String pool) {
        Configuration now = configuration(group("default", "10.0.0.1"));
        return ConfigurationPlan.of(now, Configuration.of(now, List.of(group("default", pool))), services);
    }

    private static List<String> fates(ConfigurationPlan plan) {
        return plan.fates().stream()
                .map(fate -> fate.service().name() + " " + fate.outcome()
                        + fate.assignment().map(held -> " " + held.address()).orElse(""))
                .toList();
    }

    @Test
    void aLargerGroupServesWhoWaits() {
        oneAddressForThree();
        ConfigurationPlan plan = plan("10.0.0.1-10.0.0.2");
        assertEquals(List.of("a KEPT 10.0.0.1", "b NEWLY_SATISFIABLE 10.0.0.2", "c PENDING"), fates(plan));
        assertFalse(plan.orphans());
        assertEquals(2, plan.groups().get(0).total().size().intValueExact());
    }

    @Test
    void aGroupElsewhereLeavesOrphans() {
        oneAddressForThree();
        ConfigurationPlan plan = plan("10.0.0.2");
        assertEquals(List.of("a ORPHANED 10.0.0.1", "b NEWLY_SATISFIABLE 10.0.0.2", "c PENDING"), fates(plan));
        assertTrue(plan.orphans());
    }

    @Test
    void whoWaitsIsServedByAgeNotByOrderOfTheList() {
        age = 10;
        found(service("young"), false);
        age = 0;
        found(service("old"), false);
        assertEquals(
                List.of("old KEPT 10.0.0.1", "young NEWLY_SATISFIABLE 10.0.0.2"), fates(plan("10.0.0.1-10.0.0.2")));
    }

    @Test
    void addressesOfOursAreAdoptedWithoutABrandAndOthersAreNoneOfOurBusiness() {
        found(service("ours"), false, "10.0.0.1");
        found(service("foreign"), false, "203.0.113.9");
        assertEquals(List.of("ours KEPT 10.0.0.1"), fates(plan("10.0.0.1-10.0.0.5")));
        assertEquals(List.of("foreign ADOPTED 203.0.113.9", "ours ORPHANED 10.0.0.1"), fates(plan("203.0.113.0/24")));
    }

    @Test
    void orphansOfBeforeAreNotCountedAgainstTheChange() {
        found(service("old"), true, "10.0.0.99");
        ConfigurationPlan plan = plan("10.0.0.1-10.0.0.5");
        assertEquals(List.of("old ORPHANED_BEFORE 10.0.0.99"), fates(plan));
        assertFalse(plan.orphans());
        assertEquals(List.of("old KEPT 10.0.0.99"), fates(plan("10.0.0.1-10.0.0.99")));
    }

    @Test
    void whoMovesIsToldWithWhatItGivesBack() {
        found(service("web").group("edge"), true, "10.0.0.1");
        Configuration now = configuration(group("default", "10.0.0.1"));
        Configuration next =
                Configuration.of(now, List.of(group("default", "10.0.0.1"), group("edge", "10.1.0.1-10.1.0.5")));
        assertEquals(
                List.of("web NEWLY_SATISFIABLE 10.1.0.1", "web RELEASED 10.0.0.1"),
                fates(ConfigurationPlan.of(now, next, services)));
    }

    @Test
    void anAddressThatComesToBeSharedIsNewToWhoSharesIt() {
        found(service("a").key("k").ports(80), true, "10.0.0.1");
        found(service("b").key("k").ports(443).group("edge"), false);
        Configuration now = configuration(group("default", "10.0.0.1"));
        Configuration next = configuration(group("edge", "10.0.0.1"));
        assertEquals(
                List.of("a KEPT 10.0.0.1", "b NEWLY_SATISFIABLE 10.0.0.1"),
                fates(ConfigurationPlan.of(now, next, services)));
    }
}
