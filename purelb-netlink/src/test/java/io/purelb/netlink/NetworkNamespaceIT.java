package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.Subnet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Threads in namespaces, and a thread without capabilities. */
final class NetworkNamespaceIT {
    private Wire wire;

    /** capset(2), which changes the calling thread only. */
    public interface Capabilities {
        int capset(ByteBuffer header, ByteBuffer data);
    }

    @BeforeEach
    void open() throws Exception {
        wire = new Wire();
        Wire.ip(wire.near, "link add only-here type ifb");
    }

    @AfterEach
    void close() throws Exception {
        if (wire != null) {
            wire.close();
        }
    }

    @Test
    void callRunsInsideAndTheCallerStaysOutside() throws Exception {
        assertTrue(NetworkNamespace.call(wire.near, NetworkNamespaceIT::linkIsHere));
        assertFalse(linkIsHere());
    }

    @Test
    void newThreadsInheritTheNamespace() throws Exception {
        boolean here = NetworkNamespace.call(wire.near, () -> {
            ExecutorService executor = Executors.newSingleThreadExecutor();
            try {
                return executor.submit(NetworkNamespaceIT::linkIsHere).get();
            } finally {
                executor.shutdown();
            }
        });
        assertTrue(here);
    }

    @Test
    void socketStaysInTheNamespaceOfItsOpening() throws Exception {
        try (Netlink inside = NetworkNamespace.call(wire.near, Netlink::open)) {
            assertTrue(inside.link("only-here").isPresent());
        }
    }

    @Test
    void settingsAreOfTheThreadsNamespace() throws Exception {
        String name = "net/ipv4/conf/only-here/arp_ignore";
        assertTrue(NetworkNamespace.call(wire.near, () -> Sysctl.write(name, "1")));
        assertEquals(Optional.of("1"), NetworkNamespace.call(wire.near, () -> Sysctl.read(name)));
        assertEquals(Optional.empty(), Sysctl.read(name));
    }

    @Test
    void exceptionOfTheWorkIsTheCallers() {
        IOException e = assertThrows(
                IOException.class,
                () -> NetworkNamespace.call(wire.near, () -> {
                    throw new IOException("mine");
                }));
        assertEquals("mine", e.getMessage());
        assertThrows(NetlinkException.class, () -> NetworkNamespace.call("pl-nosuch", () -> 1));
    }

    @Test
    void missingCapabilitiesAreNamed() throws Exception {
        Link link = Wire.link(wire.near, "eth0");
        String messages = NetworkNamespace.call(wire.near, () -> {
            dropCapabilities();
            try (Netlink netlink = Netlink.open();
                    RouteWatch watch = RouteWatch.open()) {
                assertTrue(netlink.links().size() >= 3, "reading needs none");
                assertTrue(watch.isOpen(), "nor does watching");
                NewAddress wanted = NewAddress.permanent(link.index(), Subnet.parse("10.0.0.1/24"));
                return message(() -> netlink.addAddress(wanted))
                        + "\n" + message(() -> netlink.createDummy("kube-lb0"))
                        + "\n" + message(() -> NeighborSocket.open(link))
                        + "\n" + message(() -> NetworkNamespace.enter(wire.far));
            }
        });
        assertEquals("""
                ADD_ADDRESS 10.0.0.1/24 on interface %d: EPERM, needs CAP_NET_ADMIN
                CREATE_LINK kube-lb0 of kind dummy: EPERM, needs CAP_NET_ADMIN
                OPEN_SOCKET packet socket on eth0: EPERM, needs CAP_NET_RAW
                ENTER_NAMESPACE /run/netns/%s: EPERM, needs CAP_SYS_ADMIN""".formatted(link.index(), wire.far), messages);
    }

    private static String message(Runnable refused) {
        return String.valueOf(assertThrows(NetlinkException.class, refused::run).getMessage());
    }

    private static void dropCapabilities() {
        Capabilities libc = LibraryLoader.create(Capabilities.class).load("libc.so.6");
        int version3 = 0x2008_0522;
        assertEquals(0, libc.capset(Libc.buffer(8).putInt(0, version3), Libc.buffer(24)));
    }

    private static boolean linkIsHere() {
        try (Netlink netlink = Netlink.open()) {
            return netlink.link("only-here").isPresent();
        }
    }
}
