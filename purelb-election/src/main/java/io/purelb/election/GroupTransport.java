package io.purelb.election;

import io.purelb.election.SealedPeers.Incoming;
import io.purelb.election.SealedPeers.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.annotations.MBean;
import org.jgroups.protocols.UDP;
import org.jgroups.stack.IpAddress;

/**
 * Unicast UDP whose datagrams are sealed when the group has a secret. Sealing is done here, below all of JGroups, so that
 * neither heartbeats nor joins nor headers pass in clear, and JGroups never reads a byte that a stranger sent.
 */
@MBean(description = "Unicast UDP with sealed datagrams")
final class GroupTransport extends UDP {
    private static final System.Logger LOG = System.getLogger(GroupTransport.class.getName());

    /** Log lines about strangers at most; the counter goes on. */
    private static final int MOST_LINES = 256;

    private final Optional<SealedPeers> sealed;
    private final AtomicLong refused = new AtomicLong();
    private final Set<String> logged = new HashSet<>();

    GroupTransport(GroupSettings settings) {
        sealed = settings.secrets().isEmpty()
                ? Optional.empty()
                : Optional.of(new SealedPeers(new Seal(settings.secrets().toArray(byte[][]::new))));
        setBindAddr(settings.address());
        setBindPort(settings.port());
        setPortRange(0);
        setMulticasting(false);
        setBundlerType("no-bundler");
        msg_processing_policy = new HeartbeatsFirst();
        // Less than what Linux grants without tuning; JGroups asks for 5 MB and complains.
        setUcastRecvBufSize(200_000);
    }

    /** From now on these secrets count in place of those it began with; there must have been some. */
    void secrets(List<byte[]> secrets) {
        sealed.orElseThrow().use(Seal.harden(secrets));
    }

    /** Datagrams dropped so far. */
    long refused() {
        return refused.get();
    }

    @Override
    public void sendUnicast(PhysicalAddress to, byte[] data, int offset, int length) throws Exception {
        if (sealed.isEmpty()) {
            super.sendUnicast(to, data, offset, length);
        } else {
            InetSocketAddress address = socketAddress(to);
            send(address, sealed.get().outgoing(address, data, offset, length));
        }
    }

    @Override
    public void receive(Address sender, byte[] data, int offset, int length) {
        GroupThreads.endOnError(() -> read(sender, data, offset, length));
    }

    private void read(Address sender, byte[] data, int offset, int length) {
        InetSocketAddress address = socketAddress(sender);
        if (sealed.isEmpty()) {
            if (Seal.looksSealed(data, offset, length)) {
                refuse(address, Refusal.NO_SECRET);
            } else {
                super.receive(sender, data, offset, length);
            }
            return;
        }
        Incoming incoming = sealed.get().incoming(address, data, offset, length);
        incoming.refusal().ifPresent(refusal -> refuse(address, refusal));
        for (byte[] reply : incoming.replies()) {
            try {
                send(address, reply);
            } catch (Exception e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "no reply to " + address, e);
            }
        }
        incoming.message().ifPresent(message -> {
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            super.receive(sender, bytes, 0, bytes.length);
        });
    }

    /** Nothing: only multicast needs the interface, and not every loopback address has one that Java can name. */
    @Override
    @SuppressWarnings("unchecked") // The signature is JGroups', generic for chained calls.
    protected UDP setNetworkInterface(InetAddress address, MulticastSocket socket) {
        return this;
    }

    private void send(InetSocketAddress to, byte[] datagram) throws Exception {
        _send(to.getAddress(), to.getPort(), datagram, 0, datagram.length);
    }

    private void refuse(InetSocketAddress from, Refusal refusal) {
        refused.incrementAndGet();
        String host = from.getAddress().getHostAddress();
        boolean first;
        synchronized (logged) {
            first = logged.size() < MOST_LINES && logged.add(host + refusal);
        }
        if (first) {
            LOG.log(System.Logger.Level.WARNING, "datagrams from {0} are dropped: {1}", host, refusal.text);
        }
    }

    private static InetSocketAddress socketAddress(Address address) {
        IpAddress ip = (IpAddress) address;
        return new InetSocketAddress(ip.getIpAddress(), ip.getPort());
    }
}
