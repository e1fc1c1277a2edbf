package io.purelb.election;

import java.net.InetAddress;
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

    NeighbourWatch(InetAddress address) {
        setId(ClassConfigurator.getProtocolId(FD_SOCK2.class));
        // JGroups would bind to loopback, listen 100 ports higher and try the next ports when that one is taken.
        setBindAddress(address);
        setOffset(0);
        setPortRange(0);
    }

    /** As JGroups does, but with a limit: a stranger's length field would otherwise be allocated as it is. */
    @Override
    protected NioServer createServer(int[] ports) {
        NioServer server = super.createServer(ports);
        server.setMaxLength(LONGEST_MESSAGE);
        return server;
    }
}
