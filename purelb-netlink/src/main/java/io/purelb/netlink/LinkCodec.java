package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Link messages: {@code struct ifinfomsg} and IFLA_* of linux/if_link.h. */
final class LinkCodec {
    static final int RTM_NEWLINK = 16;

    static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MTU = 4;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_INET_CONF = 1;
    private static final int IFLA_EXT_MASK = 29;
    private static final int RTEXT_FILTER_SKIP_STATS = 8;

    private static final int IFF_UP = 0x1;
    private static final int IFF_NOARP = 0x80;
    private static final int IFF_LOWER_UP = 0x10000;
    private static final int ARPHRD_ETHER = 1;

    /** linux/ip.h; values travel as an array that begins with number 1. */
    private static final int IPV4_DEVCONF_PROMOTE_SECONDARIES = 20;

    private static final int HEADER = 16;

    private LinkCodec() {}

    static Request list() {
        return header(RTM_GETLINK, Request.NLM_F_DUMP, 0, 0, 0).attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    static Request get(String name) {
        return header(RTM_GETLINK, Request.NLM_F_ACK, 0, 0, 0)
                .attribute(IFLA_IFNAME, name)
                .attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    }

    /** Creates, and fails with EEXIST when the name is taken. */
    static Request create(String name, String kind) {
        int flags = Request.NLM_F_ACK | Request.NLM_F_CREATE | Request.NLM_F_EXCL;
        Request request = header(RTM_NEWLINK, flags, 0, 0, 0).attribute(IFLA_IFNAME, name);
        int info = request.begin(IFLA_LINKINFO);
        return request.attribute(IFLA_INFO_KIND, kind).end(info);
    }

    static Request setUp(int ifindex, boolean noArp) {
        int flags = noArp ? IFF_UP | IFF_NOARP : IFF_UP;
        return header(RTM_NEWLINK, Request.NLM_F_ACK, ifindex, flags, flags);
    }

    static Request promoteSecondaries(int ifindex) {
        Request request = header(RTM_NEWLINK, Request.NLM_F_ACK, ifindex, 0, 0);
        int families = request.begin(IFLA_AF_SPEC);
        int inet = request.begin(Libc.AF_INET);
        int settings = request.begin(IFLA_INET_CONF);
        return request.attribute(IPV4_DEVCONF_PROMOTE_SECONDARIES, 1)
                .end(settings)
                .end(inet)
                .end(families);
    }

    static Request delete(int ifindex) {
        return header(RTM_DELLINK, Request.NLM_F_ACK, ifindex, 0, 0);
    }

    private static Request header(int type, int flags, int ifindex, int linkFlags, int changeMask) {
        return new Request(type, flags).u32(0).u32(ifindex).u32(linkFlags).u32(changeMask);
    }

    /** The index of the link that a message of the watch is about, if it says so. */
    static Optional<Integer> heard(Message message) {
        return message.payload().limit() < HEADER
                ? Optional.empty()
                : Optional.of(message.payload().getInt(4));
    }

    static Optional<Link> decode(Message message) {
        if (message.type() != RTM_NEWLINK) {
            return Optional.empty();
        }
        ByteBuffer payload = message.payload();
        Attributes attributes = Attributes.of(payload, HEADER);
        int flags = payload.getInt(8);
        boolean ethernet = (payload.getShort(2) & 0xffff) == ARPHRD_ETHER;
        return Optional.of(new Link(
                payload.getInt(4),
                attributes.text(IFLA_IFNAME),
                ethernet
                        ? attributes
                                .find(IFLA_ADDRESS)
                                .map(mac -> Mac.format(Attributes.need(mac, Mac.BYTES, IFLA_ADDRESS), 0))
                                .orElse("")
                        : "",
                (flags & IFF_UP) != 0,
                (flags & IFF_LOWER_UP) != 0,
                (flags & IFF_NOARP) != 0,
                attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND),
                attributes.u32(IFLA_MTU).orElse(0),
                attributes.u32(IFLA_MASTER).orElse(0),
                promotesSecondaries(attributes)));
    }

    private static boolean promotesSecondaries(Attributes attributes) {
        int offset = (IPV4_DEVCONF_PROMOTE_SECONDARIES - 1) * 4;
        return attributes
                .nested(IFLA_AF_SPEC)
                .nested(Libc.AF_INET)
                .find(IFLA_INET_CONF)
                .map(values ->
                        Attributes.need(values, offset + 4, IFLA_INET_CONF).getInt(offset) != 0)
                .orElse(false);
    }
}
