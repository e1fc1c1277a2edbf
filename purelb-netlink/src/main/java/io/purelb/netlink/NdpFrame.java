package io.purelb.netlink;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import java.nio.ByteBuffer;
import java.util.Optional;

/** IPv6 neighbour solicitations and advertisements (RFC 4861 4.3, 4.4) over Ethernet, as whole frames. */
final class NdpFrame {
    static final int SOLICITATION = 135;
    static final int ADVERTISEMENT = 136;

    static final int ETHERNET_HEADER = 14;
    static final int IPV6_HEADER = 40;
    static final int NEXT_HEADER_ICMPV6 = 58;
    /** Proof that a packet was not forwarded by a router. */
    static final int HOP_LIMIT = 255;

    private static final int ICMP = ETHERNET_HEADER + IPV6_HEADER;
    /** Type, code, checksum, flags, target address. */
    private static final int BODY = 24;

    private static final int OPTION_SOURCE_LINK_LAYER = 1;
    private static final int OPTION_TARGET_LINK_LAYER = 2;
    private static final int OVERRIDE = 0x2000_0000;
    private static final int VERSION_6 = 0x6000_0000;

    private static final IpAddress NOBODY = new IpAddress(IpFamily.IPV6, 0, 0);
    private static final IpAddress ALL_NODES = new IpAddress(IpFamily.IPV6, 0xff02L << 48, 1);

    private NdpFrame() {}

    /** Says that this host has the address: override, target link-layer address, from the address itself to all nodes. */
    static byte[] advertisement(String mac, IpAddress address) {
        return frame(mac, address, ALL_NODES, ADVERTISEMENT, OVERRIDE, address, option(OPTION_TARGET_LINK_LAYER, mac));
    }

    /** Asks for the address in nobody's name (RFC 4862 5.4.2): such a solicitation carries no link-layer address. */
    static byte[] solicitation(String mac, IpAddress address) {
        return frame(mac, NOBODY, solicitedNode(address), SOLICITATION, 0, address, new byte[0]);
    }

    /** Asks for the address in the name of {@code own} (RFC 4861 7.2.2). */
    static byte[] request(String mac, IpAddress own, IpAddress address) {
        return frame(mac, own, solicitedNode(address), SOLICITATION, 0, address, option(OPTION_SOURCE_LINK_LAYER, mac));
    }

    private static byte[] option(int type, String mac) {
        return ByteBuffer.allocate(8)
                .put((byte) type)
                .put((byte) 1)
                .put(Mac.parse(mac))
                .array();
    }

    /** The group ff02::1:ffXX:XXXX every host with this address listens to (RFC 4291 2.7.1). */
    static IpAddress solicitedNode(IpAddress address) {
        return new IpAddress(IpFamily.IPV6, 0xff02L << 48, 0x1_ff00_0000L | (address.low() & 0xff_ffffL));
    }

    private static byte[] frame(
            String mac, IpAddress from, IpAddress to, int type, int flags, IpAddress target, byte[] option) {
        int length = BODY + option.length;
        ByteBuffer frame = ByteBuffer.allocate(ICMP + length);
        frame.putShort((short) 0x3333).putInt((int) to.low()); // RFC 2464 7
        frame.put(Mac.parse(mac)).putShort((short) PacketSocket.ETH_P_IPV6);
        frame.putInt(VERSION_6)
                .putShort((short) length)
                .put((byte) NEXT_HEADER_ICMPV6)
                .put((byte) HOP_LIMIT);
        frame.put(from.toBytes()).put(to.toBytes());
        frame.put((byte) type).put((byte) 0).putShort((short) 0).putInt(flags);
        frame.put(target.toBytes()).put(option);
        return frame.putShort(ICMP + 2, (short) checksum(frame, length)).array();
    }

    /** RFC 4443 2.3, over the pseudo-header and the message; 0 over a message whose checksum is right. */
    private static int checksum(ByteBuffer frame, int length) {
        int sum = length + NEXT_HEADER_ICMPV6; // at most 32 767 words of 16 bits: no overflow
        int end = ICMP + length;
        for (int at = ETHERNET_HEADER + 8; at < end; at += 2) {
            sum += at + 1 < end ? frame.getShort(at) & 0xffff : (frame.get(at) & 0xff) << 8;
        }
        while (sum > 0xffff) {
            sum = (sum >> 16) + (sum & 0xffff);
        }
        return ~sum & 0xffff;
    }

    /** What a received frame says; empty when it says nothing or a host may not believe it (RFC 4861 7.1). */
    static Optional<NeighborSighting> decode(ByteBuffer received) {
        ByteBuffer frame = received.slice(); // in network order
        if (frame.limit() < ICMP + BODY
                || frame.getShort(12) != (short) PacketSocket.ETH_P_IPV6
                || frame.get(20) != NEXT_HEADER_ICMPV6
                || (frame.get(21) & 0xff) != HOP_LIMIT) {
            return Optional.empty();
        }
        int length = frame.getShort(18) & 0xffff;
        IpAddress target = address(frame, ICMP + 8);
        boolean believable = length >= BODY
                && ICMP + length <= frame.limit()
                && frame.get(ICMP + 1) == 0
                && checksum(frame, length) == 0
                && target.high() >>> 56 != 0xff
                && !target.equals(NOBODY);
        if (!believable) {
            return Optional.empty();
        }
        String sender = Mac.format(frame, 6);
        int type = frame.get(ICMP) & 0xff;
        if (type == ADVERTISEMENT) {
            return targetMac(frame, ICMP + BODY, ICMP + length, sender)
                    .map(mac -> new NeighborSighting(target, mac, NeighborSighting.Kind.HOLDS));
        }
        // A solicitation with a sender only looks a neighbour up.
        boolean probes =
                type == SOLICITATION && address(frame, ETHERNET_HEADER + 8).equals(NOBODY);
        return probes
                ? Optional.of(new NeighborSighting(target, sender, NeighborSighting.Kind.PROBES))
                : Optional.empty();
    }

    /** The target's link-layer address, or the sender's without such an option; empty when the options are malformed. */
    private static Optional<String> targetMac(ByteBuffer frame, int start, int end, String sender) {
        String mac = sender;
        int at = start;
        while (at < end) {
            int length = at + 1 < end ? (frame.get(at + 1) & 0xff) * 8 : 0;
            if (length == 0 || at + length > end) {
                return Optional.empty();
            }
            if (frame.get(at) == OPTION_TARGET_LINK_LAYER) {
                mac = Mac.format(frame, at + 2);
            }
            at += length;
        }
        return Optional.of(mac);
    }

    private static IpAddress address(ByteBuffer frame, int at) {
        return new IpAddress(IpFamily.IPV6, frame.getLong(at), frame.getLong(at + 8));
    }
}
