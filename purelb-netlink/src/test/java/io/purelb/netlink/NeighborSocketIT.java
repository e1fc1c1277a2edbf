package io.purelb.netlink;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.IpAddress;
import io.purelb.netlink.NeighborSighting.Kind;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames between two kernels over a veth pair. */
final class NeighborSocketIT {
    /** The two ends are one kernel: an answer takes microseconds. */
    private static final Duration SHORT = Duration.ofMillis(100);

    private static final IpAddress V4 = IpAddress.parse("172.30.250.53");
    private static final IpAddress V6 = IpAddress.parse("fd00:250::53");

    private Wire wire;
    private Link nearLink;
    private Link farLink;
    private NeighborSocket near;

    @BeforeEach
    void open() throws Exception {
        wire = new Wire();
        nearLink = Wire.link(wire.near, "eth0");
        farLink = Wire.link(wire.far, "eth0");
        near = Wire.in(wire.near, () -> NeighborSocket.open(nearLink));
        awaitIpv6();
    }

    /** For some milliseconds a new link's kernel drops IPv6 multicast, having no route for it (Ip6InNoRoutes). */
    private void awaitIpv6() {
        do {
            near.probe(IpAddress.parse("fd00:250::2"));
        } while (near.await(SHORT).isEmpty());
        while (!near.await(SHORT).isEmpty()) {
            assertTrue(near.isOpen());
        }
    }

    @AfterEach
    void close() throws Exception {
        if (wire != null) {
            near.close();
            wire.close();
        }
    }

    @Test
    void gratuitousArpArrivesAsRequestAndReplyOfSixtyBytes() throws Exception {
        List<byte[]> frames = captured(PacketSocket.ETH_P_ARP, 2, () -> near.announce(V4));
        String mac = nearLink.mac().replace(':', ' ');
        String body = "ff ff ff ff ff ff MAC 08 06 00 01 08 00 06 04 00 0%d MAC ac 1e fa 35 %s ac 1e fa 35"
                .replace("MAC", mac);
        String padding = " 00".repeat(18);
        assertEquals(String.format(body, 1, "00 00 00 00 00 00") + padding, Hex.text(frames.get(0)));
        assertEquals(String.format(body, 2, mac) + padding, Hex.text(frames.get(1)));
    }

    @Test
    void unsolicitedAdvertisementArrivesAtAllNodes() throws Exception {
        List<byte[]> frames = captured(PacketSocket.ETH_P_IPV6, 1, () -> near.announce(V6));
        ByteBuffer frame = ByteBuffer.wrap(frames.get(0));
        assertEquals(86, frame.limit());
        assertEquals("33:33:00:00:00:01", Mac.format(frame, 0));
        assertEquals((byte) 255, frame.get(21), "hop limit");
        assertEquals((byte) 136, frame.get(54), "neighbour advertisement");
        assertEquals(0x2000_0000, frame.getInt(58), "override only");
        assertEquals(2, frame.get(78), "target link-layer address option");
        assertEquals(nearLink.mac(), Mac.format(frame, 80));
    }

    @Test
    void announcementsReplaceTheOldHolderInTheFarKernel() throws Exception {
        for (IpAddress address : List.of(V4, V6)) {
            Wire.ip(wire.far, "neigh replace " + address + " lladdr 02:00:00:00:00:99 nud stale dev eth0");
            // The kernel does not believe a second change within locktime, one second by default.
            String locktime = "net/ipv4/neigh/eth0/locktime";
            Wire.in(wire.far, () -> Sysctl.write(locktime, "0"));
            near.announce(address);
            JsonNode entry =
                    Wire.list(wire.far, "neigh show " + address + " dev eth0").get(0);
            assertEquals(nearLink.mac(), entry.get("lladdr").asText(), address.toString());
        }
    }

