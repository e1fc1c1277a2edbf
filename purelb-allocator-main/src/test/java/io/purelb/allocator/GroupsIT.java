package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroupStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Service groups, good and bad (specification, section 1). */
final class GroupsIT extends OnRealApi {
    private static ServiceGroupStatus.Ready ready(ServiceGroupResource group) {
        return group.getStatus().conditions().get(0);
    }

    private String awaitNotReady(String name) {
        return ready(awaitGroup(name, group -> ready(group).status().equals("False")))
                .message();
    }

    private void awaitReady(String name) {
        awaitGroup(name, group -> ready(group).status().equals("True"));
    }

    @Test
    void badGroupStopsNoGoodOneAndSaysWhyInEventConditionAndMetric() {
        group("a-good", "10.1.0.0/30");
        RunningAllocator allocator = allocator();
        awaitReady("a-good");
        allocator.awaitValue("purelb_k8s_client_config_stale_bool", 0);
        group("b-bad", "10.1.0.2-10.1.0.9");
        String why = awaitNotReady("b-bad");
        assertTrue(why.contains("purelb/b-bad") && why.contains("purelb/a-good"), why);
        assertTrue(why.contains("10.1.0.2-10.1.0.9"), why);
        awaitEvent("b-bad", "Warning ConfigError: " + why);
        allocator.awaitValue("purelb_k8s_client_config_stale_bool", 1);
        create(draft("web").group("a-good"));
        assertEquals(List.of("10.1.0.0"), served("web"));
        create(draft("lost").group("b-bad"));
        refused("lost", "UNKNOWN_GROUP");
        deleteGroup("b-bad");
        allocator.awaitValue("purelb_k8s_client_config_stale_bool", 0);
    }

    @Test
    void groupEditedToBadStaysInForceAsItLastWasUntilItIsGoodAgain() {
        group("a", "10.1.0.0/30");
        group("b", "10.2.0.0/30");
        allocator();
        create(draft("first").group("b"));
        assertEquals(List.of("10.2.0.0"), served("first"));
        group("b", "10.1.0.0/24");
        String why = awaitNotReady("b");
        assertTrue(why.endsWith("(its last valid version stays in use)"), why);
        create(draft("second").group("b"));
        assertEquals(List.of("10.2.0.1"), served("second"));
        assertNotNull(awaitGroup("b", group -> ready(group).status().equals("False"))
                .getStatus()
                .inForce());
        group("b", "10.3.0.0/30", "10.2.0.0/31");
        ServiceGroupResource good =
                awaitGroup("b", group -> ready(group).status().equals("True"));
        assertNull(good.getStatus().inForce(), "what does not hold any more is taken away");
        create(draft("third").group("b"));
        assertEquals(List.of("10.3.0.0"), served("third"));
        assertEquals(List.of("10.2.0.0"), addresses("first"));
        assertEquals(List.of("10.2.0.1"), addresses("second"));
    }

    @Test
    void ofTwoGroupsThatOverlapTheOlderWinsWhicheverContainsTheOther() {
        group("a-small", "10.1.0.8/30");
        group("a-large", "10.2.0.0/24");
        allocator();
        awaitReady("a-small");
        awaitReady("a-large");
        group("b-around", "10.1.0.0/24");
        group("b-inside", "10.2.0.8/30");
        assertTrue(awaitNotReady("b-around").contains("purelb/a-small"));
        assertTrue(awaitNotReady("b-inside").contains("purelb/a-large"));
        awaitReady("a-small");
        awaitReady("a-large");
    }

    @Test
    void nameThatIsTakenInAnotherNamespaceIsRefused() {
        group("twin", "10.1.0.0/30");
        allocator();
        awaitReady("twin");
        group(namespace, "twin", Map.of(), "10.2.0.0/30");
        ServiceGroupResource second = await(
                () -> client.resources(ServiceGroupResource.class)
                        .inNamespace(namespace)
                        .withName("twin")
                        .get(),
                group -> group.getStatus() != null);
        assertEquals("False", ready(second).status());
        assertTrue(
                ready(second).message().contains("purelb/twin"), ready(second).message());
        create(draft("web").group("twin"));
        assertEquals(List.of("10.1.0.0"), served("web"));
    }

