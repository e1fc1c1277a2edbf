package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RouteCodecTest {
    @Test
    void listAsksForTheMainTable() {
        assertArrayEquals(Hex.bytes("""
                1c 00 00 00 1a 00 01 03 07 00 00 00 00 00 00 00  # RTM_GETROUTE, REQUEST DUMP
                02 00 00 00 fe 00 00 00 00 00 00 00              # AF_INET, table 254
                """), RouteCodec.list(IpFamily.IPV4).toBytes(7));
    }

    @Test
    void readsDefaultRoute() {
        Route route = decode(Captured.DEFAULT_ROUTE_V4, IpFamily.IPV4).orElseThrow();
        assertEquals(new Route(IpFamily.IPV4, Optional.empty(), List.of(4), Set.of(), 254, 1, 0), route);
        assertTrue(route.unicast());
    }

    @Test
    void readsConnectedRoute() {
        Route route = decode(Captured.CONNECTED_ROUTE_V4, IpFamily.IPV4).orElseThrow();
        assertEquals(Optional.of(Subnet.parse("172.30.250.0/24")), route.destination());
    }

    @Test
    void multipathRouteHasAnInterfaceForEachNextHop() {
        assertEquals(
                new Route(IpFamily.IPV6, Optional.empty(), List.of(4, 4), Set.of(), 254, 1, 1024),
                decode(Captured.MULTIPATH_ROUTE_V6, IpFamily.IPV6).orElseThrow());
    }

    @Test
    void largestMetricIsPositive() {
        String unreachable = Captured.MULTIPATH_ROUTE_V6.replace("08 00 06 00 00 04 00 00", "08 00 06 00 ff ff ff ff");
        assertEquals(
                4294967295L, decode(unreachable, IpFamily.IPV6).orElseThrow().metric());
    }

    @Test
    void otherTablesAreLeftOut() {
        String local = Captured.CONNECTED_ROUTE_V4.replace("0f 00 fe", "0f 00 ff");
        assertEquals(Optional.empty(), decode(local, IpFamily.IPV4));
    }

    @Test
    void clonedRoutesAreLeftOut() {
        String cloned = Captured.CONNECTED_ROUTE_V4.replace("fd 01 00 00 00 00", "fd 01 00 02 00 00");
        assertEquals(Optional.empty(), decode(cloned, IpFamily.IPV4));
    }

    @Test
    void destinationMustBeThereWhenItHasALength() {
        String message = Captured.DEFAULT_ROUTE_V4.replace("02 00 00 00 fe 03", "02 18 00 00 fe 03");
        assertThrows(MalformedMessageException.class, () -> decode(message, IpFamily.IPV4));
    }

    @Test
    void onlyDefaultRoutesWakeTheWatch() {
        assertTrue(tells(Captured.DEFAULT_ROUTE_V4));
        assertTrue(tells(Captured.SECONDARY_V4));
        assertTrue(tells(Captured.LINK));
        assertFalse(tells(Captured.CONNECTED_ROUTE_V4));
        assertTrue(tells(Captured.CONNECTED_ROUTE_V4 + Captured.DEFAULT_ROUTE_V4));
        assertTrue(tells("ff ff ff"), "what cannot be read counts");
    }

    @Test
    void nextHopOfWrongLengthIsRefused() {
        String longer = Captured.MULTIPATH_ROUTE_V6.replaceFirst("1c 00 00 00 04", "ff 00 00 00 04");
        assertThrows(MalformedMessageException.class, () -> decode(longer, IpFamily.IPV6));
    }

    private static boolean tells(String datagram) {
        return RouteWatch.tell(Hex.datagram(Hex.bytes(datagram)), new RouteWatch.Heard() {});
    }

    private static Optional<Route> decode(String annotated, IpFamily family) {
        return RouteCodec.decode(Hex.message(annotated), family);
    }
}
