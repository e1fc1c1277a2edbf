package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import io.purelb.netlink.Address;
import io.purelb.netlink.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When the default routes are read from the kernel. */
final class KnownDefaultRoutesTest {
    private static final int ETH0 = 2;
    private static final int POD = 77;

    private final List<Route> table =
            List.of(new Route(IpFamily.IPV4, Optional.empty(), List.of(ETH0), Set.of(9), 254, 1, 0));
    private boolean broken;
    private int readings;
    private final KnownDefaultRoutes routes = new KnownDefaultRoutes(this::dump);

    private List<Route> dump() {
        readings++;
        if (broken) {
            throw new IllegalStateException("broken");
        }
        return table;
    }

    private void assertReadAgain(boolean again) {
        int before = readings;
        assertEquals(table, routes.read());
        assertEquals(again ? 1 : 0, readings - before);
    }

    private static Address address(int ifindex, int protocol) {
        return new Address(ifindex, Subnet.parse("172.30.250.53/24"), 0, 0, 0, 0, protocol, 0);
    }

    @Test
    void linksAndAddressesOfPodsReadNoRoutes() {
        assertReadAgain(true);
        routes.link(POD);
        routes.address(address(POD, 0), false);
        routes.nextHop(8);
        assertReadAgain(false);
        routes.address(address(ETH0, 0), true);
        routes.address(address(ETH0, NetlinkKernel.MARK), false);
        assertReadAgain(false);
    }

    @Test
    void whateverMayHaveChangedADefaultRouteReadsThemAgain() {
        assertReadAgain(true);
        List<Runnable> news = List.of(
                routes::defaultRoute,
                routes::unknown,
                () -> routes.link(ETH0),
                () -> routes.nextHop(9),
                () -> routes.address(address(ETH0, 0), false));
        for (Runnable change : news) {
            change.run();
            assertReadAgain(true);
            assertReadAgain(false);
        }
        assertTrue(routes.uses(9));
    }

    @Test
    void newsThatComesWhileTheyAreReadCountsForTheNextTime() {
        KnownDefaultRoutes[] all = new KnownDefaultRoutes[1];
        all[0] = new KnownDefaultRoutes(() -> {
            readings++;
            if (readings == 1) {
                all[0].link(ETH0);
            }
            return table;
        });
        all[0].read();
        all[0].read();
        all[0].read();
        assertEquals(2, readings);
    }

    @Test
    void readingThatFailedIsRepeated() {
        broken = true;
        assertThrows(IllegalStateException.class, routes::read);
        broken = false;
        assertReadAgain(true);
    }
}
