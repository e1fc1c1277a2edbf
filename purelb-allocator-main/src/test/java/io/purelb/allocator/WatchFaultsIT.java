package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.Config;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists and watches that fail: nothing is lost, whatever happens to them. */
final class WatchFaultsIT extends OnRealApi {
    private static final String GONE =
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                    + "\"message\":\"too old resource version\",\"reason\":\"Expired\",\"code\":410}";
    private static final int KINDS = 3;

    private final Config account = Plane.allocatorAccount();
    private FaultProxy proxy;

    @BeforeEach
    void openProxy() {
        proxy = new FaultProxy(account);
        group("default", "10.0.0.0/24");
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private RunningAllocator started() {
        RunningAllocator allocator = allocator(proxy.through(account), true);
        awaitTrue(() -> proxy.openWatches() == KINDS);
        return allocator;
    }

    private int lists() {
        return proxy.calls(call -> call.isList("services")).size();
    }

    /** What happens now is seen by no watch. */
    private void changeUnseen() {
        create(draft("old"));
        assertEquals(List.of("10.0.0.0"), served("old"));
        proxy.silenceWatches();
        delete("old");
        create(draft("new").asking("10.0.0.0"));
    }

    @Test
    void goneInTheMiddleOfAWatchIsFollowedByAFullList() {
        started();
        changeUnseen();
        proxy.endWatches("{\"type\":\"ERROR\",\"object\":" + GONE + "}");
        assertEquals(List.of("10.0.0.0"), served("new"));
    }

    @Test
    void goneAsTheAnswerToAWatchIsFollowedByAFullList() {
        started();
        changeUnseen();
        FaultProxy.Rule gone = proxy.strike(
                1,
                call -> call.isWatch("services"),
                exchange -> exchange.answer(410, GONE, "Content-Type", "application/json"));
        proxy.cutWatches();
        assertEquals(List.of("10.0.0.0"), served("new"));
        assertEquals(1, gone.struck());
        assertEquals(2, lists());
    }

    @Test
    void watchesThatBreakOffAreOpenedAgainWhereTheyWere() {
        started();
        for (int i = 0; i < 5; i++) {
            create(draft("w" + i));
            proxy.cutWatches();
            assertEquals(List.of("10.0.0." + i), served("w" + i));
            awaitTrue(() -> proxy.openWatches() == KINDS);
        }
        assertEquals(1, lists());
    }

    @Test
    void apiServerThatIsOutOfReachForAWhileIsFoundAgain() {
        RunningAllocator allocator = started();
        create(draft("old"));
        served("old");
        FaultProxy.Rule away = proxy.strike(call -> true, FaultProxy.Exchange::cut);
        proxy.cutWatches();
        delete("old");
        create(draft("new").asking("10.0.0.0"));
        awaitTrue(() -> away.struck() > 2 * KINDS);
        assertTrue(allocator.isReady(), "it stays ready");
        away.end();
        assertEquals(List.of("10.0.0.0"), served("new"));
    }

    @Test
    void restartedApiServerIsFoundAgain() {
        allocator();
        create(draft("before"));
        assertEquals(List.of("10.0.0.0"), served("before"));
        create(draft("meanwhile"));
        Plane.server().stopApi();
        Plane.server().startApi();
        delete("before");
        assertEquals(List.of("10.0.0.1"), served("meanwhile"));
        create(draft("after").asking("10.0.0.0"));
        awaitAddresses("after", "10.0.0.0");
    }

    @Test
    void watchThatFallsSilentIsOpenedAgain() {
        allocator(proxy.through(account), true, Duration.ofSeconds(2));
        awaitTrue(() -> proxy.openWatches() == KINDS);
        int lists = lists();
        changeUnseen();
        assertEquals(List.of("10.0.0.0"), served("new"));
        assertEquals(lists, lists(), "it goes on where it was");
    }

    @Test
    void listThatStopsInTheMiddleIsAskedForAgain() {
        FaultProxy.Rule stalled = proxy.strike(1, call -> call.isList("services"), FaultProxy.Exchange::stall);
        create(draft("web"));
        allocator(proxy.through(account), true, Duration.ofSeconds(1));
        assertEquals(List.of("10.0.0.0"), served("web"));
        assertEquals(1, stalled.struck());
    }

    @Test
    void listIsAskedForAgainNoSoonerThanTheServerSays() {
        FaultProxy.Rule busy = proxy.strike(
                1,
                call -> call.isList("services"),
                exchange -> exchange.answer(429, "Too many requests", "Retry-After", "2"));
        started();
        List<FaultProxy.Call> calls = proxy.calls(call -> call.isList("services"));
        assertEquals(1, busy.struck());
        assertTrue(
                calls.get(1).at() - calls.get(0).at() >= Duration.ofSeconds(2).toNanos(), "" + calls);
    }

    @Test
    void textOutsideAsciiDoesNotBreakAWatch() {
        started();
        for (int i = 0; i < 10; i++) {
            create(draft("w" + i).annotated("example.com/note", "Grüße, 世界, ☃ 𝄞".repeat(i + 1)));
        }
        for (int i = 0; i < 10; i++) {
            served("w" + i);
        }
        assertEquals(1, lists(), "no watch had to begin anew");
        assertEquals("Grüße, 世界, ☃ 𝄞", annotation(get("w0"), "example.com/note"));
    }

    @Test
    void longListComesInPagesAndBeginsAnewWhenAPageIsGone() {
        IntStream.range(0, 1100).parallel().forEach(i -> create(draft("c" + i).headless()));
        create(draft("web"));
        FaultProxy.Rule expired = proxy.strike(
                1,
                call -> call.isList("services") && call.query().contains("continue="),
                exchange -> exchange.answer(410, GONE, "Content-Type", "application/json"));
        started();
        assertEquals(List.of("10.0.0.0"), served("web"));
        assertEquals(1, expired.struck());
        List<FaultProxy.Call> pages = proxy.calls(call -> call.isList("services"));
        assertTrue(pages.stream().allMatch(call -> call.query().contains("limit=500")), "" + pages);
        assertEquals(2 + 3, pages.size());
    }

    @Test
    void readyEndpointsFollowTheSlices() {
        RunningAllocator allocator = started();
        create(draft("web"));
        served("web");
        String series = "purelb_service_endpoints_ready{namespace=\"" + namespace + "\",service=\"web\"}";
        allocator.awaitValue(series, 0);
        Slices slices = new Slices(client, namespace);
        slices.put("web-a", "web", Map.of("p1", true, "p2", false));
        allocator.awaitValue(series, 1);
        slices.put("web-b", "web", Map.of("p3", true));
        slices.put("other", "another", Map.of("p4", true));
        allocator.awaitValue(series, 2);
        slices.put("web-a", "web", Map.of("p1", true, "p2", true));
        allocator.awaitValue(series, 3);
        slices.delete("web-b");
        slices.put("web-a", "web", Map.of("p1", false, "p2", false));
        allocator.awaitValue(series, 0);
        delete("web");
        awaitTrue(() -> allocator.series("purelb_service_endpoints_ready{").isEmpty());
    }
}
