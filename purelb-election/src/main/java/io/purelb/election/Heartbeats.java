package io.purelb.election;

import org.jgroups.annotations.MBean;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;

/** Heartbeats from each member to each other one, at intervals that can be changed while they run. */
@MBean(description = "Heartbeats with changing intervals")
final class Heartbeats extends FD_ALL3 {
    Heartbeats() {
        setId(ClassConfigurator.getProtocolId(FD_ALL3.class));
    }

    /**
     * Sends at {@code interval} and suspects after {@code timeout}, both in milliseconds. Nobody is suspected for what
     * was missed before.
     */
    void retime(long timeoutMillis, long intervalMillis) {
        if (timeoutMillis == timeout && intervalMillis == interval) {
            return;
        }
        boolean running = isTimeoutCheckerRunning();
        stopHeartbeatSender();
        stopTimeoutChecker();
        setTimeout(timeoutMillis);
        setInterval(intervalMillis);
        timestamps.replaceAll((member, heard) -> new Bitmap(num_bits));
        if (running) {
            startHeartbeatSender();
            startTimeoutChecker();
        }
    }
}
