package io.purelb.agent;

import io.purelb.core.IpAddress;
import io.purelb.core.UserText;
import io.purelb.process.CommonFlags;
import io.purelb.process.StartException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The agent's own flags, beside those of every executable; a picocli mixin. */
final class AgentFlags {
    @Mixin
    private CommonFlags common = new CommonFlags();

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            defaultValue = "${env:PURELB_NODE_NAME}",
            description = "Name of this node in Kubernetes (environment: PURELB_NODE_NAME); required.")
    private Optional<String> nodeName = Optional.empty();

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "${env:PURELB_HOST}",
            description = "This node's address, where the ports are opened (environment: PURELB_HOST);"
                    + " default: the Node's InternalIP.")
    private Optional<String> host = Optional.empty();

    @Option(
            names = "--election-port",
            paramLabel = "PORT",
            defaultValue = "7934",
            description = "UDP and TCP port of the election group, the same on every node; default: 7934.")
    private int electionPort = 7934;

    @Option(
            names = "--agent-pods",
            paramLabel = "SELECTOR",
            defaultValue = "${env:PURELB_ML_LABELS}",
            description = "Labels of the agents' pods in PureLB's namespace (environment: PURELB_ML_LABELS), such as"
                    + " app=purelb,component=lbnodeagent: only their nodes are asked to join the election group;"
                    + " default: every Node.")
    private Optional<String> agentPods = Optional.empty();

    @Option(
            names = "--stay-on-stop",
            defaultValue = "${env:PURELB_STAY_ON_STOP:-false}",
            description =
                    "When told to stop, leave local addresses in place for the agent that follows, as in a rolling"
                            + " update, unless the Node is cordoned, not ready or deleted (environment: PURELB_STAY_ON_STOP=true);"
                            + " default: hand them over to other nodes.")
    private boolean stayOnStop;

    @Option(names = "--dry-run", description = "Log changes of addresses and interfaces instead of making them.")
    private boolean dryRun;

    @Option(
            names = "--cleanup",
            description = "Remove PureLB's addresses and its virtual interface from this node, then exit.")
    private boolean cleanup;

    @Option(
            names = "--stay",
            description =
                    "With --cleanup: be ready on /readyz when nothing of PureLB's is left, and stay until SIGTERM.")
    private boolean stay;

    @Option(
            names = "--netns",
            paramLabel = "NAME",
            description = "Network namespace of the node, where this process runs in another one: a name of"
                    + " `ip netns list`. The API server is reached from where the process runs; so is the port of"
                    + " metrics, unless --host is given.")
    private Optional<String> netns = Optional.empty();

    CommonFlags common() {
        return common;
    }

    /** Name of this node. */
    String nodeName() {
        return nodeName.filter(name -> !name.isBlank())
                .orElseThrow(() -> new StartException(
                        "this node's name is missing: give --node-name or set PURELB_NODE_NAME to it"));
    }

    /** The address to bind to; empty when the Node object has to tell it. */
    Optional<IpAddress> host() {
        return host.filter(text -> !text.isBlank())
                .map(text -> IpAddress.tryParse(text)
                        .orElseThrow(() -> new StartException("--host " + UserText.quoted(text)
                                + " is not an IP address: give this node's own address")));
    }

    int electionPort() {
        if (electionPort < 1 || electionPort > 65535) {
            throw new StartException("--election-port " + electionPort + " is not between 1 and 65535");
        }
        return electionPort;
    }

    /** Selects the agents' pods by their labels; empty when every Node counts as having an agent. */
    Optional<String> agentPods() {
        return agentPods.filter(text -> !text.isBlank());
    }

    /** Where the node's network is. */
    NodeNetwork network() {
        return new NodeNetwork(netns);
    }

    /** Whether an agent that stops leaves local addresses in place, because another one follows on this node. */
    boolean stayOnStop() {
        return stayOnStop;
    }

    boolean dryRun() {
        return dryRun;
    }

    boolean cleanup() {
        return cleanup;
    }

    /** Whether the process stays after a cleanup. */
    boolean stay() {
        if (stay && !cleanup) {
            throw new StartException("--stay goes with --cleanup only: add that or leave --stay out");
        }
        return stay;
    }
}
