package io.purelb.agent;

import io.purelb.k8s.Api;
import io.purelb.netlink.NetlinkException;
import io.purelb.process.CommonMetrics;
import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import io.purelb.process.MonitoringServer;
import io.purelb.process.Program;
import io.purelb.process.StartException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Cleans this node, then is ready and does nothing until SIGTERM: so every pod of a DaemonSet can say that its node is
 * clean, and stays what the DaemonSet wants. What fails is tried again.
 */
final class StayingCleanup implements MonitoringServer.Health {
    private static final Log LOG = Log.of(StayingCleanup.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** The API server has 30 s to answer. */
    private static final Duration LONGEST_TRY = Duration.ofMinutes(2);

    private final Api api;
    private final AgentFlags flags;
    private final SettingsReport report;
    /** Why the node is not clean; empty when it is. */
    private volatile Optional<String> missing = Optional.of("cleaning up");

    StayingCleanup(Api api, AgentFlags flags, SettingsReport report) {
        this.api = api;
        this.flags = flags;
        this.report = report;
    }

    /** Returns after SIGTERM. */
    void run(CommonMetrics metrics) {
        MonitoringServer server = Agent.serve(flags, metrics, this);
        EssentialThread.of("cleanup", this::clean).start();
        Program.awaitTermination(server::close);
    }

    private void clean() {
        while (missing.isPresent()) {
            EssentialThread.within(LONGEST_TRY);
            try {
                Cleanup.run(api, flags, report);
                missing = Optional.empty();
                LOG.info("nothing of PureLB's is left, waiting to be stopped", "node", flags.nodeName());
            } catch (StartException | NetlinkException fault) {
                Optional<String> now = Optional.of(String.valueOf(fault.getMessage()));
                if (!now.equals(missing)) {
                    LOG.warn("the node is not clean, trying again", "error", now.get());
                }
                missing = now;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    @Override
    public boolean alive() {
        return true;
    }

    @Override
    public Optional<String> notReady() {
        return missing;
    }

    @Override
    public String state() {
        return "{\"clean\": " + missing.isEmpty() + "}\n";
    }
}
