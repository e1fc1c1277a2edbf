package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What needs no privilege, with jnr-ffi's default way of calling. */
final class LibcTest {
    @Test
    void failureIsTheNegativeErrno() {
        assertEquals(-9, Libc.write(-1, Libc.buffer(8)), "EBADF");
        assertEquals(-Errno.ENOENT, Libc.open("/nowhere/at/all", Libc.O_RDONLY));
    }

    @Test
    void successIgnoresAStaleErrno() {
        Libc.open("/nowhere/at/all", Libc.O_RDONLY);
        assertEquals(0, Libc.poll(Libc.buffer(0), 0));
    }

    @Test
    void everyLinuxHasLoopback() {
        try (Netlink netlink = Netlink.open()) {
            assertEquals("lo", netlink.link("lo").orElseThrow().name());
            assertTrue(netlink.links().stream().anyMatch(link -> link.name().equals("lo")));
            assertEquals(Optional.empty(), netlink.link("nosuchlink"));
            assertEquals(Optional.empty(), netlink.link("longer-than-the-kernel-allows"));
        }
    }

    @Test
    void closedSocketIsRefused() {
        Netlink netlink = Netlink.open();
        netlink.close();
        netlink.close();
        assertThrows(IllegalStateException.class, netlink::links);
    }

    @Test
    void pollerEndsAtItsTimeout() {
        try (Poller poller = new Poller()) {
            assertFalse(poller.await(Duration.ofMillis(1), () -> true));
        }
    }

    @Test
    void wakeBeforeTheWaitEndsIt() {
        try (Poller poller = new Poller()) {
            poller.wake();
            assertFalse(poller.await(Duration.ofDays(1), () -> true));
        }
    }

    @Test
    void missingSettingIsEmpty() throws IOException {
        assertEquals(Optional.empty(), Sysctl.read("net/ipv4/conf/nosuchlink/arp_ignore"));
        assertFalse(Sysctl.write("net/ipv4/conf/nosuchlink/arp_ignore", "1"));
        assertEquals(Optional.of("Linux"), Sysctl.read("kernel/ostype"));
    }

    @Test
    void settingOutsideProcSysIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Sysctl.read("../../etc/passwd"));
        assertThrows(IllegalArgumentException.class, () -> Sysctl.read("/etc/passwd"));
    }

    @Test
    void namespaceNameIsNotAPath() {
        assertThrows(IllegalArgumentException.class, () -> NetworkNamespace.enter("../net"));
        assertThrows(IllegalArgumentException.class, () -> NetworkNamespace.enter(""));
        NetlinkException e = assertThrows(NetlinkException.class, () -> NetworkNamespace.enter("pl-nosuch"));
        assertEquals(Errno.ENOENT, e.errno());
    }
}
