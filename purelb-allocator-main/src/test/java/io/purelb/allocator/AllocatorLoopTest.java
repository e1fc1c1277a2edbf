package io.purelb.allocator;

import static io.purelb.allocator.Scenario.group;
import static io.purelb.allocator.Scenario.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.LoadBalancerStatus;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.Services;
import io.purelb.k8s.WrittenNames;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The whole loop on an API server in memory, at virtual time. */
final class AllocatorLoopTest {
    private static final Map<String, String> BRAND =
            Map.of(Annotations.ALLOCATED_BY, "PureLB", Annotations.ALLOCATED_FROM, "default");

    private final Scenario scenario = new Scenario();
    private final FakeApi api = scenario.api;

    private static Service withIngress(Service service, String... addresses) {
        service.setStatus(new ServiceStatus());
        service.getStatus()
                .setLoadBalancer(new LoadBalancerStatus(java.util.Arrays.stream(addresses)
                        .map(ip -> new LoadBalancerIngressBuilder()
                                .withIp(ip)
                                .withIpMode("VIP")
                                .build())
                        .toList()));
        return service;
    }

    @Test
    void nothingIsAllocatedBeforeEverythingIsAdopted() {
        api.synced = false;
        api.put(service("first", 0));
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        assertEquals(List.of(), api.written);
        api.put(withIngress(service("second", 1, BRAND), "10.0.0.0"));
        api.synced = true;
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("second"));
        assertEquals(List.of("10.0.0.1"), scenario.addresses("first"));
    }

    @Test
    void unknownAnnotationIsWarnedOfOnce() {
        String warning =
                "first Warning UnknownName: Service default/first: annotation purelb.io/address-pool means nothing to"
                        + " PureLB: did you mean purelb.io/service-group?";
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("first", 0, Map.of("purelb.io/address-pool", "virtual")));
        scenario.run();
        api.put(service("second", 1));
        api.putGroup(group("default", "10.0.0.0/29"));
        scenario.run(Duration.ofSeconds(60));
        assertEquals(1, Collections.frequency(api.events, warning), api.events.toString());
    }

    @Test
    void unknownFieldOfAGroupIsWarnedOfOnceByWhatKubectlKept() {
        String warning =
                "default Warning UnknownName: ServiceGroup purelb/default: spec.avoids means nothing to PureLB: did"
                        + " you mean avoid?";
        ServiceGroupResource group = group("default", "10.0.0.0/30");
        WrittenNames.apply(group, "{\"spec\":{\"avoids\":[\"10.0.0.1\"]}}");
        api.putGroup(group);
        scenario.run();
        api.put(service("first", 0));
        ServiceGroupResource other = group("other", "10.0.1.0/30");
        api.putGroup(other);
        scenario.run(Duration.ofSeconds(60));
        assertEquals(1, Collections.frequency(api.events, warning), api.events.toString());
    }

    @Test
    void serviceThatCannotBeReadHoldsUpNoOther() {
        Service shows = withIngress(service("shows", 0, BRAND), "10.0.0.0");
        Service asks = service("asks", 1);
        for (Service broken : List.of(shows, asks)) {
            broken.getSpec().setPorts(Collections.singletonList(null));
            api.put(broken);
        }
        api.put(service("web", 2));
        api.putGroup(group("default", "10.0.0.1"));
        scenario.run();
        assertTrue(scenario.loop.started());
        assertEquals(List.of("10.0.0.1"), scenario.addresses("web"));
        api.put(service("next", 3));
        api.putGroup(group("default", "10.0.0.1-10.0.0.2"));
        scenario.run();
        assertEquals(List.of("10.0.0.2"), scenario.addresses("next"));
    }

    @Test
    void addressOfAServiceThatCannotBeReadIsGivenToNobodyElse() {
        Service broken = withIngress(service("broken", 0, BRAND), "10.0.0.0", "fd00::1");
        broken.getSpec().setPorts(Collections.singletonList(null));
        api.put(broken);
        api.put(service("web", 1));
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        assertEquals(List.of("10.0.0.1"), scenario.addresses("web"));
        api.putGroup(group("default", "10.0.0.0/29"));
        scenario.run();
        api.put(service("next", 2, Map.of(Annotations.ADDRESSES, "10.0.0.0")));
        scenario.run();
        assertEquals(List.of(), scenario.addresses("next"));
        assertEquals(List.of("10.0.0.0", "fd00::1"), scenario.addresses("broken"));
    }

    @Test
    void allocationIsWrittenOnceWithBrandEventAndCondition() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        scenario.run();
        Service web = api.stored("web");
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        assertEquals("PureLB", web.getMetadata().getAnnotations().get("purelb.io/allocated-by"));
        assertEquals("default", web.getMetadata().getAnnotations().get("purelb.io/allocated-from"));
        assertEquals("True", web.getStatus().getConditions().get(0).getStatus());
        assertEquals(List.of("web Normal IPAllocated: Assigned IP 10.0.0.0 from pool default"), api.events);
        api.catchUp();
        scenario.run(Duration.ofMinutes(1));
        assertEquals(
                1, api.written.stream().filter("Service web"::equals).count(), "own writes that come back are no news");
    }

    @Test
    void cacheThatLagsBehindCausesNoSecondWrite() {
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        api.put(service("web", 0));
        api.cacheFollows = false;
        scenario.run();
        scenario.loop.look(api.service(Services.key(api.stored("web"))).orElseThrow(), scenario.now);
        scenario.run();
        api.catchUp();
        scenario.run();
        assertEquals(1, api.written.stream().filter("Service web"::equals).count());
        assertEquals(1, api.events.size());
    }

    private void wantsIpv6(String name) {
        api.put(new ServiceBuilder(api.stored(name))
                .editSpec()
                .withIpFamilies("IPv6")
                .endSpec()
                .build());
    }

    @Test
    void releasedAddressIsNotAdoptedAgainFromACacheThatIsOlderThanOurWrite() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        scenario.run();
        api.events.clear();
        wantsIpv6("web"); // which the group does not have
        api.cacheFollows = false;
        scenario.run();
        assertEquals(List.of(), scenario.addresses("web"));
        List<String> told = List.copyOf(api.events);
        scenario.loop.look(api.service(Services.key(api.stored("web"))).orElseThrow(), scenario.now);
        scenario.run();
        api.putGroup(group("default", "10.0.0.0/29"));
        scenario.run();
        assertEquals(told, api.events, "nothing new has happened to it");
        assertEquals(List.of(), scenario.desk.allocations().ledger().addresses());
        api.cacheFollows = true;
        api.put(service("next", 1));
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("next"));
        api.catchUp();
        scenario.run();
        assertEquals(List.of(), scenario.addresses("web"));
        assertEquals(List.of("10.0.0.0"), scenario.addresses("next"));
    }

    @Test
    void releasedAddressIsNotAdoptedAgainWhenTheWriteThatTakesItAwayFails() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        scenario.run();
        api.events.clear();
        api.nextOutcomes.addAll(List.of(Writes.Outcome.FAILED, Writes.Outcome.FAILED));
        wantsIpv6("web");
        scenario.run(Duration.ofMinutes(1));
        assertEquals(List.of(), scenario.addresses("web"));
        assertEquals(
                1,
                api.events.stream()
                        .filter(event -> event.contains("IPReleased"))
                        .count(),
                api.events::toString);
        assertEquals(2, api.events.size(), api.events::toString);
    }

    @Test
    void configurationThatCouldNotBePutInForceIsTriedAgain() {
        api.put(service("web", 0));
        scenario.run();
        api.putGroup(group("broken", "10.9.0.0/30"));
        api.eventFaults = 1; // the warning about it
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run(Duration.ofMinutes(1));
        assertEquals(0, api.eventFaults);
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        assertEquals(1.0, scenario.registry.getSampleValue("purelb_k8s_client_config_stale_bool"));
    }

    @Test
    void configurationThatFailedHalfwayAndIsTakenBackLeavesTheOneBeforeInForce() {
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        api.putGroup(group("broken", "10.9.0.0/30"));
        api.eventFaults = 1; // the warning about it
        api.putGroup(group("default", "10.0.0.8/30"));
        scenario.loop.step(scenario.now);
        assertEquals(0, api.eventFaults, "failed after the groups were put in force");
        api.putGroup(group("default", "10.0.0.0/30"));
        api.deleteGroup("broken");
        api.put(service("web", 0));
        scenario.run(Duration.ofMinutes(1));
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
    }

    @Test
    void releasedAddressIsNotAdoptedAgainWhileTheWatchIsSilent() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        scenario.run();
        wantsIpv6("web"); // which the group does not have
        api.cacheFollows = false;
        scenario.run();
        assertEquals(List.of(), scenario.addresses("web"));
        api.events.clear();
        scenario.run(Duration.ofSeconds(100)); // a silent watch is given up after 90 s
        scenario.loop.look(api.service(Services.key(api.stored("web"))).orElseThrow(), scenario.now);
        scenario.run();
        assertEquals(List.of(), api.events);
        assertEquals(List.of(), scenario.desk.allocations().ledger().addresses());
    }

    private static Service terminating(Service service) {
        Service dying = Serialization.clone(service);
        dying.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        dying.getMetadata().setFinalizers(List.of("example.net/slow"));
        return dying;
    }

    @Test
    void deletedServiceThatWaitsGetsNothing() {
        api.putGroup(group("default", "10.0.0.7"));
        api.put(service("holder", 0));
        api.put(service("dying", 1));
        api.put(service("alive", 2));
        scenario.run();
        api.put(terminating(api.stored("dying")));
        scenario.run();
        api.events.clear();
        api.delete("holder");
        scenario.run();
        assertEquals(List.of(), scenario.addresses("dying"));
        assertEquals(List.of("10.0.0.7"), scenario.addresses("alive"));
        assertEquals(List.of("alive Normal IPAllocated: Assigned IP 10.0.0.7 from pool default"), api.events);
    }

    @Test
    void deletedServiceKeepsWhatItHasUntilItIsGone() {
        api.putGroup(group("default", "10.0.0.7"));
        api.put(service("dying", 0));
        api.put(service("alive", 1));
        scenario.run();
        Service edited = terminating(api.stored("dying"));
        edited.getMetadata().getAnnotations().put(Annotations.SERVICE_GROUP, "missing");
        api.events.clear();
        api.put(edited);
        scenario.run();
        assertEquals(List.of("10.0.0.7"), scenario.addresses("dying"));
        assertEquals(List.of(), api.events);
        api.delete("dying");
        scenario.run();
        assertEquals(List.of("10.0.0.7"), scenario.addresses("alive"));
    }

    @Test
    void restoredStoreIsWrittenAgainAfterAWhile() {
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        Service fresh = service("web", 0);
        api.cacheFollows = false;
        api.put(fresh);
        api.catchUp();
        api.cacheFollows = false;
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"), "written, but its event never arrives");
        api.restore();
        api.cacheFollows = true;
        api.put(fresh);
        scenario.run();
        assertEquals(List.of(), scenario.addresses("web"));
        scenario.run(WrittenVersions.PATIENCE.multipliedBy(2));
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        assertEquals("1", api.groupStatus("default").v4().allocated());
    }

    @Test
    void staleWriteIsDecidedAgainAndToldOnce() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.nextOutcomes.add(Writes.Outcome.STALE);
        api.put(service("web", 0));
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        assertEquals(1, api.events.size());
    }

    @Test
    void failedWriteIsRepeatedWithBackOffForEver() {
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        for (int i = 0; i < 40; i++) {
            api.nextOutcomes.add(Writes.Outcome.FAILED);
        }
        api.put(service("web", 0));
        scenario.run(Duration.ofMinutes(5));
        assertFalse(api.nextOutcomes.isEmpty(), "it waits longer each time");
        assertEquals(List.of(), api.events);
        scenario.run(Duration.ofMinutes(30));
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
    }

    @Test
    void faultAfterAWriteDoesNotKeepTheServiceTaken() {
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        api.eventFaults = 1;
        api.put(service("web", 0));
        scenario.run();
        assertEquals(0, api.eventFaults);
        api.put(new ServiceBuilder(api.stored("web"))
                .editMetadata()
                .addToAnnotations(Annotations.ADDRESSES, "10.0.0.2")
                .endMetadata()
                .build());
        scenario.run();
        assertEquals(List.of("10.0.0.2"), scenario.addresses("web"));
    }

    @Test
    void halfWrittenServiceIsFinished() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0, BRAND));
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
    }

    @Test
    void waitingServicesAreServedOldestFirstWhenSpaceAppears() {
        api.putGroup(group("default", "10.0.0.7"));
        api.put(service("holder", 0));
        scenario.run();
        api.put(service("young", 20));
        api.put(service("old", 10));
        scenario.run();
        assertEquals(List.of(), scenario.addresses("old"));
        assertEquals(
                "EXHAUSTED",
                api.stored("old").getStatus().getConditions().get(0).getReason());
        api.delete("holder");
        scenario.run();
        assertEquals(List.of("10.0.0.7"), scenario.addresses("old"));
        assertEquals(List.of(), scenario.addresses("young"));
        api.putGroup(group("default", "10.0.0.7-10.0.0.8"));
        scenario.run();
        assertEquals(List.of("10.0.0.8"), scenario.addresses("young"));
    }

    @Test
    void refusalIsToldOnceUntilItChanges() {
        api.putGroup(group("default", "10.0.0.7"));
        api.put(service("web", 0, Map.of(Annotations.SERVICE_GROUP, "missing")));
        scenario.run();
        api.catchUp();
        scenario.run(Duration.ofMinutes(1));
        assertEquals(1, api.events.size());
        assertTrue(api.events.get(0).startsWith("web Warning AllocationFailed: UNKNOWN_GROUP: "), api.events.get(0));
        assertEquals(
                1.0,
                scenario.registry.getSampleValue(
                        AllocatorMetrics.REJECTED, new String[] {"pool", "reason"}, new String[] {"", "UNKNOWN_GROUP"
                        }));
    }

    @Test
    void typeChangeReleasesByOurOwnRecordAndRemovesOurTraces() {
        api.putGroup(group("default", "10.0.0.7"));
        api.put(service("web", 0));
        api.put(service("next", 1));
        scenario.run();
        Service changed = new ServiceBuilder(api.stored("web"))
                .editMetadata()
                .addToAnnotations(Annotations.ANNOUNCING_NODE, "n1")
                .addToAnnotations("purelb.io/announcing-IPv4", "n1, eth0")
                .addToAnnotations("other.io/kept", "yes")
                .endMetadata()
                .editSpec()
                .withType("ClusterIP")
                .endSpec()
                // The API server empties it itself on a change of type.
                .withStatus(new ServiceStatus())
                .build();
        api.put(changed);
        scenario.run();
        assertEquals(
                Map.of("other.io/kept", "yes"), api.stored("web").getMetadata().getAnnotations());
        assertTrue(api.stored("web").getStatus().getConditions().isEmpty());
        assertEquals(List.of("10.0.0.7"), scenario.addresses("next"));
        assertTrue(api.events.contains("web Normal IPReleased: Released IP 10.0.0.7 to pool default"));
    }

    @Test
    void addressOutsideEveryGroupIsTakenAwayThoughTheFirstWriteFails() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        scenario.run();
        api.putGroup(group("default", "10.0.0.3"));
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        api.nextOutcomes.add(Writes.Outcome.FAILED);
        api.put(new ServiceBuilder(api.stored("web"))
                .editSpec()
                .withLoadBalancerClass("other.io/class")
                .endSpec()
                .build());
        scenario.run();
        assertEquals(List.of(), scenario.addresses("web"));
        assertEquals(Map.of(), api.stored("web").getMetadata().getAnnotations());
    }

    @Test
    void otherClassesAndForeignIngressStayUntouched() {
        Service theirs = withIngress(service("theirs", 0), "10.0.0.1");
        theirs.getSpec().setLoadBalancerClass("metallb.io/metallb");
        Service foreign = withIngress(service("foreign", 1), "192.0.2.1");
        api.put(theirs);
        api.put(foreign);
        api.putGroup(group("default", "10.0.0.0/30"));
        String before = Serialization.asJson(api.stored("theirs")) + Serialization.asJson(api.stored("foreign"));
        scenario.run(Duration.ofMinutes(1));
        assertEquals(before, Serialization.asJson(api.stored("theirs")) + Serialization.asJson(api.stored("foreign")));
        assertEquals(List.of(), api.events);
    }

    @Test
    void hostNameBesideAnAddressOfOursIsAnothersAndStays() {
        Service mixed = withIngress(service("mixed", 0), "10.0.0.1");
        mixed.getStatus().getLoadBalancer().getIngress().get(0).setHostname("lb.example.net");
        api.put(mixed);
        api.putGroup(group("default", "10.0.0.0/30"));
        String before = Serialization.asJson(api.stored("mixed"));
        scenario.run(Duration.ofMinutes(1));
        assertEquals(before, Serialization.asJson(api.stored("mixed")));
    }

    @Test
    void unbrandedIngressInsideAPoolIsAdopted() {
        api.put(withIngress(service("web", 5), "10.0.0.2"));
        api.put(service("early", 0));
        api.putGroup(group("default", "10.0.0.2-10.0.0.3"));
        scenario.run();
        assertEquals(List.of("10.0.0.2"), scenario.addresses("web"));
        assertEquals("PureLB", api.stored("web").getMetadata().getAnnotations().get("purelb.io/allocated-by"));
        assertEquals(List.of("10.0.0.3"), scenario.addresses("early"));
    }

    @Test
    void addressOfAShrunkGroupStaysAndIsReported() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        scenario.run();
        api.putGroup(group("default", "10.0.0.3"));
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        assertTrue(api.events.stream()
                .anyMatch(event -> event.startsWith("web Warning AddressOrphaned: Address 10.0.0.0")));
        api.deleteGroup("default");
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
    }

    @Test
    void badGroupKeepsItsLastGoodVersionAndSaysSo() {
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        api.putGroup(group("default", "10.9.0.0/30"));
        api.put(service("web", 0));
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        var ready = api.groupStatus("default").conditions().get(0);
        assertEquals("False", ready.status());
        assertTrue(ready.message().contains("is not inside its subnet"), ready.message());
        assertTrue(api.events.stream().anyMatch(event -> event.startsWith("default Warning ConfigError: ")));
        assertEquals(1.0, scenario.registry.getSampleValue("purelb_k8s_client_config_stale_bool"));
        api.putGroup(group("default", "10.0.0.0/29"));
        scenario.run();
        assertEquals(0.0, scenario.registry.getSampleValue("purelb_k8s_client_config_stale_bool"));
        assertEquals("8", api.groupStatus("default").size());
    }

    @Test
    void groupStatusIsWrittenOnChangeOnly() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        scenario.run(Duration.ofSeconds(5));
        var status = api.groupStatus("default");
        assertEquals("4", status.v4().size());
        assertEquals("1", status.v4().allocated());
        assertEquals("3", status.v4().available());
        assertNull(status.v6());
        assertEquals(1, status.services());
        assertEquals(1L, status.observedGeneration());
        int writes = api.written.size();
        api.catchUp();
        scenario.run(Duration.ofMinutes(10));
        assertEquals(writes, api.written.size());
    }

    @Test
    void editThatCannotBeHadKeepsTheOldAddress() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        api.put(service("other", 1));
        scenario.run();
        api.put(new ServiceBuilder(api.stored("web"))
                .editMetadata()
                .addToAnnotations(Annotations.ADDRESSES, "10.0.0.1")
                .endMetadata()
                .build());
        scenario.run();
        assertEquals(List.of("10.0.0.0"), scenario.addresses("web"));
        assertEquals(
                "IN_USE", api.stored("web").getStatus().getConditions().get(0).getReason());
        api.delete("other");
        scenario.run();
        assertEquals(List.of("10.0.0.1"), scenario.addresses("web"));
    }

    @Test
    void addressIsGivenOnOnlyWhenWhoHadItDoesNotShowItAnyMore() {
        api.putGroup(group("default", "10.0.0.0"));
        api.putGroup(group("other", "10.0.0.8"));
        api.put(service("first", 0));
        scenario.run();
        api.put(service("waits", 1));
        scenario.run();
        Service moved = Serialization.clone(api.stored("first"));
        moved.getMetadata().getAnnotations().put(Annotations.SERVICE_GROUP, "other");
        api.nextOutcomes.addAll(List.of(Writes.Outcome.FAILED, Writes.Outcome.FAILED));
        api.put(moved);
        scenario.run(Duration.ofMillis(100));
        assertEquals(List.of("10.0.0.0"), scenario.addresses("first"));
        assertEquals(List.of(), scenario.addresses("waits"), "two would show it");
        scenario.run();
        assertEquals(List.of("10.0.0.8"), scenario.addresses("first"));
        assertEquals(List.of("10.0.0.0"), scenario.addresses("waits"));
    }

    @Test
    void allocationTakesFromWhenTheServiceWasSeenUntilItsAddressIsWritten() {
        api.put(service("web", 0));
        scenario.run(Duration.ofSeconds(10));
        assertEquals(0, scenario.registry.getSampleValue("purelb_allocation_seconds_count"));
        api.putGroup(group("default", "10.0.0.0/30"));
        scenario.run();
        assertEquals(1, scenario.registry.getSampleValue("purelb_allocation_seconds_count"));
        assertEquals(10, scenario.registry.getSampleValue("purelb_allocation_seconds_sum"), 0.5);
        Service edited = Serialization.clone(api.stored("web"));
        edited.getSpec().getPorts().get(0).setPort(81);
        api.put(edited);
        scenario.run();
        assertEquals(1, scenario.registry.getSampleValue("purelb_allocation_seconds_count"), "no address, no time");
    }

    @Test
    void seriesShowTheLedger() {
        api.putGroup(group("default", "10.0.0.0/30"));
        api.put(service("web", 0));
        api.put(service("waits", 1, Map.of(Annotations.SERVICE_GROUP, "missing")));
        scenario.run();
        String text = LedgerSeries.of(scenario.desk.allocations(), api).toString();
        assertTrue(text.contains("purelb_address_pool_size"), text);
        assertTrue(text.contains("[default, web, 10.0.0.0, default, IPv4] Value: 1.0"), text);
        assertTrue(text.contains("[default, waits, UNKNOWN_GROUP] Value: 1.0"), text);
        assertTrue(
                text.contains(
                        "purelb_service_endpoints_ready LabelNames: [namespace, service] labelValues: [default, web] Value: 2.0"),
                text);
        String state = DebugState.of(scenario.desk.allocations());
        assertTrue(state.contains("\"10.0.0.0\"") && state.contains("UNKNOWN_GROUP: "), state);
    }

    @Test
    void addressesComeInTheOrderOfTheFamiliesAndAreRewrittenOnce() {
        api.putGroup(group("default", "10.0.0.0/30"));
        Service service = withIngress(service("web", 0, BRAND), "10.0.0.0", "fd00::1");
        service.getSpec().setIpFamilies(List.of("IPv6", "IPv4"));
        service.getSpec().setIpFamilyPolicy("RequireDualStack");
        api.put(service);
        scenario.run(Duration.ofMinutes(1));
        assertEquals(List.of("fd00::1", "10.0.0.0"), scenario.addresses("web"));
        assertEquals(1, api.written.stream().filter("Service web"::equals).count(), api.written::toString);
    }
}
