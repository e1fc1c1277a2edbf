package io.purelb.election;

import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import org.jgroups.Address;
import org.jgroups.annotations.MBean;
import org.jgroups.blocks.cs.NioServer;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_SOCK2;

/**
 * A TCP connection to the next member of the view: when its process ends, the kernel closes it and the member is
 * suspected at once. The connection proves nothing, since anybody can open or close one: a suspect is asked over the
 * group's own datagrams before it is given up.
 */
@MBean(description = "Notices a crashed neighbour by its closed connection")
final class NeighbourWatch extends FD_SOCK2 {
    /** Bytes; the longest message on this connection names two members and the group. */
    private static final int LONGEST_MESSAGE = 4096;

    /** Milliseconds; where this is too short, heartbeats still notice. */
    private static final int CONNECT_TIMEOUT = 300;

    private final ExecutorService connector;

    NeighbourWatch(InetAddress address, String node) {
        setId(ClassConfigurator.getProtocolId(FD_SOCK2.class));
        // JGroups would bind to loopback, listen 100 ports higher and try the next ports when that one is taken.
        setBindAddress(address);
        setOffset(0);
        setPortRange(0);
        connect_timeout = CONNECT_TIMEOUT;
        connector = GroupThreads.single("election-neighbour-" + node);
    }

    /** As JGroups does, but with a limit: a stranger's length field would otherwise be allocated as it is. */
    @Override
    protected NioServer createServer(int[] ports) {
        NioServer server = super.createServer(ports);
        server.setMaxLength(LONGEST_MESSAGE);
        return server;
    }

    /**
     * Connects on a thread of its own. JGroups would do it on the thread that installs a view, which then waits while the
     * neighbour's TCP port is blocked or the link to it has just come back.
     */
    @Override
    public void handle(Request request) {
        connector.execute(() -> {
            try {
                super.handle(request);
            } catch (Exception e) {
                log.warn("no connection to the neighbour", e);
            }
        });
    }

    /**
     * Only when connections made the members suspect it. JGroups tells all members of each one whose heartbeats are back,
     * too, which each of them hears itself: after a moment without heartbeats in a group of 100 a million datagrams.
     */
    @Override
    protected void broadcastUnuspectMessage(Address member) {
        if (suspected_mbrs.contains(member)) {
            super.broadcastUnuspectMessage(member);
        }
    }

    @Override
    public void destroy() {
        connector.shutdown();
        super.destroy();
    }
}
