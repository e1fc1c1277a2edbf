package io.purelb.netlink;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import java.nio.ByteBuffer;
import java.util.Optional;

/** ARP for IPv4 over Ethernet (RFC 826), as whole frames. */
final class ArpFrame {
    static final int REQUEST = 1;
    static final int REPLY = 2;

    private static final int ETHERNET_HEADER = 14;
    private static final int LENGTH = ETHERNET_HEADER + 28;
    /** The shortest Ethernet frame, without its checksum. */
    private static final int PADDED = 60;

    private static final short HARDWARE_ETHERNET = 1;
    /** Protocol 0x0800, address lengths 6 and 4. */
    private static final int IPV4_LENGTHS = 0x0800_0604;

    private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
    private static final String UNKNOWN = "00:00:00:00:00:00";
    private static final IpAddress NOBODY = new IpAddress(IpFamily.IPV4, 0, 0);

    private ArpFrame() {}

    /**
     * Says that this host has the address, in a request or a reply: some hosts and switches heed only one of them. Nobody is
     * meant by a request (RFC 5227 2.3: zeros); by a reply it is the host itself (RFC 5944 4.6: its own Ethernet address).
     */
    static byte[] announcement(String mac, IpAddress address, int operation) {
        return frame(operation, mac, address, operation == REPLY ? mac : UNKNOWN, address);
    }

    /** Asks for the address in nobody's name (RFC 5227 2.1.1), so that no cache is changed. */
    static byte[] probe(String mac, IpAddress address) {
        return frame(REQUEST, mac, NOBODY, UNKNOWN, address);
    }

    /** Asks for the address in the name of {@code own}. */
    static byte[] request(String mac, IpAddress own, IpAddress address) {
        return frame(REQUEST, mac, own, UNKNOWN, address);
    }

    private static byte[] frame(int operation, String mac, IpAddress sender, String targetMac, IpAddress target) {
        ByteBuffer frame = ByteBuffer.allocate(PADDED);
        frame.put(Mac.parse(BROADCAST)).put(Mac.parse(mac)).putShort((short) PacketSocket.ETH_P_ARP);
        frame.putShort(HARDWARE_ETHERNET).putInt(IPV4_LENGTHS).putShort((short) operation);
        frame.put(Mac.parse(mac)).put(sender.toBytes());
        frame.put(Mac.parse(targetMac)).put(target.toBytes());
        return frame.array();
    }

    /** What a received frame says; empty when it says nothing or is no ARP frame. */
    static Optional<NeighborSighting> decode(ByteBuffer received) {
        ByteBuffer frame = received.slice(); // in network order
        if (frame.limit() < LENGTH
                || frame.getShort(12) != PacketSocket.ETH_P_ARP
                || frame.getShort(14) != HARDWARE_ETHERNET
                || frame.getInt(16) != IPV4_LENGTHS) {
            return Optional.empty();
        }
        int operation = frame.getShort(20);
        boolean fromGroup = (frame.get(22) & 1) != 0;
        if ((operation != REQUEST && operation != REPLY) || fromGroup) {
            return Optional.empty();
        }
        String mac = Mac.format(frame, 22);
        IpAddress sender = address(frame, 28);
        IpAddress target = address(frame, 38);
        if (!sender.equals(NOBODY)) {
            return Optional.of(new NeighborSighting(sender, mac, NeighborSighting.Kind.HOLDS));
        }
        return operation == REQUEST && !target.equals(NOBODY)
                ? Optional.of(new NeighborSighting(target, mac, NeighborSighting.Kind.PROBES))
                : Optional.empty();
    }

    private static IpAddress address(ByteBuffer frame, int at) {
        return new IpAddress(IpFamily.IPV4, 0, Integer.toUnsignedLong(frame.getInt(at)));
    }
}
