package io.purelb.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes, each checked by what iproute2 or the next dump shows. */
final class NetlinkIT {
    private Wire wire;
    private Netlink netlink;
    private Link eth0;

    @BeforeEach
    void open() throws Exception {
        wire = new Wire();
        netlink = Wire.in(wire.near, Netlink::open);
        eth0 = netlink.link("eth0").orElseThrow();
    }

    @AfterEach
    void close() throws Exception {
        if (wire != null) {
            netlink.close();
            wire.close();
        }
    }

    @Test
    void addedAddressLooksAsInTheDocuments() throws Exception {
        Subnet address = Subnet.parse("172.30.250.53/24");
        netlink.addAddress(NewAddress.permanent(eth0.index(), address));
        netlink.addAddress(NewAddress.permanent(eth0.index(), address));
        String shown = Wire.ip(wire.near, "-4 addr show dev eth0");
        assertTrue(shown.contains("inet 172.30.250.53/24 brd 172.30.250.255 scope global secondary eth0"), shown);
        assertEquals(1, count(address));
        assertTrue(netlink.deleteAddress(eth0.index(), address));
        assertFalse(netlink.deleteAddress(eth0.index(), address));
        assertEquals(0, count(address));
    }

    @Test
    void ipv6AddressIsAddedAndDeletedLikewise() {
        Subnet address = Subnet.parse("fd00:250::53/64");
        netlink.addAddress(NewAddress.permanent(eth0.index(), address));
        netlink.addAddress(NewAddress.permanent(eth0.index(), address));
        assertEquals(1, count(address));
        assertTrue(netlink.deleteAddress(eth0.index(), address));
        assertFalse(netlink.deleteAddress(eth0.index(), address));
    }

    @Test
    void manyAreAddedAtOnceAndEachRefusalIsItsOwn() {
        int nowhere = 999_999;
        List<NewAddress> wanted = IntStream.range(0, 300)
                .mapToObj(i -> NewAddress.permanent(
                        i % 100 == 50 ? nowhere : eth0.index(),
                        Subnet.parse("172.30." + i / 100 + "." + i % 100 + "/16")))
                .toList();
        for (int round = 0; round < 2; round++) {
            List<Optional<NetlinkException>> refusals = netlink.addAddresses(wanted);
            for (int i = 0; i < wanted.size(); i++) {
                Optional<Integer> errno = refusals.get(i).map(NetlinkException::errno);
                assertEquals(
                        i % 100 == 50 ? Optional.of(Errno.ENODEV) : Optional.empty(),
                        errno,
                        wanted.get(i).toString());
            }
            assertTrue(refusals.get(150).orElseThrow().getMessage().contains("172.30.1.50/16"));
        }
        assertEquals(
                297,
                netlink.addresses().stream()
                        .filter(there -> there.address().prefixLength() == 16)
                        .count());
        assertEquals(List.of(), netlink.addAddresses(List.of()));
    }

    @Test
    void addingAgainChangesTheLifetimes() {
        for (String text : List.of("172.30.250.53/24", "fd00:250::53/64")) {
            Subnet address = Subnet.parse(text);
            netlink.addAddress(new NewAddress(eth0.index(), address, 300, 200, false, true, 0));
            Address limited = find(address);
            assertTrue(limited.validLifetime() <= 300 && limited.validLifetime() >= 290, limited.toString());
            assertTrue(limited.preferredLifetime() <= 200 && limited.preferredLifetime() >= 190, limited.toString());
            netlink.addAddress(NewAddress.permanent(eth0.index(), address));
            assertEquals(NewAddress.FOREVER, find(address).validLifetime(), text);
        }
    }

    @Test
    void prefixLengthIsPartOfAnIpv4AddressAndFixedForIpv6() {
        for (String text : List.of("10.9.0.1", "fd09::1")) {
            IpAddress address = IpAddress.parse(text);
            int host = address.family().bits();
            netlink.addAddress(NewAddress.permanent(eth0.index(), new Subnet(address, host)));
            netlink.addAddress(NewAddress.permanent(eth0.index(), new Subnet(address, 24)));
            assertEquals(1, count(new Subnet(address, host)), text);
            assertEquals(address.family() == IpFamily.IPV4 ? 1 : 0, count(new Subnet(address, 24)), text);
        }
    }