    @Test
    void probeIsAnsweredByExactlyTheHolder() throws Exception {
        for (String arpIgnore : List.of("0", "1", "2")) {
            Wire.in(wire.far, () -> Sysctl.write("net/ipv4/conf/all/arp_ignore", arpIgnore));
            for (IpAddress held : List.of(IpAddress.parse("172.30.250.2"), IpAddress.parse("fd00:250::2"))) {
                near.probe(held);
                assertEquals(
                        List.of(new NeighborSighting(held, farLink.mac(), Kind.HOLDS)),
                        near.await(LIMIT),
                        "arp_ignore " + arpIgnore);
            }
        }
    }

    @Test
    void freeAddressIsNotAnsweredFor() {
        near.probe(V4);
        near.probe(V6);
        assertEquals(List.of(), near.await(SHORT));
    }

    @Test
    void addressOnAnotherInterfaceIsNotAnsweredForWithStrictArp() throws Exception {
        Wire.ip(wire.far, "addr add 172.30.250.53/32 dev lo");
        near.probe(V4);
        assertEquals(farLink.mac(), near.await(LIMIT).get(0).mac(), "Linux answers for all it has");
        Wire.in(wire.far, () -> Sysctl.write("net/ipv4/conf/all/arp_ignore", "1"));
        near.probe(V4);
        assertEquals(List.of(), near.await(SHORT));
    }

    @Test
    void manyProbesRunAtOnce() throws Exception {
        List<IpAddress> all = new ArrayList<>();
        TreeSet<IpAddress> held = new TreeSet<>();
        for (int i = 100; i < 200; i++) {
            IpAddress v4 = IpAddress.parse("172.30.250." + i);
            IpAddress v6 = IpAddress.parse("fd00:250::" + i);
            all.addAll(List.of(v4, v6));
            if (i % 5 == 0) {
                Wire.ip(wire.far, "addr add " + v4 + "/24 dev eth0");
                Wire.ip(wire.far, "addr add " + v6 + "/64 dev eth0 nodad");
                held.addAll(List.of(v4, v6));
            }
        }
        TreeSet<IpAddress> answered = new TreeSet<>();
        // As the agent does, more than once: a new IPv6 address listens only after some work in the background.
        for (int round = 0; round < 20 && !answered.containsAll(held); round++) {
            all.forEach(near::probe);
            for (List<NeighborSighting> seen = near.await(SHORT); !seen.isEmpty(); seen = near.await(SHORT)) {
                seen.forEach(sighting -> {
                    assertEquals(Kind.HOLDS, sighting.kind());
                    assertEquals(farLink.mac(), sighting.mac());
                    answered.add(sighting.address());
                });
            }
        }
        assertEquals(held, answered);
    }

    @Test
    void listenerHearsAnnouncementsAndProbesButNotItself() throws Exception {
        try (NeighborSocket far = Wire.in(wire.far, () -> NeighborSocket.open(farLink))) {
            near.announce(V4);
            near.announce(V6);
            assertEquals(
                    List.of(
                            new NeighborSighting(V4, nearLink.mac(), Kind.HOLDS),
                            new NeighborSighting(V4, nearLink.mac(), Kind.HOLDS),
                            new NeighborSighting(V6, nearLink.mac(), Kind.HOLDS)),
                    far.await(LIMIT));
            near.probe(V4);
            near.probe(V6);
            assertEquals(
                    List.of(
                            new NeighborSighting(V4, nearLink.mac(), Kind.PROBES),
                            new NeighborSighting(V6, nearLink.mac(), Kind.PROBES)),
                    far.await(LIMIT));
            assertEquals(List.of(), near.await(SHORT), "its own frames");
        }
    }

    @Test
    void ordinaryLookupShowsTheAskerAndNotItsTarget() throws Exception {
        Wire.ip(wire.far, "neigh flush dev eth0");
        near.await(SHORT);
        sendDatagrams(wire.far, "172.30.250.1");
        sendDatagrams(wire.far, "fd00:250::1");
        TreeSet<IpAddress> seen = new TreeSet<>();
        for (NeighborSighting sighting : near.await(LIMIT)) {
            assertEquals(Kind.HOLDS, sighting.kind());
            assertEquals(farLink.mac(), sighting.mac());
            seen.add(sighting.address());
        }
        assertTrue(seen.contains(IpAddress.parse("172.30.250.2")), seen.toString());
        assertFalse(seen.contains(IpAddress.parse("172.30.250.1")), seen.toString());
        assertFalse(seen.contains(IpAddress.parse("fd00:250::1")), seen.toString());
    }

