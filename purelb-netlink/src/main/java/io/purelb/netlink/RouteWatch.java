package io.purelb.netlink;

import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Tells that links, addresses or default routes of a network namespace changed: read the tables again. Open it before
 * reading them the first time and no change is missed. Routes other than default ones do not count, because routing
 * daemons change them all the time and no decision here depends on them.
 *
 * <p>The kernel does not report every default route that goes: not the IPv4 ones that go with their interface, or with its
 * address, or with their next hop object. It reports the interface, the address and the object.
 *
 * <p>One thread waits; any thread may wake or close.
 */
public final class RouteWatch implements AutoCloseable {
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int RECEIVE_BUFFER = 8 << 20;

    // RTMGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE, and RTNLGRP_NEXTHOP, which is number 32 and
    // unknown before Linux 5.3, of linux/rtnetlink.h
    private static final int GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400 | 1 << 31;

    /** Under a stream of changes that never pauses, a reader still gets its turn. */
    private static final int MOST_DATAGRAMS = 1000;

    private final ByteBuffer receiving = Libc.buffer(65536);
    private final int fd;
    private final Poller poller;

    private RouteWatch(int fd) {
        this.fd = fd;
        this.poller = new Poller(fd);
    }

    /** Subscribes in the calling thread's network namespace. */
    public static RouteWatch open() {
        return open(RECEIVE_BUFFER);
    }

    static RouteWatch open(int receiveBuffer) {
        int fd = Libc.socket(NetlinkSocket.AF_NETLINK, Libc.SOCK_RAW, NetlinkSocket.NETLINK_ROUTE);
        if (fd < 0) {
            throw new NetlinkException(Operation.OPEN_SOCKET, -fd, "rtnetlink");
        }
        // The forced size needs CAP_NET_ADMIN; with a smaller one overflow is only likelier, and counts as a change.
        if (Libc.setOption(fd, Libc.SOL_SOCKET, SO_RCVBUFFORCE, receiveBuffer) < 0) {
            Libc.setOption(fd, Libc.SOL_SOCKET, SO_RCVBUF, receiveBuffer);
        }
        // struct sockaddr_nl: family, padding, port id chosen by the kernel, groups
        ByteBuffer address = Libc.buffer(12).putShort(0, (short) NetlinkSocket.AF_NETLINK);
        int bound = Libc.bind(fd, address.putInt(8, GROUPS));
        if (bound < 0) {
            Libc.close(fd);
            throw new NetlinkException(Operation.WATCH, -bound, "rtnetlink");
        }
        return new RouteWatch(fd);
    }

    /**
     * Waits for a change. Changes that came together, or since the last call, are reported as one; so is an overflow of
     * the socket.
     *
     * @param timeout at most this long, rounded up to milliseconds
     * @return true when something changed; false when the time is over or {@link #wake} or {@link #close} was called
     */
    public boolean await(Duration timeout) {
        return poller.await(timeout, () -> drain(new Heard() {}));
    }

    /** What changed, in the kernel's order. */
    public interface Heard {
        /**
         * An address was added or changed, or is gone.
         *
         * @param there whether the interface has it now
         */
        default void address(Address address, boolean there) {}

        /** The link of this index came, changed or is gone. */
        default void link(int ifindex) {}

        /** A default route came, changed or is gone. */
        default void defaultRoute() {}

        /** The next hop object of this number came, changed or is gone. */
        default void nextHop(int id) {}

        /** It is not known what changed: perhaps everything. */
        default void unknown() {}
    }

    /** As {@link #await(Duration)}, and tells of each change what it is, on the waiting thread. */
    public boolean await(Duration timeout, Heard heard) {
        return poller.await(timeout, () -> drain(heard));
    }

    private boolean drain(Heard heard) {
        boolean changed = false;
        for (int i = 0; i < MOST_DATAGRAMS; i++) {
            int received = Libc.receive(fd, receiving, Libc.MSG_DONTWAIT);
            if (received == -Errno.EAGAIN) {
                return changed;
            }
            if (received < 0 && received != -Errno.ENOBUFS) {
                throw new NetlinkException(Operation.WATCH, -received, "rtnetlink");
            }
            changed |= received < 0 ? overflow(heard) : tell(receiving, heard);
        }
        return changed;
    }

    private static boolean overflow(Heard heard) {
        heard.unknown();
        return true;
    }

    /** Whether one of these messages counts; what cannot be read does. */
    static boolean tell(ByteBuffer datagram, Heard heard) {
        boolean changed = false;
        try {
            for (Message message : Message.split(datagram)) {
                changed |= tell(message, heard);
            }
            return changed;
        } catch (MalformedMessageException e) {
            heard.unknown();
            return true;
        }
    }

    private static boolean tell(Message message, Heard heard) {
        switch (message.type()) {
            case RouteCodec.RTM_NEWROUTE, RouteCodec.RTM_DELROUTE -> {
                if (!RouteCodec.isDefault(message)) {
                    return false;
                }
                heard.defaultRoute();
            }
            case LinkCodec.RTM_NEWLINK, LinkCodec.RTM_DELLINK ->
                LinkCodec.heard(message).ifPresentOrElse(heard::link, heard::unknown);
            case NextHopCodec.RTM_NEWNEXTHOP, NextHopCodec.RTM_DELNEXTHOP ->
                NextHopCodec.heard(message).ifPresentOrElse(heard::nextHop, heard::unknown);
            default ->
                AddressCodec.heard(message)
                        .ifPresentOrElse(
                                address -> heard.address(address, message.type() == AddressCodec.RTM_NEWADDR),
                                heard::unknown);
        }
        return true;
    }

    /** Ends a wait in progress, or else the next one, at once. */
    public void wake() {
        poller.wake();
    }

    /** False after {@link #close}: the loop {@code while (watch.isOpen())} ends then. */
    public boolean isOpen() {
        return poller.isOpen();
    }

    /** Ends a wait in progress, without blocking, and closes the socket. */
    @Override
    public void close() {
        poller.close();
    }
}
