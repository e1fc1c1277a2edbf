package io.purelb.agent;

import io.purelb.k8s.Api;
import io.purelb.netlink.NetlinkException;
import io.purelb.process.JsonLog;
import io.purelb.process.Program;
import io.purelb.process.StartException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The node agent's executable. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Announces addresses of Services from this node.")
public final class AgentMain implements Callable<Integer> {
    @Mixin
    private AgentFlags flags = new AgentFlags();

    /** Runs until SIGTERM; exit code 2 when it cannot run the way it was started. */
    public static void main(String... args) {
        Program.main(new AgentMain(), args);
    }

    @Override
    public Integer call() {
        flags.nodeName();
        boolean stay = flags.stay();
        Capabilities.require();
        JsonLog.install();
        try (Api api = Api.open(flags.common().kubeconfig())) {
            AgentComponent component = DaggerAgentComponent.factory().create(flags, api);
            if (stay) {
                new StayingCleanup(api, flags, component.settingsReport()).run(component.metrics());
                return 0;
            }
            if (flags.cleanup()) {
                Cleanup.run(api, flags, component.settingsReport());
                return 0;
            }
            Agent agent = component.agent();
            agent.start();
            Program.awaitTermination(agent::stop);
            return 0;
        } catch (NetlinkException e) {
            throw new StartException("the kernel refuses what the agent needs: " + e.getMessage(), e);
        }
    }
}
