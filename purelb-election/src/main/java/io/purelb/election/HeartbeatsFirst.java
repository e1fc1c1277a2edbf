package io.purelb.election;

import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.util.MaxOneThreadPerSender;

/**
 * Counts a heartbeat on the thread that received it, so that none is late because the other threads are busy: nearly all
 * messages of a large group are heartbeats. Everything else waits for a thread of its own.
 */
final class HeartbeatsFirst extends MaxOneThreadPerSender {
    private static final short HEARTBEAT = ClassConfigurator.getProtocolId(FD_ALL3.class);

    @Override
    public boolean process(Message message, boolean oob) {
        if (message.getHeader(HEARTBEAT) == null) {
            return super.process(message, oob);
        }
        tp.passMessageUp(message, true, message.getDest() == null, true);
        return true;
    }
}