    @Test
    void avoidedAddressesAreNeitherHandedOutNorCounted() {
        group("purelb", "default", Map.of("avoid", List.of("10.1.0.0", "10.1.0.2-10.1.0.3")), "10.1.0.0/29");
        allocator();
        create(draft("a"));
        create(draft("b"));
        assertEquals(
                List.of("10.1.0.1", "10.1.0.4"),
                List.of(served("a").get(0), served("b").get(0)).stream()
                        .sorted()
                        .toList());
        create(draft("c").asking("10.1.0.2"));
        refused("c", "NOT_IN_ANY_GROUP");
        assertEquals("5", awaitGroup("default", group -> true).getStatus().size());
    }

    @Test
    void cidrWithHostBitsBeginsAtTheWrittenAddress() {
        group("default", "10.1.0.6/29");
        allocator();
        create(draft("a"));
        assertEquals(List.of("10.1.0.6"), served("a"));
        assertEquals("2", awaitGroup("default", group -> true).getStatus().size());
    }

    @Test
    void networkBroadcastAndSubnetRouterAddressesAreHandedOut() {
        group("default", "10.1.0.0/31", "10.255.255.255", "fd00:1::/126");
        allocator();
        for (int i = 0; i < 3; i++) {
            create(draft("s" + i).families("PreferDualStack", "IPv4", "IPv6"));
            served("s" + i);
        }
        assertEquals(List.of("10.1.0.0", "fd00:1::"), addresses("s0"));
        assertEquals(List.of("10.255.255.255", "fd00:1::2"), addresses("s2"));
    }

    @Test
    void statusCountsExactlyByFamily() {
        group("default", "10.1.0.0/24", "fd00:1::/64");
        allocator();
        create(draft("web").families("RequireDualStack", "IPv4", "IPv6"));
        create(draft("other"));
        ServiceGroupStatus status = awaitGroup(
                        "default", group -> group.getStatus().services() == 2)
                .getStatus();
        assertEquals("18446744073709551872", status.size());
        assertEquals("3", status.allocated());
        assertEquals("18446744073709551869", status.available());
        ServiceGroupStatus.Family six = status.v6();
        assertNotNull(six);
        assertEquals("18446744073709551616", six.size());
        assertEquals("1", six.allocated());
        assertEquals("18446744073709551615", six.available());
        assertEquals(1, status.observedGeneration());
        delete("other");
        awaitGroup(
                "default",
                group -> group.getStatus().services() == 1
                        && group.getStatus().allocated().equals("2"));
    }

    @Test
    void addressesOfARenamedGroupStayAndBelongToItUnderItsNewName() {
        group("old", "10.1.0.0/30");
        allocator();
        create(draft("web").group("old"));
        assertEquals(List.of("10.1.0.0"), served("web"));
        deleteGroup("old");
        awaitEvent(
                "web",
                "Warning AddressOrphaned: Address 10.1.0.0 of Service " + namespace
                        + "/web lies in no service group any"
                        + " more: the Service keeps it; add it to a group or recreate the Service");
        group("new", "10.1.0.0/30");
        awaitGroup("new", group -> group.getStatus().allocated().equals("1"));
        create(draft("next").group("new"));
        assertEquals(List.of("10.1.0.1"), served("next"));
        annotate("web", "purelb.io/service-group", "new");
        await("web", service -> "new".equals(annotation(service, "purelb.io/allocated-from")));
        assertEquals(List.of("10.1.0.0"), served("web"));
    }

    @Test
    void olderFormsOfPoolsAreServed() {
        for (String local : List.of(
                "{\"subnet\":\"10.1.0.0/24\",\"pool\":\"10.1.0.7\",\"aggregation\":\"default\"}",
                "{\"v4pool\":{\"subnet\":\"10.1.0.0/24\",\"pool\":\"10.1.0.7-10.1.0.7\"}}")) {
            client.load(new java.io.ByteArrayInputStream(
                            ("{\"apiVersion\":\"purelb.io/v1\",\"kind\":\"ServiceGroup\",\"metadata\":{\"name\":\"legacy\",\"namespace\":\"purelb\"},"
                                            + "\"spec\":{\"local\":" + local + "}}")
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                    .create();
            RunningAllocator allocator = allocator();
            create(draft("web").group("legacy"));
            assertEquals(List.of("10.1.0.7"), served("web"));
            delete("web");
            allocator.close();
            deleteGroup("legacy");
        }
    }
}
