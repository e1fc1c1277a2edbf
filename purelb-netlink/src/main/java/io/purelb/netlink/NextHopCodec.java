package io.purelb.netlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Next hop objects, which many routes can share: {@code struct nhmsg} and NHA_* of linux/nexthop.h. */
final class NextHopCodec {
    static final int RTM_NEWNEXTHOP = 104;
    static final int RTM_DELNEXTHOP = 105;

    private static final int RTM_GETNEXTHOP = 106;
    private static final int NHA_ID = 1;
    private static final int NHA_GROUP = 2;
    private static final int NHA_OIF = 5;

    private static final int HEADER = 8;
    /** {@code struct nexthop_grp}: id, weight and padding. */
    private static final int GROUP_ENTRY = 8;

    private NextHopCodec() {}

    /**
     * A next hop object.
     *
     * @param oif index of its interface; 0 for a group, or one that leads nowhere
     * @param members ids of the members of a group
     */
    record NextHop(int oif, List<Integer> members) {}

    static Request get(int id) {
        return new Request(RTM_GETNEXTHOP, Request.NLM_F_ACK).u32(0).u32(0).attribute(NHA_ID, id);
    }

    static Optional<NextHop> decode(Message message) {
        if (message.type() != RTM_NEWNEXTHOP) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.of(message.payload(), HEADER);
        List<Integer> members = new ArrayList<>();
        attributes.find(NHA_GROUP).ifPresent(group -> {
            for (int at = 0; at + GROUP_ENTRY <= group.limit(); at += GROUP_ENTRY) {
                members.add(group.getInt(at));
            }
        });
        return Optional.of(new NextHop(attributes.u32(NHA_OIF).orElse(0), List.copyOf(members)));
    }

    /** The id of the object that a message of the watch is about; empty for messages about anything else. */
    static Optional<Integer> heard(Message message) {
        ByteBuffer payload = message.payload();
        return (message.type() == RTM_NEWNEXTHOP || message.type() == RTM_DELNEXTHOP) && payload.limit() >= HEADER
                ? Attributes.of(payload, HEADER).u32(NHA_ID)
                : Optional.empty();
    }
}
