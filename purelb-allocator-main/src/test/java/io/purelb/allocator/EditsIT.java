package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.Watch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services and groups that are edited while an address is held (specification, 2.5). */
final class EditsIT extends OnRealApi {
    private RunningAllocator allocator;

    @BeforeEach
    void start() {
        group("default", "10.0.0.0/30");
        group("other", "10.1.0.0/30");
        allocator = allocator();
        create(draft("web"));
        assertEquals(List.of("10.0.0.0"), served("web"));
    }

    /** Runs an edit and returns what a watcher saw the Service show, without repetitions. */
    private List<List<String>> shownWhile(Runnable edit, String... last) {
        List<List<String>> shown = Collections.synchronizedList(new ArrayList<>());
        Watch watch = client.services().inNamespace(namespace).withName("web").watch(new Seen(shown));
        try {
            edit.run();
            awaitAddresses("web", last);
            awaitTrue(() -> !shown.isEmpty() && shown.get(shown.size() - 1).equals(List.of(last)));
        } finally {
            watch.close();
        }
        return List.copyOf(shown);
    }

    private record Seen(List<List<String>> shown) implements io.fabric8.kubernetes.client.Watcher<Service> {
        @Override
        public void eventReceived(Action action, Service service) {
            List<String> now = addresses(service);
            if (shown.isEmpty() || !shown.get(shown.size() - 1).equals(now)) {
                shown.add(now);
            }
        }

        @Override
        public void onClose(io.fabric8.kubernetes.client.WatcherException cause) {
            shown.add(List.of("the watch ended: " + cause));
        }
    }

    @Test
    void editedAddressIsExchangedInOneStep() {
        List<List<String>> shown = shownWhile(() -> annotate("web", "purelb.io/addresses", "10.0.0.2"), "10.0.0.2");
        assertEquals(List.of(List.of("10.0.0.0"), List.of("10.0.0.2")), shown);
        awaitEvent("web", "Normal IPReleased: Released IP 10.0.0.0 to pool default");
        awaitEvent("web", "Normal IPAllocated: Assigned IP 10.0.0.2 from pool default");
        create(draft("next"));
        assertEquals(List.of("10.0.0.0"), served("next"));
    }

    @Test
    void editedGroupIsExchangedInOneStep() {
        List<List<String>> shown = shownWhile(() -> annotate("web", "purelb.io/service-group", "other"), "10.1.0.0");
        assertEquals(List.of(List.of("10.0.0.0"), List.of("10.1.0.0")), shown);
        assertEquals("other", annotation(get("web"), "purelb.io/allocated-from"));
    }

    @Test
    void editedGroupAndAddressAreExchangedTogether() {
        List<List<String>> shown = shownWhile(
                () -> edit(
                        "web",
                        "{'metadata':{'annotations':{'purelb.io/service-group':'other','purelb.io/addresses':'10.1.0.3'}}}"),
                "10.1.0.3");
        assertEquals(List.of(List.of("10.0.0.0"), List.of("10.1.0.3")), shown);
    }

    @Test
    void whenTheNewAddressCannotBeHadTheOldOneStaysAndAWarningSaysWhy() {
        create(draft("holder").asking("10.0.0.2"));
        served("holder");
        annotate("web", "purelb.io/addresses", "10.0.0.2");
        String why = refused("web", "IN_USE");
        assertTrue(why.contains(namespace + "/holder"), why);
        awaitEvent("web", "Warning AllocationFailed: IN_USE: " + why);
        assertEquals(List.of("10.0.0.0"), addresses("web"));
        delete("holder");
        awaitAddresses("web", "10.0.0.2");
        assertEquals("Allocated", reason(get("web")));
        annotate("web", "purelb.io/service-group", "missing");
        refused("web", "WRONG_GROUP");
        annotate("web", "purelb.io/addresses", null);
        refused("web", "UNKNOWN_GROUP");
        assertEquals(List.of("10.0.0.2"), addresses("web"));
    }

    @Test
    void serviceThatStopsAskingForAnythingInParticularKeepsWhatItHas() {
        annotate("web", "purelb.io/service-group", "other");
        awaitAddresses("web", "10.1.0.0");
        annotate("web", "purelb.io/service-group", null);
        barrier();
        assertEquals(List.of("10.1.0.0"), served("web"));
    }

    private void assertOrphan() {
        awaitEvent(
                "web",
                "Warning AddressOrphaned: Address 10.0.0.0 of Service " + namespace
                        + "/web lies in no service group any"
                        + " more: the Service keeps it; add it to a group or recreate the Service");
        assertEquals(List.of("10.0.0.0"), addresses("web"));
    }

    @Test
    void addressOfAShrunkGroupStaysIsReportedAndNeverGivenToAnotherService() {
        group("default", "10.0.0.1-10.0.0.2");
        assertOrphan();
        allocator.awaitValue("purelb_address_orphaned{pool=\"default\"}", 1);
        create(draft("asking").asking("10.0.0.0"));
        refused("asking", "NOT_IN_ANY_GROUP");
        group("default", "10.0.0.0/30");
        allocator.awaitValue("purelb_address_orphaned{pool=\"default\"}", 0);
        refused("asking", "IN_USE");
        create(draft("next"));
        assertEquals(List.of("10.0.0.1"), served("next"));
        assertEquals(List.of("10.0.0.0"), addresses("web"));
    }

    @Test
    void addressOfADeletedGroupStaysIsReportedAndNeverGivenToAnotherService() {
        deleteGroup("default");
        assertOrphan();
        allocator.awaitValue("purelb_address_orphaned{pool=\"default\"}", 1);
        group("heir", "10.0.0.0/30");
        create(draft("next").group("heir"));
        assertEquals(List.of("10.0.0.1"), served("next"));
        assertEquals(List.of("10.0.0.0"), addresses("web"));
        delete("web");
        barrier();
        create(draft("after").group("heir"));
        assertEquals(List.of("10.0.0.0"), served("after"));
    }

    @Test
    void orphanStaysAnOrphanAcrossARestart() {
        group("default", "10.0.0.1-10.0.0.2");
        assertOrphan();
        allocator.close();
        String version = get("web").getMetadata().getResourceVersion();
        RunningAllocator next = allocator();
        next.awaitValue("purelb_address_orphaned{pool=\"default\"}", 1);
        group("other", "10.1.0.0/30", "10.0.0.0");
        create(draft("asking").asking("10.0.0.0"));
        refused("asking", "IN_USE");
        assertEquals(version, get("web").getMetadata().getResourceVersion());
    }

    @Test
    void brandThatIsTakenAwayByHandIsWrittenAgain() {
        annotate("web", "purelb.io/allocated-by", null);
        await("web", service -> "PureLB".equals(annotation(service, "purelb.io/allocated-by")));
        showIngress("web", "10.9.9.9");
        awaitAddresses("web", "10.0.0.0");
        assertFalse(events("web").stream().anyMatch(event -> event.contains("IPReleased")));
    }
}
