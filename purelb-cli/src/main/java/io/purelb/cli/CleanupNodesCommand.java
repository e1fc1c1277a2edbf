package io.purelb.cli;

import io.purelb.k8s.setup.NodeCleanup;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cleanup-nodes}: takes PureLB's addresses off all nodes, before it is uninstalled. */
@Command(
        name = "cleanup-nodes",
        description = {
            "Take PureLB's addresses and its virtual interface off all nodes, before PureLB is uninstalled.",
            "DaemonSet lbnodeagent is changed for good: its pods clean up, get ready and wait. Services get no answers then.",
            "Exit code 1 when a node is not cleaned in time."
        },
        mixinStandardHelpOptions = true)
final class CleanupNodesCommand implements Callable<Integer> {
    @Mixin
    private LiveCluster cluster = new LiveCluster();

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:PURELB_NAMESPACE:-purelb}",
            description = "namespace of DaemonSet lbnodeagent (environment: PURELB_NAMESPACE); default: purelb")
    private String namespace = "purelb";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        String daemonSet = "DaemonSet " + namespace + "/lbnodeagent";
        try (LiveCluster.Tries tries = cluster.tries()) {
            NodeCleanup cleanup = new NodeCleanup(tries.api(), namespace);
            boolean begun = tries.until("changing " + daemonSet, () -> LiveCluster.Try.done(cleanup.begin()));
            if (!begun) {
                out.println("there is no " + daemonSet + ", so nothing was cleaned");
                return ExitCode.OK;
            }
            tries.until("the cleanup by the pods of " + daemonSet, () -> LiveCluster.Try.of(cleanup.unfinished()));
            out.println("all nodes of " + daemonSet + " are cleaned");
            out.flush();
            return ExitCode.OK;
        }
    }
}
