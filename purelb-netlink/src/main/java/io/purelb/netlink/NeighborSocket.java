package io.purelb.netlink;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * ARP and IPv6 neighbour discovery on one Ethernet link: announces addresses, asks who has them, and reports what other
 * hosts say, answers and unasked announcements alike. Any number of probes can be under way: each is one frame, and the
 * answers of all arrive through {@link #await}. Needs CAP_NET_RAW.
 *
 * <p>One thread waits; any thread may send, wake or close. The socket lives through the link going down and up; open a
 * new one when the link's index or Ethernet address changes.
 */
public final class NeighborSocket implements AutoCloseable {
    private static final int MOST_FRAMES = 1000;
    private static final int MAX_FRAME = 1600;

    private final Link link;
    private final int arpFd;
    private final int ndpFd;
    private final Poller poller;
    private final SolicitedGroups groups;
    private final ByteBuffer receiving = Libc.buffer(MAX_FRAME);
    private final ByteBuffer sending = Libc.buffer(MAX_FRAME);

    private NeighborSocket(Link link, int arpFd, int ndpFd) {
        this.link = link;
        this.arpFd = arpFd;
        this.ndpFd = ndpFd;
        this.poller = new Poller(arpFd, ndpFd);
        this.groups = new SolicitedGroups(link.index());
    }

    /**
     * Opens the link's sockets in the calling thread's network namespace and begins to listen.
     *
     * @throws IllegalArgumentException when the link is not Ethernet
     */
    public static NeighborSocket open(Link link) {
        if (link.mac().isEmpty()) {
            throw new IllegalArgumentException("interface " + link.name() + " is not Ethernet: it has no neighbours");
        }
        int arpFd = PacketSocket.open(link, PacketSocket.ETH_P_ARP);
        int ndpFd;
        try {
            ndpFd = PacketSocket.open(link, PacketSocket.ETH_P_IPV6);
        } catch (NetlinkException e) {
            Libc.close(arpFd);
            throw e;
        }
        return new NeighborSocket(link, arpFd, ndpFd);
    }

    /** The link it was opened for, as it was then. */
    public Link link() {
        return link;
    }

    /**
     * Tells the link that this host has an address: a gratuitous ARP request and reply (RFC 5227 3, RFC 5944 4.6), or an
     * unsolicited neighbour advertisement with the override flag (RFC 4861 7.2.6).
     */
    public synchronized void announce(IpAddress address) {
        announce(address, Form.REQUEST);
        if (address.family() == IpFamily.IPV4) {
            announce(address, Form.REPLY);
        }
    }

    /** The two frames of an ARP announcement; IPv6 has one, which goes for both. */
    public enum Form {
        /** A gratuitous request. */
        REQUEST,
        /** A gratuitous reply. */
        REPLY
    }

    /** One frame of {@link #announce(IpAddress)}. */
    public synchronized void announce(IpAddress address, Form form) {
        byte[] frame = address.family() == IpFamily.IPV4
                ? ArpFrame.announcement(link.mac(), address, form == Form.REQUEST ? ArpFrame.REQUEST : ArpFrame.REPLY)
                : NdpFrame.advertisement(link.mac(), address);
        send(Operation.ANNOUNCE, address, frame);
    }

    /**
     * Asks once whether another host has an address, without claiming it and without entering anybody's neighbour
     * table: an ARP request from 0.0.0.0 (RFC 5227 2.1.1), or a neighbour solicitation from {@code ::} (RFC 4862 5.4.2).
     * A host that is itself just checking the address (tentative) gives it up. Ask more than once: frames are lost, and
     * for some milliseconds after a link comes up or an IPv6 address is added the holder's kernel does not answer.
     */
    public synchronized void probe(IpAddress address) {
        if (address.family() == IpFamily.IPV4) {
            send(Operation.PROBE, address, ArpFrame.probe(link.mac(), address));
        } else {
            groups.join(address);
            send(Operation.PROBE, address, NdpFrame.solicitation(link.mac(), address));
        }
    }

    /**
     * Asks once who has an address, as a client that wants to reach it does: in the name of an address of its own, which
     * the one who answers remembers (RFC 826, RFC 4861 7.2.2).
     *
     * @param own an address of this link, of the same family
     */
    public synchronized void ask(IpAddress own, IpAddress address) {
        byte[] frame = address.family() == IpFamily.IPV4
                ? ArpFrame.request(link.mac(), own, address)
                : NdpFrame.request(link.mac(), own, address);
        send(Operation.PROBE, address, frame);
    }

    private void send(Operation operation, IpAddress address, byte[] frame) {
        if (!poller.isOpen()) {
            throw new IllegalStateException("closed");
        }
        sending.clear().put(frame).flip();
        int sent = Libc.send(address.family() == IpFamily.IPV4 ? arpFd : ndpFd, sending);
        if (sent < 0) {
            throw new NetlinkException(operation, -sent, address + " on " + link.name());
        }
    }

    /**
     * Waits for frames of other hosts and returns what they say, in the order of their arrival within each family.
     *
     * @param timeout at most this long, rounded up to milliseconds
     * @return empty when the time is over, or {@link #wake} or {@link #close} was called
     */
    public List<NeighborSighting> await(Duration timeout) {
        List<NeighborSighting> sightings = new ArrayList<>();
        poller.await(timeout, () -> {
            drain(arpFd, ArpFrame::decode, sightings);
            drain(ndpFd, NdpFrame::decode, sightings);
            return !sightings.isEmpty();
        });
        return sightings;
    }

    private void drain(
            int fd, Function<ByteBuffer, Optional<NeighborSighting>> decode, List<NeighborSighting> sightings) {
        for (int i = 0; i < MOST_FRAMES; i++) {
            int received = Libc.receive(fd, receiving, Libc.MSG_DONTWAIT);
            if (received == -Errno.EAGAIN) {
                return;
            }
            if (received == -Errno.ENETDOWN || received == -Errno.ENOBUFS) {
                continue; // said once when the link goes down; reception resumes when it is up
            }
            if (received < 0) {
                throw new NetlinkException(Operation.LISTEN, -received, link.name());
            }
            decode.apply(receiving)
                    .filter(sighting -> !sighting.mac().equals(link.mac()))
                    .ifPresent(sightings::add);
        }
    }

    /** Ends a wait in progress, or else the next one, at once. */
    public void wake() {
        poller.wake();
    }

    /** False after {@link #close}: the loop {@code while (socket.isOpen())} ends then. */
    public boolean isOpen() {
        return poller.isOpen();
    }

    /** Ends a wait in progress, without blocking, and closes the sockets. */
    @Override
    public synchronized void close() {
        poller.close();
        groups.close();
    }
}