    @Test
    void routeThatTheKernelLeavesBehindIsDeletedAndNoOther() throws Exception {
        Subnet first = Subnet.parse("fd09::1/64");
        Subnet second = Subnet.parse("fd09::2/64");
        netlink.addAddress(NewAddress.permanent(eth0.index(), first));
        netlink.addAddress(new NewAddress(eth0.index(), second, NewAddress.FOREVER, NewAddress.FOREVER, true, true, 0));
        assertTrue(netlink.deleteAddress(eth0.index(), first));
        assertTrue(netlink.deleteAddress(eth0.index(), second));
        Wire.ip(wire.near, "-6 route add fd09::/64 dev eth0 proto static metric 512");
        Wire.ip(wire.near, "-6 route add fd09::/64 dev eth0 proto kernel metric 100");
        assertTrue(netlink.deletePrefixRoute(eth0.index(), first.network(), 0), "left behind");
        assertFalse(netlink.deletePrefixRoute(eth0.index(), first.network(), 0));
        assertEquals(2, Wire.ip(wire.near, "-6 route show fd09::/64").lines().count());
        assertTrue(netlink.deletePrefixRoute(eth0.index(), first.network(), 100));
        assertEquals(1, Wire.ip(wire.near, "-6 route show fd09::/64").lines().count());
        assertFalse(netlink.deletePrefixRoute(999, first.network(), 0));
    }

    @Test
    void noPrefixRouteLeavesTheTableAlone() {
        List<Route> before = netlink.routes();
        netlink.addAddress(new NewAddress(
                eth0.index(), Subnet.parse("10.9.0.1/24"), NewAddress.FOREVER, NewAddress.FOREVER, true, false, 0));
        assertEquals(before, netlink.routes());
        netlink.addAddress(NewAddress.permanent(eth0.index(), Subnet.parse("10.8.0.1/24")));
        assertEquals(before.size() + 1, netlink.routes().size());
    }

    @Test
    void protocolIsReadBackAndCanBeSetLater() {
        for (String text : List.of("172.30.250.53/24", "fd00:250::53/64")) {
            Subnet address = Subnet.parse(text);
            netlink.addAddress(NewAddress.permanent(eth0.index(), address));
            assertEquals(0, find(address).protocol(), text);
            netlink.addAddress(
                    new NewAddress(eth0.index(), address, NewAddress.FOREVER, NewAddress.FOREVER, false, false, 80));
            assertEquals(80, find(address).protocol(), text);
        }
    }

    @Test
    void unknownInterfaceIsRefusedWithTheKernelsWords() {
        Subnet address = Subnet.parse("10.9.0.1/24");
        NetlinkException e =
                assertThrows(NetlinkException.class, () -> netlink.addAddress(NewAddress.permanent(999, address)));
        assertEquals(Errno.ENODEV, e.errno());
        assertEquals(NetlinkException.Operation.ADD_ADDRESS, e.operation());
        assertTrue(String.valueOf(e.getMessage()).startsWith("ADD_ADDRESS 10.9.0.1/24 on interface 999 (ipv4: "));
        assertFalse(netlink.deleteAddress(999, address));
        assertFalse(netlink.deleteAddress(999, Subnet.parse("fd00::1/64")));
        assertFalse(netlink.deleteLink(999));
    }

    @Test
    void kubeLb0IsDummyOrElseIfb() throws Exception {
        Link made = netlink.createDummy("kube-lb0");
        assertTrue(List.of("dummy", "ifb").contains(made.kind()), made.toString());
        assertFalse(made.up());
        netlink.setUp(made.index(), true);
        Link up = netlink.link("kube-lb0").orElseThrow();
        assertTrue(up.up() && up.noArp() && up.carrier(), up.toString());
        assertEquals(up, netlink.createDummy("kube-lb0"), "the existing one is used");
        netlink.addAddress(NewAddress.permanent(made.index(), Subnet.parse("172.31.2.128/24")));
        assertTrue(Wire.ip(wire.near, "route show dev kube-lb0").startsWith("172.31.2.0/24 "));
        assertTrue(netlink.deleteLink(made.index()));
        assertFalse(netlink.deleteLink(made.index()));
        assertEquals(Optional.empty(), netlink.link("kube-lb0"));
    }

