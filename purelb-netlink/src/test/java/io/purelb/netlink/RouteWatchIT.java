package io.purelb.netlink;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The watch against changes made by iproute2. */
final class RouteWatchIT {
    /** The kernel sends while the change is made, so that nothing is under way when {@code ip} has ended. */
    private static final Duration SHORT = Duration.ofMillis(50);

    private Wire wire;
    private RouteWatch watch;

    @BeforeEach
    void open() throws Exception {
        wire = new Wire();
        watch = Wire.in(wire.near, RouteWatch::open);
    }

    @AfterEach
    void close() throws Exception {
        if (wire != null) {
            watch.close();
            wire.close();
        }
    }

    @Test
    void changeOfEachKindIsSeen() throws Exception {
        for (String change : new String[] {
            "addr add 10.0.0.1/24 dev eth0",
            "addr del 10.0.0.1/24 dev eth0",
            "addr add fd01::1/64 dev eth0",
            "route add default via 172.30.250.2",
            "-6 route add default via fd00:250::2",
            "link add kube-lb0 type ifb",
            "link set eth0 mtu 1400",
            "route del default"
        }) {
            quiet();
            Wire.ip(wire.near, change);
            assertTrue(watch.await(LIMIT), change);
        }
        quiet();
        Wire.ip(wire.far, "link set eth0 down");
        assertTrue(watch.await(LIMIT), "carrier");
    }

    @Test
    void nothingHappensNothingIsSeen() throws Exception {
        quiet();
        assertFalse(watch.await(SHORT));
    }

    @Test
    void routesOfRoutingDaemonsAreNotSeen() throws Exception {
        quiet();
        Wire.ip(wire.near, "route add 10.0.0.0/8 via 172.30.250.2");
        Wire.ip(wire.near, "-6 route add fd08::/16 via fd00:250::2");
        assertFalse(watch.await(SHORT));
    }

    @Test
    void manyChangesAreReportedAsFew() throws Exception {
        quiet();
        addAddresses(300);
        int reports = 0;
        while (watch.await(SHORT)) {
            reports++;
        }
        assertTrue(reports >= 1 && reports <= 5, "reports: " + reports);
    }

    @Test
    void overflowIsAChangeAndTheWatchGoesOn() throws Exception {
        watch.close();
        watch = Wire.in(wire.near, () -> RouteWatch.open(4096));
        quiet();
        addAddresses(1800);
        assertTrue(watch.await(LIMIT));
        quiet();
        Wire.ip(wire.near, "addr add 10.0.0.1/24 dev eth0");
        assertTrue(watch.await(LIMIT));
    }

    @Test
    void wakeEndsTheWaitWithoutAChange() throws Exception {
        quiet();
        FutureTask<Boolean> waiting = waitForever();
        watch.wake();
        assertFalse(waiting.get());
        assertTrue(watch.isOpen());
        Wire.ip(wire.near, "addr add 10.0.0.1/24 dev eth0");
        assertTrue(watch.await(LIMIT), "it still works");
    }

    @Test
    void closeFromAnotherThreadEndsTheWait() throws Exception {
        quiet();
        FutureTask<Boolean> waiting = waitForever();
        watch.close();
        assertFalse(waiting.get());
        assertFalse(watch.isOpen());
        assertFalse(watch.await(LIMIT), "closed already: at once");
        watch.wake();
        watch.close();
    }

    /** Starts a wait and returns when its thread is about to enter it. */
    private FutureTask<Boolean> waitForever() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        FutureTask<Boolean> waiting = new FutureTask<>(() -> {
            started.countDown();
            return watch.await(Duration.ofDays(1));
        });
        new Thread(waiting).start();
        started.await();
        return waiting;
    }

    private void addAddresses(int count) throws Exception {
        int added = Wire.in(wire.near, () -> {
            try (Netlink netlink = Netlink.open()) {
                int index = netlink.link("eth0").orElseThrow().index();
                for (int i = 1; i <= count; i++) {
                    Subnet address = new Subnet(new IpAddress(IpFamily.IPV4, 0, 0x0a_00_00_00L + i), 32);
                    netlink.addAddress(NewAddress.permanent(index, address));
                }
                return count;
            }
        });
        assertEquals(count, added);
    }

    /** Waits until the namespace has settled: a new link's own addresses and routes arrive for a while. */
    private void quiet() throws InterruptedException, ExecutionException {
        while (watch.await(SHORT)) {
            assertTrue(watch.isOpen());
        }
    }
}
