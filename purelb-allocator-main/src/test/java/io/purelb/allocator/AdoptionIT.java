package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.Config;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What exists is taken over before anything is given out (specification, 2.1). */
final class AdoptionIT extends OnRealApi {
    private void branded(String name, String... addresses) {
        create(draft(name)
                .annotated("purelb.io/allocated-by", "PureLB")
                .annotated("purelb.io/allocated-from", "default"));
        showIngress(name, addresses);
    }

    private void assertNothingIsWrittenBeforeThisListIsIn(String plural) throws InterruptedException {
        group("default", "10.0.0.0/30");
        branded("z-holder", "10.0.0.0");
        create(draft("a-new"));
        Config account = Plane.allocatorAccount();
        CountDownLatch open = new CountDownLatch(1);
        try (FaultProxy proxy = new FaultProxy(account)) {
            FaultProxy.Rule held = proxy.strike(call -> call.isList(plural), exchange -> {
                open.await();
                exchange.pass();
            });
            RunningAllocator allocator = allocator(proxy.through(account), true);
            awaitTrue(() -> held.struck() == 1 && proxy.openWatches() == 2);
            assertFalse(allocator.isReady());
            assertEquals(
                    List.of(),
                    proxy.calls(
                            call -> !call.method().equals("GET") && !call.path().contains("/leases")));
            held.end();
            open.countDown();
            assertEquals(List.of("10.0.0.1"), served("a-new"));
            assertEquals(List.of("10.0.0.0"), served("z-holder"));
            assertTrue(allocator.isReady());
        }
    }

    @Test
    void nothingIsWrittenBeforeTheServicesAreListed() throws InterruptedException {
        assertNothingIsWrittenBeforeThisListIsIn("services");
    }

    @Test
    void nothingIsWrittenBeforeTheGroupsAreListed() throws InterruptedException {
        assertNothingIsWrittenBeforeThisListIsIn("servicegroups");
    }

    @Test
    void listsThatFailAtFirstAreAskedForAgain() {
        group("default", "10.0.0.0/30");
        branded("holder", "10.0.0.0");
        create(draft("a-new"));
        Config account = Plane.allocatorAccount();
        try (FaultProxy proxy = new FaultProxy(account)) {
            proxy.strike(2, call -> call.isList("services"), exchange -> exchange.answer(503, ""));
            proxy.strike(2, call -> call.isList("servicegroups"), FaultProxy.Exchange::cut);
            allocator(proxy.through(account), true);
            assertEquals(List.of("10.0.0.1"), served("a-new"));
        }
    }

    @Test
    void whatWasCreatedWhileTheAllocatorWasAwayGetsWhatNobodyHolds() {
        group("default", "10.0.0.0/29");
        RunningAllocator first = allocator();
        for (String name : List.of("a", "b", "c")) {
            create(draft(name));
            served(name);
        }
        first.close();
        delete("b");
        create(draft("a0-new"));
        create(draft("z-new"));
        allocator();
        assertEquals(List.of("10.0.0.0"), served("a"));
        assertEquals(List.of("10.0.0.2"), served("c"));
        assertEquals(
                List.of("10.0.0.1", "10.0.0.3"),
                List.of(served("a0-new").get(0), served("z-new").get(0)).stream()
                        .sorted()
                        .toList());
    }

    @Test
    void twoServicesWithOneAddressBothKeepItWhateverTheirOrderAndAreWarned() {
        group("default", "10.0.0.0/30");
        branded("a", "10.0.0.1");
        branded("b", "10.0.0.1");
        create(draft("c").asking("10.0.0.1"));
        RunningAllocator allocator = allocator();
        refused("c", "IN_USE");
        for (String name : List.of("a", "b")) {
            await(
                    () -> events(name),
                    events -> events.stream().anyMatch(event -> event.startsWith("Warning SharingConflict: IN_USE")));
            assertEquals(List.of("10.0.0.1"), addresses(name));
        }
        create(draft("d"));
        assertEquals(List.of("10.0.0.0"), served("d"));
        delete("a");
        barrier();
        assertEquals("IN_USE", reason(get("c")), "b holds it still");
        allocator.awaitValue(
                "purelb_address_allocated{namespace=\"" + namespace
                        + "\",service=\"b\",ip=\"10.0.0.1\",pool=\"default\",family=\"IPv4\"}",
                1);
        delete("b");
        awaitAddresses("c", "10.0.0.1");
    }

    @Test
    void groupsThatChangedWhileTheAllocatorWasAwayMoveNoAddress() {
        group("default", "10.0.0.0/30");
        RunningAllocator first = allocator();
        create(draft("web"));
        create(draft("shared-a").sharing("k"));
        create(draft("shared-b").sharing("k").port(443));
        List<List<String>> before = List.of(served("web"), served("shared-a"), served("shared-b"));
        first.close();
        group("default", "10.5.0.0/30");
        group("moved", "10.0.0.0/30");
        allocator();
        barrier();
        assertEquals(before, List.of(addresses("web"), addresses("shared-a"), addresses("shared-b")));
        awaitGroup(
                "moved",
                group -> group.getStatus().allocated().equals("2")
                        && group.getStatus().services() == 3);
        create(draft("new").group("moved"));
        assertEquals(List.of("10.0.0.2"), served("new"));
    }

    @Test
    void ingressThatComesToLieInAPoolIsAdoptedBeforeAnythingIsGivenFromIt() {
        create(draft("waits"));
        create(draft("z-shows"));
        showIngress("z-shows", "10.0.0.0");
        allocator();
        refused("waits", "UNKNOWN_GROUP");
        group("default", "10.0.0.0/30");
        assertEquals(List.of("10.0.0.1"), served("waits"));
        assertEquals(List.of("10.0.0.0"), served("z-shows"));
    }

    @Test
    void poolsAreMappedAnewOntoWhatIsHeldWhenGroupsChange() {
        group("default", "10.0.0.0/29");
        allocator();
        for (String name : List.of("a", "b", "c")) {
            create(draft(name));
            served(name);
        }
        group("default", "10.0.0.0/31");
        group("split", "10.0.0.2-10.0.0.7");
        awaitGroup("split", group -> group.getStatus().allocated().equals("1"));
        awaitGroup("default", group -> group.getStatus().allocated().equals("2"));
        create(draft("next").group("split"));
        assertEquals(List.of("10.0.0.3"), served("next"));
        create(draft("full"));
        refused("full", "EXHAUSTED");
        assertEquals(List.of("10.0.0.2"), served("c"));
    }
}