    @Test
    void existingLinkOfAnyKindServesAsKubeLb0() throws Exception {
        Wire.ip(wire.near, "link add kube-lb0 type bridge");
        assertEquals("bridge", netlink.createDummy("kube-lb0").kind());
        assertThrows(IllegalArgumentException.class, () -> netlink.createDummy("longer-than-fifteen"));
    }

    @Test
    void promotedSecondariesSurviveTheirPrimary() throws Exception {
        Link link = netlink.createDummy("kube-lb0");
        netlink.setUp(link.index(), true);
        assertFalse(link.promoteSecondaries());
        netlink.promoteSecondaries(link.index());
        assertTrue(netlink.link("kube-lb0").orElseThrow().promoteSecondaries());
        String name = "net/ipv4/conf/kube-lb0/promote_secondaries";
        assertEquals(Optional.of("1"), Wire.in(wire.near, () -> Sysctl.read(name)));
        Subnet first = Subnet.parse("172.31.2.1/24");
        Subnet second = Subnet.parse("172.31.2.2/24");
        netlink.addAddress(NewAddress.permanent(link.index(), first));
        netlink.addAddress(NewAddress.permanent(link.index(), second));
        assertTrue(netlink.deleteAddress(link.index(), first));
        assertEquals(1, count(second));
    }

    @Test
    void thousandsOfAddressesAreListedWhole() throws Exception {
        Link link = netlink.createDummy("kube-lb0");
        IntStream.range(0, 2000)
                .mapToObj(i -> numbered(i + 1))
                .forEach(address -> netlink.addAddress(NewAddress.permanent(link.index(), address)));
        JsonNode shown = Wire.list(wire.near, "-6 addr show dev kube-lb0");
        assertEquals(2000, shown.get(0).get("addr_info").size());
        assertEquals(
                2000,
                netlink.addresses().stream()
                        .filter(address -> address.ifindex() == link.index())
                        .count());
    }

    /**
     * Each address deleted between two parts of a dump hides one that stays, and the kernel marks the dump. It counts the
     * change only after making it, though, and recent kernels list without the lock: so one may be hidden unmarked.
     */
    @Test
    void interruptedDumpIsNotBelieved() throws Exception {
        Link link = netlink.createDummy("kube-lb0");
        List<Subnet> staying =
                IntStream.range(0, 1000).mapToObj(i -> numbered(10L * i)).toList();
        staying.forEach(address -> netlink.addAddress(NewAddress.permanent(link.index(), address)));
        FutureTask<Boolean> changer = new FutureTask<>(() -> changeAddresses(link.index()));
        new Thread(changer).start();
        int dumps = 0;
        while (!changer.isDone()) {
            Set<Subnet> seen =
                    netlink.addresses().stream().map(Address::address).collect(Collectors.toSet());
            long hidden =
                    staying.stream().filter(address -> !seen.contains(address)).count();
            assertTrue(hidden <= 1, "hidden: " + hidden);
            dumps++;
        }
        assertTrue(changer.get());
        assertTrue(netlink.addresses().stream().map(Address::address).toList().containsAll(staying), "quiet again");
        assertTrue(dumps > 1, "dumps meanwhile: " + dumps);
    }

    /** Adds and deletes other addresses in bursts with pauses, in which a dump has room. */
    private boolean changeAddresses(int ifindex) throws Exception {
        try (Netlink other = Wire.in(wire.near, Netlink::open)) {
            for (int burst = 0; burst < 60; burst++) {
                for (int i = 0; i < 20; i++) {
                    other.addAddress(NewAddress.permanent(ifindex, numbered(10L * i + 5)));
                }
                for (int i = 0; i < 20; i++) {
                    other.deleteAddress(ifindex, numbered(10L * i + 5));
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
        return true;
    }

    private static Subnet numbered(long number) {
        return new Subnet(new IpAddress(IpFamily.IPV6, 0xfd00L << 48, number), 128);
    }

    private long count(Subnet address) {
        return netlink.addresses().stream()
                .filter(present -> present.address().equals(address))
                .count();
    }

    private Address find(Subnet address) {
        return netlink.addresses().stream()
                .filter(present -> present.address().equals(address))
                .findFirst()
                .orElseThrow();
    }
}
