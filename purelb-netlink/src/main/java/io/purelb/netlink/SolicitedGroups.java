package io.purelb.netlink;

import io.purelb.core.IpAddress;
import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Membership in the multicast groups where other hosts' probes for the same IPv6 addresses arrive (RFC 4862 5.4.2 asks for
 * it); without it network cards and switches keep them back. Keeps the latest groups only, as the kernel's memory for
 * them is small.
 */
final class SolicitedGroups implements AutoCloseable {
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int IPV6_LEAVE_GROUP = 21;
    private static final int MOST = 64;

    private final int ifindex;
    private final Set<IpAddress> joined = new LinkedHashSet<>();
    /** Opened with the object, in its thread's namespace; a negative errno on a host without IPv6. */
    private final int fd;

    private boolean closed;

    SolicitedGroups(int ifindex) {
        this.ifindex = ifindex;
        this.fd = Libc.socket(Libc.AF_INET6, Libc.SOCK_DGRAM, 0);
    }

    /** Joins the address's group, and leaves the one unused for longest when there are many. */
    synchronized void join(IpAddress address) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        IpAddress group = NdpFrame.solicitedNode(address);
        if (joined.remove(group)) {
            joined.add(group);
            return;
        }
        int result = fd < 0 ? fd : change(IPV6_JOIN_GROUP, group);
        if (result < 0) {
            throw new NetlinkException(Operation.PROBE, -result, address + " on interface " + ifindex);
        }
        joined.add(group);
        if (joined.size() > MOST) {
            IpAddress eldest = joined.iterator().next();
            joined.remove(eldest);
            change(IPV6_LEAVE_GROUP, eldest);
        }
    }

    /** struct ipv6_mreq: group, interface. */
    private int change(int option, IpAddress group) {
        ByteBuffer request = Libc.buffer(20).putInt(16, ifindex);
        request.put(0, group.toBytes());
        return Libc.setOption(fd, IPPROTO_IPV6, option, request);
    }

    @Override
    public synchronized void close() {
        if (!closed && fd >= 0) {
            Libc.close(fd);
        }
        closed = true;
    }
}