    @Test
    void kernelKeepsOtherIpv6TrafficBack() throws Exception {
        Wire.ip(wire.near, "neigh replace fd00:250::2 lladdr " + farLink.mac() + " nud permanent dev eth0");
        Wire.ip(wire.far, "neigh replace fd00:250::1 lladdr " + nearLink.mac() + " nud permanent dev eth0");
        List<byte[]> frames = captured(PacketSocket.ETH_P_IPV6, 1, () -> {
            sendDatagrams(wire.near, "fd00:250::2");
            near.announce(V6);
        });
        assertEquals((byte) 136, frames.get(0)[54], "the advertisement is the first to get through");
    }

    private static void sendDatagrams(String namespace, String to) throws Exception {
        int sent = Wire.in(namespace, () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                for (int i = 0; i < 10; i++) {
                    socket.send(new DatagramPacket(new byte[100], 100, InetAddress.getByName(to), 9));
                }
            }
            return 10;
        });
        assertEquals(10, sent);
    }

    @Test
    void socketOutlivesALinkFlap() throws Exception {
        Wire.ip(wire.near, "link set eth0 down");
        NetlinkException e = assertThrows(NetlinkException.class, () -> near.announce(V4));
        assertEquals(Errno.ENETDOWN, e.errno());
        assertEquals(List.of(), near.await(SHORT));
        Wire.ip(wire.near, "link set eth0 up");
        IpAddress held = IpAddress.parse("172.30.250.2");
        near.probe(held);
        List<NeighborSighting> seen = near.await(LIMIT);
        assertTrue(seen.contains(new NeighborSighting(held, farLink.mac(), Kind.HOLDS)), seen.toString());
    }

    @Test
    void vanishedLinkIsReported() throws Exception {
        Wire.ip(wire.far, "link del eth0");
        assertEquals(List.of(), near.await(SHORT));
        NetlinkException e = assertThrows(NetlinkException.class, () -> near.probe(V4));
        assertTrue(e.errno() == Errno.ENXIO || e.errno() == Errno.ENODEV, e.toString());
    }

    @Test
    void closeAndWakeEndTheWait() throws Exception {
        near.await(SHORT);
        FutureTask<List<NeighborSighting>> waiting = new FutureTask<>(() -> near.await(Duration.ofDays(1)));
        new Thread(waiting).start();
        near.wake();
        assertEquals(List.of(), waiting.get());
        FutureTask<List<NeighborSighting>> again = new FutureTask<>(() -> near.await(Duration.ofDays(1)));
        new Thread(again).start();
        near.close();
        assertEquals(List.of(), again.get());
        assertFalse(near.isOpen());
        assertThrows(IllegalStateException.class, () -> near.announce(V4));
    }

    @Test
    void loopbackHasNoNeighbors() throws Exception {
        Link loopback = Wire.link(wire.near, "lo");
        assertThrows(IllegalArgumentException.class, () -> NeighborSocket.open(loopback));
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Whole frames as they arrive at the far end. */
    private List<byte[]> captured(int protocol, int count, Action send) throws Exception {
        int fd = Wire.in(wire.far, () -> PacketSocket.open(farLink, protocol));
        ByteBuffer buffer = Libc.buffer(2000);
        List<byte[]> frames = new ArrayList<>();
        try (Poller poller = new Poller(fd)) {
            send.run();
            while (frames.size() < count) {
                assertTrue(poller.await(LIMIT, () -> true), "frames so far: " + frames.size());
                byte[] frame = new byte[Libc.receive(fd, buffer, Libc.MSG_DONTWAIT)];
                buffer.get(0, frame);
                frames.add(frame);
            }
        }
        return frames;
    }
}
