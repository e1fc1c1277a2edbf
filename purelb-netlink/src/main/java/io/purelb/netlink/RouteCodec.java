package io.purelb.netlink;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Route messages: {@code struct rtmsg} and RTA_* of linux/rtnetlink.h. */
final class RouteCodec {
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;

    private static final int RTM_GETROUTE = 26;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RTPROT_KERNEL = 2;
    private static final int RTM_F_CLONED = 0x200;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_PRIORITY = 6;
    private static final int RTA_MULTIPATH = 9;
    private static final int RTA_TABLE = 15;
    private static final int RTA_NH_ID = 30;

    private static final int HEADER = 12;
    /** {@code struct rtnexthop}: length, flags, hops, interface; attributes follow. */
    private static final int NEXT_HOP = 8;

    private RouteCodec() {}

    /** The main table; a kernel without NETLINK_GET_STRICT_CHK sends the others too. */
    static Request list(IpFamily family) {
        return new Request(RTM_GETROUTE, Request.NLM_F_DUMP)
                .u8(AddressCodec.number(family))
                .u8(0)
                .u16(0)
                .u8(RT_TABLE_MAIN)
                .u8(0)
                .u16(0)
                .u32(0);
    }

    /** Deletes a connected route that the kernel made itself for an address (RTPROT_KERNEL). */
    static Request deletePrefixRoute(int ifindex, Subnet network, long metric) {
        return new Request(RTM_DELROUTE, Request.NLM_F_ACK)
                .u8(AddressCodec.number(network.family()))
                .u8(network.prefixLength())
                .u16(0)
                .u8(RT_TABLE_MAIN)
                .u8(RTPROT_KERNEL)
                .u16(0)
                .u32(0)
                .attribute(RTA_DST, network.address().toBytes())
                .attribute(RTA_OIF, ifindex)
                .attribute(RTA_PRIORITY, (int) metric);
    }

    /** Whether a message is about a default route, or too short to tell. Quick, for tables of a million routes. */
    static boolean isDefault(Message message) {
        ByteBuffer payload = message.payload();
        return payload.limit() < HEADER || payload.get(1) == 0;
    }

    static Optional<Route> decode(Message message, IpFamily family) {
        ByteBuffer payload = message.payload();
        if (message.type() != RTM_NEWROUTE) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.of(payload, HEADER);
        if (payload.get(0) != AddressCodec.number(family) || (payload.getInt(8) & RTM_F_CLONED) != 0) {
            return Optional.empty();
        }
        int table = attributes.u32(RTA_TABLE).orElse(payload.get(4) & 0xff);
        if (table != RT_TABLE_MAIN) {
            return Optional.empty();
        }
        return Optional.of(new Route(
                family,
                destination(attributes, family, payload.get(1) & 0xff),
                oifs(attributes),
                attributes.u32(RTA_NH_ID).map(Set::of).orElse(Set.of()),
                table,
                payload.get(7) & 0xff,
                Integer.toUnsignedLong(attributes.u32(RTA_PRIORITY).orElse(0))));
    }

    private static List<Integer> oifs(Attributes attributes) {
        List<Integer> oifs = new ArrayList<>();
        attributes.u32(RTA_OIF).ifPresent(oifs::add);
        attributes.find(RTA_MULTIPATH).ifPresent(hops -> {
            for (int at = 0; at < hops.limit(); ) {
                int left = hops.limit() - at;
                int length = left < NEXT_HOP ? left : hops.getShort(at) & 0xffff;
                if (length < NEXT_HOP || length > left) {
                    throw new MalformedMessageException("next hop of " + length + " bytes in " + left);
                }
                oifs.add(hops.getInt(at + 4));
                at += length + 3 & ~3;
            }
        });
        return oifs;
    }

    private static Optional<Subnet> destination(Attributes attributes, IpFamily family, int length) {
        if (length == 0) {
            return Optional.empty();
        }
        ByteBuffer value = attributes
                .find(RTA_DST)
                .orElseThrow(() -> new MalformedMessageException("route of /" + length + " without destination"));
        return Optional.of(AddressCodec.subnet(AddressCodec.address(family, value, RTA_DST), length));
    }
}
